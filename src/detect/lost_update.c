/* Lost updates.
 *
 * In: writes with the reads that their values were made from. Out: windows. What must hold: a value that was also made from, or
 * compared with, a read in the step of the write is fresh: compare-and-set loops and `x += 1` after an await lose nothing. */
#include "detect/lost_update.h"

/* Whether the write puts something in the place of what was there. A method that adds to a container or takes from it
 * changes the container as it finds it. */
static bool is_overwrite(const struct act *act)
{
    if (!act->is_write)
        return false;
    return act->cell->key != 0 ||
           (act->cell->object->kind == OBJECT_LIST && act->site->operation == SITE_WRITE);
}

static void propose(const struct act *act, struct proposals *proposals)
{
    if (!is_overwrite(act))
        return;
    struct read *stale = origin_set_find(&act->dependence->data, act->cell);
    if (stale == NULL || (window_is_fresh(stale, act) && !act->has_threads))
        return;
    const struct read *checked = origin_set_find(&act->dependence->control, act->cell);
    if (checked != NULL && checked != stale && window_is_fresh(checked, act))
        return;
    struct window window = window_between(&lost_update, stale, act);
    if (checked != NULL)
        window.checked_write = checked->last_write;
    proposals_add(proposals, window);
}

static bool harms(struct window *window, const struct write *write, bool observed, uint64_t found)
{
    if (observed)
        return found == VALUE_UNKNOWN || found != window->read->value;
    /* Without this write, a check on the way might have decided otherwise. */
    if (window->checked_write == write->number && window->confidence > FINDING_MEDIUM)
        window->confidence = FINDING_MEDIUM;
    return !write_spares(write, window->read);
}

const struct detector lost_update = {
    .kind = FINDING_LOST_UPDATE,
    .propose = propose,
    .harms = harms,
};
