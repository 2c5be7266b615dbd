/* Windows and rivals.
 *
 * In: a read, an act that depends on it, and somebody else's write. Out: whether the write fell or could fall in between
 * (design, section 6: must-order, one acquisition over the window, atomic steps). What must hold: nothing here looks
 * at values; that is the detectors' part. */
#include "detect/window.h"

/* When the act's step must have begun with the lock held; for one that has no steps of its own, the act itself. */
static uint64_t guarded_until(const struct read *read, const struct act *act)
{
    bool has_steps = act->actor->loop != 0;
    bool same_step = read->at->actor == act->actor && read->at->step == act->actor->step;
    return has_steps && !same_step ? act->actor->step : act->number;
}

enum { guard_bits = 32 };

/* Which of the read's acquisitions the first bit of the guards stands for: the latest ones have bits, because whoever
 * holds more is protected by what was taken around the read. (The set may grow at its end until the step is over.) */
static uint32_t guards_first(const struct read *read)
{
    const struct lockset *locks = situation_read_locks(read->at);
    uint32_t count = locks == NULL ? 0 : locks->count;
    return count > guard_bits ? count - guard_bits : 0;
}

static uint32_t guards_over(const struct read *read, uint64_t until)
{
    uint32_t guards = 0;
    uint32_t first = guards_first(read);
    const struct lockset *locks = situation_read_locks(read->at);
    for (uint32_t i = 0; locks != NULL && first + i < locks->count && i < guard_bits; i++) {
        const struct acquisition *acquisition = locks->held[first + i];
        if (acquisition->released == 0 || acquisition->released >= until)
            guards |= UINT32_C(1) << i;
    }
    return guards;
}

/* The acquisition that lasted over the window and has this bit; NULL: none. */
static const struct acquisition *guard_at(const struct window *window, uint32_t bit)
{
    bool is_guard = (window->guards >> bit & 1) != 0;
    return is_guard ? situation_read_locks(window->read->at)->held[window->guards_first + bit] : NULL;
}

static enum window_opening opening_of(const struct read *read, const struct act *act)
{
    if (read->at->actor != act->actor || read->at->step != act->actor->step)
        return WINDOW_SUSPENDED;
    return read->at->reopened != act->actor->reopened ? WINDOW_COULD_SUSPEND : WINDOW_ATOMIC;
}

bool window_is_fresh(const struct read *read, const struct act *act)
{
    return act->actor->loop != 0 && opening_of(read, act) == WINDOW_ATOMIC;
}

/* What the act's step looked at to decide on it, besides the read's own cell. */
static void note_rechecks(struct window *window, const struct act *act)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < act->dependence->control.count && count < window_rechecks_max; i++) {
        struct read *check = act->dependence->control.reads[i];
        if (check->at->actor == act->actor && check->at->step == act->actor->step &&
            check->cell != window->read->cell && check->value != VALUE_UNKNOWN)
            window->rechecked[count++] = check;
    }
}

struct window window_between(const struct detector *detector, struct read *read, const struct act *act)
{
    struct window window = {
        .detector = detector,
        .confidence = FINDING_HIGH,
        .opening = opening_of(read, act),
        .read = read,
        .read_site = read->site,
        .actor = act->actor,
        .act_cell = act->cell,
        .act_site = act->site,
        .act_locks = act->actor->locks,
        .act_number = act->number,
        .act_slot = act->actor->slot,
        .act_epoch = act->actor->epoch,
        .guards = guards_over(read, guarded_until(read, act)),
        .guards_first = guards_first(read),
        .written = act->value,
        .before = act->cell->value,
        .is_write = act->is_write,
    };
    note_rechecks(&window, act);
    return window;
}

struct window window_between_past(const struct detector *detector, struct read *read,
                                  const struct write *write)
{
    return (struct window){
        .detector = detector,
        .confidence = FINDING_HIGH,
        .opening = WINDOW_SUSPENDED,
        .read = read,
        .read_site = read->site,
        .actor = write->at->actor,
        .act_cell = read->cell,
        .act_site = write->site,
        .act_locks = write->at->locks,
        .act_number = write->number,
        .act_slot = write->at->slot,
        .act_epoch = write->at->epoch,
        .guards = guards_over(read, write->at->step),
        .guards_first = guards_first(read),
        .written = write->value,
        .before = write->before,
        .is_write = true,
    };
}

bool window_is_own(const struct window *window, const struct write *write)
{
    return write->at->actor == window->read->at->actor || write->at->actor == window->actor;
}

bool window_crosses_threads(const struct window *window, const struct write *write)
{
    return actor_domain(write->at->actor) != actor_domain(window->read->at->actor);
}

bool window_observed(const struct window *window, const struct write *write)
{
    return !window_is_own(window, write) && write->number > window->read->number &&
           write->number < window->act_number;
}

/* Whether both ends of the window and the write run on one loop. */
static bool is_one_loop(const struct window *window, const struct write *write)
{
    return !window_crosses_threads(window, write) &&
           actor_domain(write->at->actor) == actor_domain(window->actor);
}

/* An asyncio lock means nothing to those on another loop. */
static bool lock_binds(const struct lock *lock, const struct window *window, const struct write *write)
{
    if (!lock_excludes(lock))
        return false;
    return !lock_is_asyncio(lock) || is_one_loop(window, write);
}

static bool is_excluded(const struct window *window, const struct write *write)
{
    for (uint32_t i = 0; i < guard_bits && window->guards >> i != 0; i++) {
        const struct acquisition *guard = guard_at(window, i);
        if (guard != NULL && lock_binds(guard->lock, window, write) &&
            (lockset_holds(write->at->locks, guard->lock, guard) ||
             lockset_holds(write->at->entry_locks, guard->lock, guard)))
            return true;
    }
    return false;
}

bool window_is_guarded_by(const struct window *window, const struct lock *lock)
{
    for (uint32_t i = 0; i < guard_bits && window->guards >> i != 0; i++) {
        const struct acquisition *guard = guard_at(window, i);
        if (guard != NULL && guard->lock == lock && lock_excludes(lock))
            return true;
    }
    return false;
}

bool window_would_notice(const struct window *window, const struct write *write)
{
    for (uint32_t i = 0; i < window_rechecks_max && window->rechecked[i] != NULL; i++) {
        const struct cell *cell = window->rechecked[i]->cell;
        for (uint32_t j = 0; j < cell->write_count; j++) {
            const struct write *other = &cell->writes[j];
            if (other->at->actor == write->at->actor && other->at->step == write->at->step &&
                (other->value != window->rechecked[i]->value || other->base_number != 0))
                return true;
        }
    }
    return false;
}

/* Whether one of them ended so long ago that its order is not known any more. */
static bool is_retired(const struct window *window, const struct write *write)
{
    return write->at->actor->is_retired || window->read->at->actor->is_retired || window->actor->is_retired;
}

/* Whether it comes before the read in every run; what came after the act, as most that a kept window is asked about, does not. */
static bool is_before_read(const struct window *window, const struct write *write)
{
    const struct read *read = window->read;
    if (write->number > window->act_number)
        return false;
    return read->is_of_write ? cell_write_before(read->cell, write->number, read->number)
                             : order_before(write->slot, write->epoch, read->at->clock);
}

/* Whether it comes after the act in every run. */
static bool is_after_act(const struct window *window, const struct write *write)
{
    return write->number > window->act_number &&
           order_before(window->act_slot, window->act_epoch, write->at->clock);
}

/* What most writes fail at comes first, and what is furthest away in memory last. */
bool window_possible(const struct window *window, const struct write *write)
{
    if (write->is_initial || is_before_read(window, write) || is_after_act(window, write))
        return false;
    if (window_is_own(window, write) || is_retired(window, write))
        return false;
    if (window->opening == WINDOW_ATOMIC && is_one_loop(window, write))
        return false;
    return !is_excluded(window, write);
}

/* Whether it comes after the read in every run. */
static bool is_after_read(const struct window *window, const struct write *write)
{
    const struct read *read = window->read;
    if (write->number < read->number)
        return false;
    return read->is_of_write ? cell_write_before(read->cell, read->number, write->number)
                             : order_before(read->at->slot, read->at->epoch, write->at->clock);
}

bool window_inevitable(const struct window *window, const struct write *write)
{
    return is_after_read(window, write) && order_before(write->slot, write->epoch, window->actor->clock);
}

bool window_is_served_by(const struct window *window, const struct write *write)
{
    return actor_descends(write->at->actor, window->read->at->actor, window->read->number) &&
           window_inevitable(window, write);
}
