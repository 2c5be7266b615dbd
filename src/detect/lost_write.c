/* Lost writes.
 *
 * In: uses of a cell that their actor wrote in an earlier step. Out: windows from that write to the use. What must hold: both
 * writes stand at one site, which puts something of each actor's own where there is room for one; and nobody looked before
 * using it. A value made from what was there before (a counter) belongs to all and is none. */
#include "detect/lost_write.h"

/* The actor's latest write of the cell, or NULL. */
static const struct write *own_write(const struct act *act)
{
    const struct write *own = NULL;
    for (uint32_t i = 0; i < act->cell->write_count; i++)
        if (act->cell->writes[i].at->actor == act->actor)
            own = &act->cell->writes[i];
    return own;
}

static bool is_contended(const struct cell *cell, const struct write *own)
{
    for (uint32_t i = 0; i < cell->write_count; i++)
        if (cell->writes[i].at->actor != own->at->actor && cell->writes[i].site == own->site)
            return true;
    return false;
}

static void propose_use(const struct act *act, const struct write *own, struct proposals *proposals)
{
    bool is_check = (act->site->flags & SITE_FLAG_CHECK) != 0;
    if (is_check || act->cell->key == 0)
        return;
    if (own == NULL || own->at->step == act->actor->step || own->base_number != 0 ||
        !is_contended(act->cell, own))
        return;
    const struct read *checked = origin_set_find(&act->dependence->control, act->cell);
    if (checked != NULL && checked->number > own->number)
        return;
    struct read *written = read_of_write(act->cells, act->cell, own);
    struct window window = {.read = NULL};
    if (written != NULL) {
        written->is_of_write = true;
        bool is_same_call = act->activation->function == own->site->function;
        written->suspended = is_same_call ? act->activation->await_site : NULL;
        written->suspended_number = is_same_call ? act->activation->await_number : 0;
        window = window_between(&lost_write, written, act);
    }
    proposals_add_made(proposals, window);
}

/* Whether the call that wrote it goes on: the value is its own, and not what an earlier one left to all. */
static bool is_still_writing(const struct act *act, const struct write *own)
{
    const struct activation *call = act->activation;
    while (call != NULL && (call->function != own->site->function || call->step > own->at->step))
        call = call->caller;
    return call != NULL;
}

/* A read whose value goes into what is written: `self.seen[k] = self.user`. */
static void propose_source(struct read *read, const struct act *act, struct proposals *proposals)
{
    if (read->at->actor != act->actor || read->at->step != act->actor->step || read->cell == act->cell ||
        (read->site->flags & SITE_FLAG_USE) != 0 || read->site->function != act->site->function)
        return;
    struct act use = *act;
    use.cell = read->cell;
    use.site = read->site;
    use.number = read->number;
    use.value = read->value;
    use.is_write = false;
    const struct write *own = own_write(&use);
    if (own != NULL && is_still_writing(act, own))
        propose_use(&use, own, proposals);
}

static void propose(const struct act *act, struct proposals *proposals)
{
    if (act->is_passing)
        return;
    if (!act->is_write) {
        propose_use(act, own_write(act), proposals);
        return;
    }
    for (uint32_t i = 0; i < act->dependence->data.count; i++)
        propose_source(act->dependence->data.reads[i], act, proposals);
}

static bool harms(struct window *window, const struct write *write, bool observed, uint64_t found)
{
    if (write->site != window->read->site)
        return false;
    /* What U wrote on T's behalf, while T waited for it, T has asked for. */
    if (window_is_served_by(window, write))
        return false;
    uint64_t now = observed ? found : write->value;
    return now == VALUE_UNKNOWN || now != window->read->value;
}

const struct detector lost_write = {
    .kind = FINDING_LOST_UPDATE,
    .form = FINDING_FORM_PARKED,
    .propose = propose,
    .harms = harms,
};
