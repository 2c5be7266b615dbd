/* Stale reads.
 *
 * In: iterations that go on after a suspension, and calls of and accesses to objects that were read in an earlier step. Out:
 * windows. What must hold: an object that the actor itself has replaced, or has looked up again, is no stale one; and one read is told once. */
#include "detect/stale_read.h"

static void propose_iteration(const struct act *act, struct proposals *proposals)
{
    struct read *begun = origin_set_find(&act->dependence->data, act->cell);
    if (begun != NULL && !window_is_fresh(begun, act))
        proposals_add(proposals, window_between(&stale_read, begun, act));
}

/* Whether the object got here by a call that was made before it was replaced: a method goes on with its `self`. */
static bool is_of_earlier_call(const struct read *read, const struct act *act)
{
    return act->site->function != read->site->function && act->activation->step == read->at->step;
}

static void propose_object(const struct act *act, struct proposals *proposals)
{
    for (uint32_t i = 0; i < act->dependence->data.count; i++) {
        struct read *read = act->dependence->data.reads[i];
        const struct read *checked = origin_set_find(&act->dependence->control, read->cell);
        if (read->is_told || is_of_earlier_call(read, act) ||
            (checked != NULL && checked->at->step == act->actor->step))
            continue;
        struct act use = *act;
        use.cell = read->cell;
        use.value = read->cell->value;
        struct window window = window_between(&stale_read, read, &use);
        window.confidence = FINDING_MEDIUM;
        proposals_add(proposals, window);
    }
}

static void propose(const struct act *act, struct proposals *proposals)
{
    if (act->is_passing)
        propose_object(act, proposals);
    else if ((act->site->flags & SITE_FLAG_GOES_ON) != 0)
        propose_iteration(act, proposals);
}

/* Whether a loop over the container minds. One over a list sees what was added at its end, and nothing else changes. */
static bool breaks_iteration(const struct window *window, const struct write *write)
{
    if (window->read->cell->object->kind != OBJECT_LIST)
        return true;
    if (cells_value_kind(write->value) != VALUE_INTEGER)
        return true;
    /* What takes from a list has told its length before; what puts something in need not. */
    return write_makes_less(write);
}

static bool harms(struct window *window, const struct write *write, bool observed, uint64_t found)
{
    if (window->read->cell->key == 0)
        return breaks_iteration(window, write);
    if (!observed || found == window->read->value)
        return false;
    /* Who keeps an object while another lets go of it, in every run, means to. */
    if (cell_value_empty(found) && window_inevitable(window, write))
        window->confidence = FINDING_LOW;
    return true;
}

const struct detector stale_read = {
    .kind = FINDING_STALE_READ,
    .propose = propose,
    .harms = harms,
};
