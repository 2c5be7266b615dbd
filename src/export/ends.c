/* The ends of findings: what stands at which event.
 *
 * In: findings, whose places know their events. Out: an instant at each place, on the lane of who was there, with arrows along the finding; and, for
 * verdicts.c, from where to where each finding reaches.
 *
 * Must hold: places are told in the order of the events; an arrow goes from one to the next. */
#include <stdlib.h>

#include "export/exporter.h"

/* Numbers of arrows along findings: beyond those of order, and whole in a double. */
#define FIRST_FINDING_ARROW (UINT64_C(1) << 52)

enum { places_max = 4 };

static int compare_marks(const void *one, const void *other)
{
    const struct finding_mark *a = one, *b = other;
    if (a->event != b->event)
        return a->event < b->event ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

struct ends {
    struct finding_mark items[places_max];
    size_t count;
};

static void add_end(struct ends *ends, const struct finding *finding, const struct finding_place *place,
                    const char *role)
{
    if (place->event != 0 && (place->line != 0 || place->is_location)) {
        ends->items[ends->count] = (struct finding_mark){
            .event = place->event, .order = ends->count, .finding = finding, .place = place, .role = role};
        ends->count++;
    }
}

/* In the order of events; what lies beyond what was looked at is left out. */
static void find_ends(const struct exporter *exporter, struct ends *ends, const struct finding *finding)
{
    ends->count = 0;
    add_end(ends, finding, &finding->first, "first");
    add_end(ends, finding, &finding->window, "window");
    add_end(ends, finding, &finding->other, "other");
    add_end(ends, finding, &finding->last, "last");
    qsort(ends->items, ends->count, sizeof *ends->items, compare_marks);
    while (ends->count > 0 && ends->items[ends->count - 1].event > exporter->plan->events_end)
        ends->count--;
}

static void collect(struct exporter *exporter, struct ends *ends, uint64_t *arrow)
{
    for (size_t i = 0; i < ends->count; i++) {
        if (i > 0)
            ends->items[i].in = *arrow;
        if (i + 1 < ends->count)
            ends->items[i].out = ++*arrow;
        if (VECTOR_PUSH(&exporter->marks, ends->items[i]) != STATUS_OK)
            exporter_fail(exporter, STATUS_NOMEM);
    }
}

/* Where nothing of a finding has an event that is known, it stands where it occurred first. */
static struct finding_extent extent_of(const struct exporter *exporter, const struct finding *finding,
                                       const struct ends *ends)
{
    uint64_t at = finding->order;
    if (at < 1 || at > exporter->plan->events_end)
        at = 1;
    if (ends->count == 0)
        return (struct finding_extent){finding, at, at};
    return (struct finding_extent){finding, ends->items[0].event, ends->items[ends->count - 1].event};
}

void ends_collect(struct exporter *exporter, const struct finding_list *list,
                  enum finding_confidence confidence)
{
    uint64_t arrow = FIRST_FINDING_ARROW;
    for (size_t i = 0; i < list->findings.count; i++) {
        const struct finding *finding = &list->findings.items[i];
        struct ends ends;
        if (!finding_list_shows(finding, confidence))
            continue;
        find_ends(exporter, &ends, finding);
        collect(exporter, &ends, &arrow);
        if (VECTOR_PUSH(&exporter->extents, extent_of(exporter, finding, &ends)) != STATUS_OK)
            exporter_fail(exporter, STATUS_NOMEM);
    }
    if (exporter->marks.count > 0)
        qsort(exporter->marks.items, exporter->marks.count, sizeof *exporter->marks.items, compare_marks);
}

static struct text value_at(const struct finding_mark *mark)
{
    const struct finding *finding = mark->finding;
    if (mark->place == &finding->first)
        return finding->values.read;
    if (mark->place == &finding->other)
        return finding->values.other;
    return mark->place == &finding->last ? finding->values.written : TEXT_NONE;
}

static void tell_end(struct exporter *exporter, const struct event *event, const struct finding_mark *mark)
{
    const struct finding_place *place = mark->place;
    struct buffer name;
    buffer_init(&name);
    verdicts_name(&name, mark->finding);
    buffer_add_format(&name, ": %s", mark->role);
    struct export_mark end = {
        .track = lanes_running(exporter, event->thread),
        .from = exporter_at(event->number),
        .to = exporter_at(event->number),
        .category = EXPORT_FINDING,
        .name = {buffer_text(&name), false},
        .out = &mark->out,
        .out_count = mark->out != 0,
        .in = &mark->in,
        .in_count = mark->in != 0,
    };
    verdicts_add(&end, mark->finding);
    exporter_add_text(&end, "role", text_of(mark->role), true);
    exporter_add_text(&end, "file", place->file, true);
    exporter_add_number(&end, "line", place->line);
    exporter_add_text(&end, "function", place->function, true);
    exporter_add_text(&end, "source", place->source, true);
    exporter_add_text(&end, "actor", place->actor, false);
    exporter_add_text(&end, "value", value_at(mark), false);
    exporter_tell(exporter, &end);
    exporter_drop(exporter, &name);
}

void ends_event(struct exporter *exporter, const struct event *event)
{
    while (exporter->marks_told < exporter->marks.count &&
           exporter->marks.items[exporter->marks_told].event <= event->number + 1) {
        const struct finding_mark *mark = &exporter->marks.items[exporter->marks_told++];
        tell_end(exporter, event, mark);
    }
}
