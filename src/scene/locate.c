/* In: the numbers of the events that findings are about. Out: what these are, and the steps around them.
 * Must hold: nothing is replayed; the trace is only gone through, with the stack of steps of each thread. */
#include "scene/locate.h"

#include <stdlib.h>

#include "scene/stacks.h"

/* An end to be found. */
struct wanted {
    uint64_t number;
    struct draft_end *end;
};

struct search {
    const struct trace *trace;
    struct stacks stacks;
    struct wanted *wanted; /* in the order of the trace */
    size_t wanted_count;
    size_t found_count;
};

/* The value of the event's first field of the type; 0 where it has none. */
static uint64_t field_of(const struct event *event, enum event_field_type type)
{
    const struct event_kind_info *info = event_kinds_info(event->kind);
    for (uint8_t i = 0; info != NULL && i < info->field_count; i++)
        if (info->fields[i].type == type)
            return event->field[i];
    return 0;
}

const struct trace_site *locate_site(const struct trace *trace, const struct event *event)
{
    return trace_site(trace, field_of(event, FIELD_SITE));
}

static void fill(struct search *search, const struct event *event, struct stacks_step *step,
                 struct draft_end *end)
{
    const struct trace_site *site = locate_site(search->trace, event);
    bool is_access = event->kind == EVENT_READ || event->kind == EVENT_WRITE ||
                     event->kind == EVENT_READ_AT || event->kind == EVENT_WRITE_AT;
    *end = (struct draft_end){
        .is_there = true,
        .kind = event->kind,
        .number = event->number,
        .actor = step->actor,
        .begin = step->begin,
        .end = UINT64_MAX,
        .token = step->token,
        .object = is_access ? field_of(event, FIELD_OBJECT) : 0,
        .key = is_access ? field_of(event, FIELD_KEY) : 0,
        .function = site != NULL ? site->function : (uint32_t)field_of(event, FIELD_FUNCTION),
        .line = site != NULL ? site->line : 0,
        .next_of_step = step->kept,
    };
    step->kept = end;
}

static enum status take(struct search *search, const struct event *event)
{
    struct stacks_step ended;
    if (event->kind == EVENT_BEGIN)
        return stacks_begin(&search->stacks, event);
    if (event->kind == EVENT_GAP || event->kind == EVENT_LOST || event->kind == EVENT_OFF)
        stacks_gap(&search->stacks);
    if (event->kind == EVENT_GAP)
        return STATUS_OK;
    if (event->kind == EVENT_END) {
        if (stacks_end(&search->stacks, event, &ended))
            for (struct draft_end *end = ended.kept; end != NULL; end = end->next_of_step)
                end->end = event->number;
        return STATUS_OK;
    }
    struct stacks_step *step = stacks_top(&search->stacks, event, NULL);
    if (step == NULL)
        return STATUS_NOMEM;
    for (; search->found_count < search->wanted_count &&
           search->wanted[search->found_count].number <= event->number;
         search->found_count++)
        if (search->wanted[search->found_count].number == event->number)
            fill(search, event, step, search->wanted[search->found_count].end);
    return STATUS_OK;
}

static int in_order(const void *one, const void *other)
{
    const struct wanted *left = one, *right = other;
    if (left->number != right->number)
        return left->number < right->number ? -1 : 1;
    return left->end < right->end ? -1 : left->end > right->end;
}

static void want(struct search *search, struct draft *draft)
{
    const struct finding *finding = draft->finding;
    const struct finding_place *places[draft_ends] = {&finding->first, &finding->window, &finding->other,
                                                      &finding->last};
    for (size_t i = 0; i < draft_ends; i++)
        if (places[i]->event != 0)
            search->wanted[search->wanted_count++] =
                (struct wanted){.number = places[i]->event - 1, .end = &draft->ends[i]};
}

enum status locate(struct trace *trace, struct draft *drafts, size_t count,
                   const struct scene_progress *progress, struct diag *diag)
{
    struct search search = {.trace = trace, .wanted = calloc(draft_ends * count + 1, sizeof *search.wanted)};
    const struct event *event;
    enum status status = search.wanted == NULL ? diag_set_nomem(diag) : STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        want(&search, &drafts[i]);
    if (status == STATUS_OK)
        qsort(search.wanted, search.wanted_count, sizeof *search.wanted, in_order);
    while (status == STATUS_OK && (status = trace_next(trace, &event, diag)) == STATUS_OK) {
        scene_progress_tell(progress, 0, trace, event);
        if (take(&search, event) != STATUS_OK)
            status = diag_set_nomem(diag);
    }
    stacks_fini(&search.stacks);
    free(search.wanted);
    return status == STATUS_END ? STATUS_OK : status;
}
