/* Locks released between check and act.
 *
 * In: the windows of check-then-act. Out: those whose check and act each stand under the same lock, which their
 * actor released in between: the lock was meant to cover both. What must hold: between two actors (jobs of an executor, say)
 * nobody released anything; that stays a check-then-act. */
#include "detect/lock_released_between.h"

#include "detect/check_then_act.h"

static bool is_released_between(const struct window *window)
{
    return window->detector == &check_then_act && window->read->actor == window->actor &&
           lockset_share(window->read->locks, window->act_locks, true);
}

static void propose(const struct act *act, struct proposals *proposals)
{
    (void)act;
    for (uint32_t i = 0; i < proposals->count; i++)
        if (is_released_between(&proposals->windows[i]))
            proposals->windows[i].detector = &lock_released_between;
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
