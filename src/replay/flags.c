/* Home-made locks: a flag tested and set in one step by everyone who enters, and cleared by the one who set it, or by
 * a task that this one made and handed the flag over to.
 *
 * In: writes with the checks that they depend on. Out: acquisitions and releases, in the actors' locksets like those of real
 * locks. What must hold: once anybody has set or cleared a flag in another way, it is no lock for the rest of the replay. */
#include <stdlib.h>

#include "replay/handlers.h"

/* `if k not in seen: seen.add(k)` claims without end; nothing is guarded by so many flags at once. */
enum { flags_held_max = 4 };

/* Whether the value is turned around in the step that tested it. */
static bool is_claim(const struct actor *actor, const struct cell *cell, uint64_t value,
                     const struct origin_set *checks)
{
    const struct read *check = origin_set_find(checks, cell);
    return check != NULL && check->at->actor == actor && check->at->step == actor->step &&
           check->at->reopened == actor->reopened && cell_value_flips(check->value, value);
}

/* The cell as a lock, made when it is claimed for the first time; NULL: no memory. */
static struct lock *flag_of(struct replay *replay, struct cell *cell)
{
    if (cell->flag != NULL)
        return cell->flag;
    struct lock *lock = calloc(1, sizeof *lock);
    if (lock == NULL || VECTOR_PUSH(&replay->flags, lock) != STATUS_OK) {
        free(lock);
        return NULL;
    }
    *lock = (struct lock){
        .object = object_retain(cell->object), .kind = LOCK_ASYNCIO, .is_flag = true, .permits = 1};
    cell->flag = lock;
    return lock;
}

/* Who was made under the flag may clear it for its maker, or for whoever made that one. */
static enum status give_back(struct replay *replay, struct actor *actor, const struct lock *flag, bool *held)
{
    const struct acquisition *lent = lockset_find(actor->lent_locks, flag);
    if (lent == NULL)
        return STATUS_OK;
    struct actor *maker = actor->creator;
    while (maker != NULL && lockset_find(maker->locks, flag) != lent)
        maker = maker->creator;
    if (maker != NULL && lockset_drop(&maker->locks, flag, NULL, replay->now, held) != STATUS_OK)
        return STATUS_NOMEM;
    return lockset_drop(&actor->lent_locks, flag, NULL, replay->now, held);
}

enum status flags_write(struct replay *replay, struct actor *actor, struct cell *cell, uint64_t value,
                        const struct dependence *dependence)
{
    if (is_claim(actor, cell, value, &dependence->control)) {
        if (lockset_flags(actor->locks) >= flags_held_max)
            return STATUS_OK;
        struct lock *flag = flag_of(replay, cell);
        return flag == NULL ? STATUS_NOMEM : lockset_acquire(&actor->locks, flag, replay->now);
    }
    if (cell->flag == NULL)
        return STATUS_OK;
    bool held;
    enum status status = lockset_drop(&actor->locks, cell->flag, NULL, replay->now, &held);
    if (status == STATUS_OK && !held)
        status = give_back(replay, actor, cell->flag, &held);
    if (!held)
        cell->flag->is_broken = true;
    return status;
}

enum status flags_end_step(struct actor *actor)
{
    if (lockset_flags(actor->locks) == 0)
        return STATUS_OK;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < actor->fresh_reads.count; i++) {
        const struct read *read = actor->fresh_reads.items[i];
        if (read->references == 1 || read->at->step_locks != NULL)
            continue;
        read->at->step_locks = lockset_retain(read->at->locks);
        status = lockset_add_flags(&read->at->step_locks, actor->locks, actor->step);
    }
    return status;
}

void flags_fini(struct replay *replay)
{
    for (size_t i = 0; i < replay->flags.count; i++) {
        object_release(replay->flags.items[i]->object);
        free(replay->flags.items[i]);
    }
    VECTOR_FINI(&replay->flags);
}
