/* Late writes.
 *
 * In: writes by functions that have made a task in an earlier step. Out: windows from the making of the task to the write. What
 * must hold: both write blindly, and neither is ordered after the other: who writes a first value after the task was let
 * loose may write over what that has come to. Medium at most: the last word may be meant. Low for flags. */
#include "detect/late_write.h"

static bool is_blind(const struct act *act)
{
    return origin_set_find(&act->dependence->data, act->cell) == NULL &&
           origin_set_find(&act->dependence->control, act->cell) == NULL;
}

/* Whether the object is there to be set and cleared by many. */
static bool is_handle(const struct object *object)
{
    return object->kind == OBJECT_EVENT || object->kind == OBJECT_FUTURE;
}

/* Whether the value is one of a flag. */
static bool is_flag(uint64_t value)
{
    return cells_value_kind(value) == VALUE_CONSTANT;
}

/* What the function knew when it made the task, as a read of the cell: what others write must not come before. */
static struct read *read_at_making(const struct act *act)
{
    const struct activation *maker = act->activation;
    struct write made = {
        .at = situation_of_earlier(act->cells, act->actor, maker->spawned_step),
        .number = maker->spawned_event,
        .site = maker->spawned_at,
    };
    struct read *read = made.at != NULL ? read_of_write(act->cells, act->cell, &made) : NULL;
    situation_release(act->cells, made.at);
    return read;
}

static void propose(const struct act *act, struct proposals *proposals)
{
    const struct activation *maker = act->activation;
    if (!act->is_write || act->cell->key == 0 || is_handle(act->cell->object) || maker->spawned == 0 ||
        maker->spawned_step == act->actor->step || !is_blind(act))
        return;
    struct read *making = read_at_making(act);
    struct window window = {.read = NULL};
    if (making != NULL) {
        making->suspended = maker->await_site;
        making->suspended_number = maker->await_number;
        window = window_between(&late_write, making, act);
        window.confidence = is_flag(act->value) ? FINDING_LOW : FINDING_MEDIUM;
        window.made = maker->spawned;
    }
    proposals_add_made(proposals, window);
}

static bool is_made_by(const struct actor *actor, uint64_t number)
{
    while (actor != NULL && actor->number != number)
        actor = actor->creator;
    return actor != NULL;
}

static bool harms(struct window *window, const struct write *write, bool observed, uint64_t found)
{
    (void)observed;
    (void)found;
    if (write->base_number != 0 || write->is_checked || !is_made_by(write->at->actor, window->made))
        return false;
    return write->value == VALUE_UNKNOWN || write->value != window->written;
}

const struct detector late_write = {
    .kind = FINDING_LOST_UPDATE,
    .form = FINDING_FORM_LATE,
    .propose = propose,
    .harms = harms,
};
