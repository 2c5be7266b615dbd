/* Check-then-act.
 *
 * In: acts with the checks that decided about them. Out: windows. What must hold: only the latest check of a cell counts (an
 * earlier one is superseded by it), and none once its own flow has written the cell in between (it claimed it). */
#include "detect/check_then_act.h"

/* Whether the flow of the check has written the checked cell since: a claim, or an act that was judged already. */
static bool is_claimed(const struct read *check, const struct act *act)
{
    for (uint32_t i = 0; i < check->cell->write_count; i++) {
        const struct write *write = &check->cell->writes[i];
        if (write->number > check->number && (write->actor == check->actor || write->actor == act->actor))
            return true;
    }
    return false;
}

/* A lost update of the same cell says it all. */
static bool is_lost_update(const struct proposals *proposals, const struct act *act)
{
    for (uint32_t i = 0; i < proposals->count; i++)
        if (proposals->windows[i].kind == FINDING_LOST_UPDATE && proposals->windows[i].act_cell == act->cell)
            return true;
    return false;
}

/* Acts on another cell count once for each check, and not for what belongs to the same container: its keys and its
 * structure are written together. */
static bool guards_other(struct read *check, const struct act *act)
{
    if (!act->is_write || check->acted_on_other != 0)
        return false;
    bool container = cells_key_kind(check->cell->key) != KEY_ATTRIBUTE;
    return !(container && check->cell->object == act->cell->object);
}

static void propose(const struct act *act, struct proposals *proposals)
{
    const struct origin_set *checks = &act->dependence->control;
    bool lost = is_lost_update(proposals, act);
    for (uint32_t i = 0; i < checks->count; i++) {
        struct read *check = checks->reads[i];
        bool same_cell = check->cell == act->cell;
        if (window_is_fresh(check, act) && !act->has_threads)
            continue;
        if ((same_cell && lost) || (!same_cell && !guards_other(check, act)))
            continue;
        if (is_claimed(check, act))
            continue;
        struct window window = window_between(FINDING_CHECK_THEN_ACT, check, act);
        if (!same_cell)
            window.confidence = check->cell->object == act->cell->object ? FINDING_MEDIUM : FINDING_LOW;
        proposals_add(proposals, window);
    }
}

/* Filling in what is there already does no harm. */
static bool is_idempotent(const struct window *window, uint64_t found)
{
    return window->is_write && window->act_cell == window->read->cell && window->written != VALUE_UNKNOWN &&
           window->written == found;
}

static bool harms(struct window *window, const struct write *write, bool observed, uint64_t found)
{
    /* What U made of the cell on T's behalf, between T's check and act, is what T waited for. */
    if (actor_descends(write->actor, window->read->actor) && window_inevitable(window, write))
        return false;
    bool same_cell = window->act_cell == window->read->cell;
    uint64_t now = observed ? found : write->value;
    if (is_idempotent(window, now))
        return false;
    if (!window->is_write)
        return cell_value_present(window->read->value) && cell_value_empty(now);
    if (!same_cell)
        return cell_value_flips(window->read->value, now);
    if (observed)
        return now == VALUE_UNKNOWN || now != window->read->value;
    /* The check saw this very write: without it, it might have decided otherwise. */
    if (window->read->last_write == write->number)
        window->confidence = FINDING_LOW;
    return !write_changed_nothing(write);
}

const struct detector check_then_act = {
    .kind = FINDING_CHECK_THEN_ACT,
    .propose = propose,
    .harms = harms,
};
