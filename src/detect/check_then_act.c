/* Check-then-act.
 *
 * In: acts with the checks that decided about them. Out: windows. What must hold: only the latest check of a cell counts (an
 * earlier one is superseded by it), and none once its own flow has written the cell in between (it claimed it). */
#include "detect/check_then_act.h"

#include "detect/lost_update.h"

/* The latest write of the checked cell by the flow of the check, after it; NULL: none. */
static const struct write *own_write(const struct read *check, const struct act *act)
{
    for (uint32_t i = check->cell->write_count; i-- > 0;) {
        const struct write *write = &check->cell->writes[i];
        if (write->number > check->number &&
            (write->at->actor == check->at->actor || write->at->actor == act->actor))
            return write;
    }
    return NULL;
}

/* Whether others touch the object, or what keeps it, so that they can. */
static bool is_reachable(const struct object *object)
{
    while (object != NULL && !object->is_shared)
        object = object->owner;
    return object != NULL;
}

/* Remembers what else the check guards: something shared rather than something that is not, or not yet. */
static void note_guarded(struct read *check, struct object *object)
{
    if (is_reachable(check->guarded))
        return;
    object_release(check->guarded);
    check->guarded = object_retain(object);
}

/* Whether the check also guards a write to a cell of something that others can reach. */
static bool guards_shared(const struct read *check)
{
    return is_reachable(check->guarded);
}

/* A lost update of the same cell says it all; one that only other threads could cause does not. */
static bool is_lost_update(const struct proposals *proposals, const struct act *act)
{
    for (uint32_t i = 0; i < proposals->count; i++)
        if (proposals->windows[i].detector == &lost_update && proposals->windows[i].act_cell == act->cell &&
            proposals->windows[i].opening != WINDOW_ATOMIC)
            return true;
    return false;
}

/* Whether the write that the check saw is its own flow's, done there where the act is. */
static bool saw_same_act(const struct read *check, const struct act *act)
{
    for (uint32_t i = 0; check->saw_own && i < act->cell->write_count; i++) {
        const struct write *write = &act->cell->writes[i];
        if (write->number == check->last_write)
            return write->site == act->site;
    }
    return false;
}

/* Whether the act is a mark that its flow sets each time it has taken a lock, and the check found that of the time before
 * (`await lock.acquire(); self.owner = me`, then `if self.owner is not me: raise`). Who lets go of the lock knows that others
 * will put theirs in its place. */
static bool is_mark_of_lock(const struct read *check, const struct act *act)
{
    const struct lockset *checked_under = situation_read_locks(check->at);
    for (uint32_t i = 0; checked_under != NULL && i < checked_under->count; i++) {
        const struct acquisition *held = checked_under->held[i];
        if (held->released != 0 && held->since < check->last_write && !held->lock->is_flag &&
            lockset_holds(act->actor->locks, held->lock, held))
            return saw_same_act(check, act);
    }
    return false;
}

static void propose_same_cell(struct read *check, const struct act *act, struct proposals *proposals)
{
    if (is_lost_update(proposals, act) || is_mark_of_lock(check, act))
        return;
    struct window window = window_between(&check_then_act, check, act);
    window.is_relative = origin_set_find(&act->dependence->data, act->cell) != NULL;
    proposals_add(proposals, window);
}

/* Whether the act writes something else than what was checked. A container's keys and its structure are written together. */
static bool is_other_write(const struct read *check, const struct act *act)
{
    bool is_container = cells_key_kind(check->cell->key) != KEY_ATTRIBUTE;
    return act->is_write && check->cell != act->cell &&
           !(is_container && check->cell->object == act->cell->object);
}

static bool is_count(uint64_t value)
{
    return cells_value_kind(value) == VALUE_INTEGER;
}

/* Whether both are counts, and the one is the other less one. */
static bool is_one_less(uint64_t less, uint64_t more)
{
    return is_count(less) && is_count(more) &&
           cells_integer(cells_value_rest(less)) + 1 == cells_integer(cells_value_rest(more));
}

/* Whether the act makes a number anew from what it is by then. */
static bool is_recount(const struct act *act)
{
    const struct read *base = origin_set_find(&act->dependence->data, act->cell);
    return base != NULL && base->at->actor == act->actor &&
           (act->actor->loop == 0 || window_is_fresh(base, act));
}

/* Whether the act takes an element out of a container, and the write put one in. How many are left by a `remove`, which may raise,
 * is not told. */
static bool is_taking_out(const struct act *act, const struct write *write)
{
    switch (cells_key_kind(act->cell->key)) {
    case KEY_ATTRIBUTE:
        return false;
    case KEY_STRUCTURE:
        if (!is_count(write->value) || write_makes_less(write))
            return false;
        return act->site->operation == SITE_DELETE || is_one_less(act->value, act->cell->value);
    default:
        return act->value == CELLS_VALUE_ABSENT && write->value != CELLS_VALUE_ABSENT;
    }
}

/* Whether the act takes back what its flow did to that cell in the step of the check (`waiting += 1; try: await …;
 * finally: waiting -= 1`; `waiters.append(me)`, …, `waiters.remove(me)`): that must be done whatever the check would say by then. */
static bool is_undoing(const struct read *check, const struct act *act)
{
    bool counts_anew = is_recount(act);
    for (uint32_t i = 0; i < act->cell->write_count; i++) {
        const struct write *write = &act->cell->writes[i];
        if (write->at->actor == act->actor && write->number > check->number &&
            write->at->step == check->at->step && (counts_anew || is_taking_out(act, write)))
            return true;
    }
    return false;
}

/* Whether the act lets go of the container whose contents were checked: `if not channel: …; del channels[name]`. */
static bool is_discarding(const struct read *check, const struct act *act)
{
    return check->cell->key == 0 && cells_value_kind(act->cell->value) == VALUE_OBJECT &&
           cells_value_rest(act->cell->value) == check->cell->object->number &&
           act->value != act->cell->value;
}

/* Whether the check only chose what is written: `c = await self.take()`, which takes one from a list or makes one. */
static bool is_choice(const struct read *check, const struct act *act)
{
    return origin_set_find(&act->dependence->decided, check->cell) != check;
}

/* What keeps the object, past the containers in between: whose state it is. */
static const struct object *keeper(const struct object *object)
{
    while (object->owner != NULL && object->kind >= OBJECT_DICT && object->kind <= OBJECT_DEQUE)
        object = object->owner;
    return object;
}

/* An act on another cell counts once for each check. Where the flow has acted on the checked cell before, it only
 * tells that this act was not harmless, though it wrote what was there already. */
static void propose_other_cell(struct read *check, const struct act *act, struct proposals *proposals)
{
    const struct write *own = own_write(check, act);
    if (is_undoing(check, act))
        return;
    bool discards = is_discarding(check, act);
    if (own == NULL && !check->is_claimed && (!check->acted_on_other || discards)) {
        struct window window = window_between(&check_then_act, check, act);
        window.discards = discards;
        bool is_near = keeper(check->cell->object) == keeper(act->cell->object) || discards;
        window.confidence = is_near && !is_choice(check, act) ? FINDING_MEDIUM : FINDING_LOW;
        proposals_add(proposals, window);
    } else if (own != NULL && check->was_harmless && guards_shared(check)) {
        check->was_harmless = false;
        struct window window = window_between_past(&check_then_act, check, own);
        proposals_add(proposals, window);
    }
}

/* Whether the act puts something into its cell, or, of numbers, more than it found there. */
static bool is_adding(const struct act *act)
{
    uint64_t found = act->cell->value;
    bool are_numbers =
        cells_value_kind(act->value) == VALUE_INTEGER && cells_value_kind(found) == VALUE_INTEGER;
    if (are_numbers)
        return cells_integer(cells_value_rest(act->value)) > cells_integer(cells_value_rest(found));
    return act->is_write && cell_value_present(act->value);
}

/* Checks that decided whether to wait, where there was a wait and no check since. Who checks what it wrote itself (`users += 1;
 * if users == 1: await open()`) waits for nobody to change that. */
static void propose_waited(const struct act *act, struct proposals *proposals)
{
    for (uint32_t i = 0; i < act->dependence->waited.count; i++) {
        struct read *check = act->dependence->waited.reads[i];
        const struct read *again = origin_set_find(&act->dependence->control, check->cell);
        bool is_same = check->cell == act->cell;
        if (check->saw_own || check->at->step == act->actor->step ||
            (again != NULL && again->number > check->number) ||
            (!is_same && (!is_other_write(check, act) || check->acted_on_other)) ||
            own_write(check, act) != NULL)
            continue;
        struct window window = window_between(&check_then_act, check, act);
        /* Who found nothing, and puts something there after all, did not wait for somebody else to do it. */
        window.fills = is_same && cell_value_empty(check->value) && is_adding(act);
        window.is_waited = !window.fills;
        if (!is_same)
            window.confidence = check->cell->object == act->cell->object ? FINDING_MEDIUM : FINDING_LOW;
        proposals_add(proposals, window);
    }
}

/* Whether the value is such as made the check's actor wait. */
static bool is_as_it_was(const struct read *check, uint64_t value)
{
    if (cells_value_kind(check->value) == VALUE_OBJECT)
        return cell_value_present(value);
    return value != VALUE_UNKNOWN && value == check->value;
}

static bool harms_waiter(const struct window *window, const struct write *write, bool observed,
                         uint64_t found)
{
    return is_as_it_was(window->read, write->value) && (!observed || is_as_it_was(window->read, found));
}

static void propose(const struct act *act, struct proposals *proposals)
{
    if (act->is_passing)
        return;
    propose_waited(act, proposals);
    const struct origin_set *checks = &act->dependence->control;
    for (uint32_t i = 0; i < checks->count; i++) {
        struct read *check = checks->reads[i];
        bool is_other = is_other_write(check, act);
        if (is_other)
            note_guarded(check, act->cell->object);
        bool is_same = check->cell == act->cell;
        bool was_claimed = check->is_claimed || own_write(check, act) != NULL;
        check->is_claimed |= is_same && act->is_write && act->actor == check->at->actor;
        if (window_is_fresh(check, act) && !act->has_threads)
            continue;
        /* Whoever puts something into a container does not mind what else is there, if that only chose what to put in. */
        bool is_addition = is_same && act->cell->key == 0 && is_choice(check, act);
        if (is_same && !was_claimed && !is_addition)
            propose_same_cell(check, act, proposals);
        else if (is_other)
            propose_other_cell(check, act, proposals);
    }
}

/* Filling in what is there already does no harm. Deleting what is gone does: it raises. */
static bool is_harmless(const struct window *window, uint64_t found)
{
    return window->is_write && window->act_cell == window->read->cell && window->written != VALUE_UNKNOWN &&
           window->written == found && window->act_site->operation != SITE_DELETE;
}

/* Whether both make less of a container, and the act nothing at all: it ends up empty either way. */
static bool is_emptied_by_both(const struct window *window, const struct write *write)
{
    return window->is_write && window->act_cell == window->read->cell && window->read->cell->key == 0 &&
           window->act_site->operation != SITE_UPDATE && cell_value_empty(window->written) &&
           write_makes_less(write);
}

/* Going through, counting or looking into what has become empty goes well; using it, or taking something out of it, does
 * not. */
static bool bears_emptiness(const struct window *window)
{
    switch (window->act_site->operation) {
    case SITE_READ: /* unless it is looked at before it is used */
        return (window->act_site->flags & SITE_FLAG_CHECK) != 0;
    case SITE_ITERATE:
    case SITE_CONTAINS:
    case SITE_LENGTH:
    case SITE_TRUTH:
        return cells_key_kind(window->act_cell->key) != KEY_ATTRIBUTE;
    default:
        return false;
    }
}

/* Whether one element is taken out of a container because there was any, and the rival leaves some there, or puts some in. */
static bool leaves_enough(const struct window *window, const struct write *write, bool observed,
                          uint64_t found)
{
    if (window->read->cell->key != 0 || window->read->site->operation != SITE_TRUTH ||
        window->act_site->operation != SITE_UPDATE)
        return false;
    return observed ? cell_value_present(found)
                    : cell_value_present(write->value) && !write_makes_less(write);
}

/* Whether the act is a `put_nowait` into a queue that was full, or a `get_nowait` from an empty one: it raised. */
static bool is_refused(const struct window *window)
{
    return !window->is_write && window->act_site->operation == SITE_UPDATE &&
           window->act_cell->object->kind == OBJECT_QUEUE;
}

/* Whether the act takes one element out of a container, and the rival is welcome: to who awaits an element, if it puts some
 * in (or if it was known that there was none); and to who went by which ones there were, as those are there still. */
static bool takes_of_more(const struct window *window, const struct write *write, bool observed,
                          uint64_t found)
{
    const struct read *check = window->read;
    uint64_t before = observed ? found : window->before;
    if (!window->is_write || window->act_cell != check->cell || check->cell->key != 0 ||
        !is_one_less(window->written, before))
        return false;
    if (window->act_site->operation == SITE_AWAIT)
        return !write_makes_less(write) || (is_count(check->value) && cell_value_empty(check->value));
    return check->site->operation == SITE_ITERATE && !write_makes_less(write);
}

static bool harms(struct window *window, const struct write *write, bool observed, uint64_t found)
{
    /* What U made of the cell on T's behalf, between T's check and act, is what T waited for. */
    if (window_is_served_by(window, write))
        return false;
    if (window->is_waited)
        return harms_waiter(window, write, observed, found);
    /* What T has come to know of, by being woken for it, is no surprise. */
    if (window->fills && order_before(write->slot, write->epoch, window->actor->clock))
        return false;
    if (is_emptied_by_both(window, write) || takes_of_more(window, write, observed, found))
        return false;
    bool same_cell = window->act_cell == window->read->cell;
    uint64_t now = observed && !guards_shared(window->read) ? found : write->value;
    bool would_differ = window->is_relative && !observed;
    if (is_harmless(window, now) && !would_differ && !guards_shared(window->read)) {
        window->read->was_harmless = true;
        return false;
    }
    if (is_refused(window))
        return observed ? now != window->read->value : !write_spares(write, window->read);
    if (!window->is_write)
        return cell_value_present(window->read->value) && cell_value_empty(now) && !bears_emptiness(window);
    /* What the check guards beside may have been done twice: by somebody who checked, too, not by one who just says "stop". */
    if (same_cell && is_harmless(window, now) && !write->is_checked)
        window->confidence = FINDING_LOW;
    if (!same_cell) {
        /* Two that check the same before they write compete for what it guards; somebody who just says "stop" does not. */
        if (!write->is_checked && !window->discards)
            window->confidence = FINDING_LOW;
        return cell_value_flips(window->read->value, now);
    }
    if (leaves_enough(window, write, observed, found))
        return false;
    if (observed)
        return now == VALUE_UNKNOWN || now != window->read->value;
    /* The check saw this very write: without it, it might have decided otherwise. */
    if (window->read->last_write == write->number)
        window->confidence = FINDING_LOW;
    return !write_spares(write, window->read);
}

static bool doubles(struct window *window, const struct read *check)
{
    if (window->is_waited || !window->is_write || window->act_cell != window->read->cell)
        return false;
    if (guards_shared(window->read) || cells_value_kind(window->written) == VALUE_OBJECT)
        return true;
    /* The other may write the very same: surely so where it just says "taken" or "gone". */
    if (window->confidence > FINDING_MEDIUM)
        window->confidence = FINDING_MEDIUM;
    return check->last_write == window->act_number && cell_value_flips(window->read->value, check->value) &&
           cells_value_kind(window->written) != VALUE_CONSTANT;
}

const struct detector check_then_act = {
    .kind = FINDING_CHECK_THEN_ACT,
    .propose = propose,
    .harms = harms,
    .doubles = doubles,
};
