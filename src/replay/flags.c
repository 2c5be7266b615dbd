/* Home-made locks: a flag tested and set in one step by everyone who enters, and cleared by the one who set it.
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
    return check != NULL && check->actor == actor && check->step == actor->step &&
           check->reopened == actor->reopened && cell_value_flips(check->value, value);
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
    enum status status = lockset_drop(&actor->locks, cell->flag, replay->now, &held);
    if (!held)
        cell->flag->is_broken = true;
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
