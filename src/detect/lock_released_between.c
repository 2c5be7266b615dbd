/* Locks released between check and act.
 *
 * In: the windows of check-then-act. Out: those whose check and act each stand under the same lock, which their
 * actor released in between: the lock was meant to cover both. What must hold: between two actors (jobs of an executor, say)
 * nobody released anything; that stays a check-then-act. */
#include "detect/lock_released_between.h"

#include "detect/check_then_act.h"

/* Whether a lock of the check was released, and is held again at the act; one that several may hold is none. Who waits
 * for a condition gives its lock up and takes it back as it must: what is wrong there is the check. */
static bool is_released_between(const struct window *window)
{
    const struct lockset *locks = situation_read_locks(window->read->at);
    for (uint32_t i = 0; locks != NULL && i < locks->count; i++) {
        const struct acquisition *held = locks->held[i];
        bool is_wait = held->released_at != NULL && held->released_at == window->read->suspended;
        if (lock_excludes(held->lock) && !held->lock->is_flag && !is_wait &&
            lockset_holds(window->act_locks, held->lock, held))
            return true;
    }
    return false;
}

static bool is_of_one_actor(const struct window *window)
{
    return window->read->at->actor == window->actor;
}

static void propose(const struct act *act, struct proposals *proposals)
{
    (void)act;
    for (uint32_t i = 0; i < proposals->count; i++) {
        struct window *window = &proposals->windows[i];
        if (window->detector == &check_then_act && !window->is_waited && is_of_one_actor(window) &&
            is_released_between(window))
            window->detector = &lock_released_between;
    }
}

static bool harms(struct window *window, const struct write *write, bool observed, uint64_t found)
{
    return check_then_act.harms(window, write, observed, found);
}

static bool doubles(struct window *window, const struct read *check)
{
    return check_then_act.doubles(window, check);
}

const struct detector lock_released_between = {
    .kind = FINDING_LOCK_RELEASED_BETWEEN,
    .propose = propose,
    .harms = harms,
    .doubles = doubles,
};
