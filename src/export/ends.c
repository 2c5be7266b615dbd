/* The findings: what stands at which of their ends.
 *
 * In: findings, whose places know their events. Out: an instant at each place, on the lane of who was there, with arrows along the finding; and for
 * each finding a slice from its first event to its last, on lanes of their own above all others.
 *
 * Must hold: places are told in the order of the events; an arrow goes from one to the next. */
#include <inttypes.h>
#include <stdlib.h>

#include "export/exporter.h"
#include "finding/kinds.h"

/* Numbers of arrows along findings: beyond those of order, and whole in a double. */
#define FIRST_FINDING_ARROW (UINT64_C(1) << 52)

enum { places_max = 4, finding_lanes_max = 64 };

static int compare_marks(const void *one, const void *other)
{
    const struct finding_mark *a = one, *b = other;
    if (a->event != b->event)
        return a->event < b->event ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

/* ---- a finding as a whole ---- */

static void add_place(struct export_mark *mark, const char *name, const struct finding_place *place,
                      struct buffer *text)
{
    if (place->line == 0)
        return;
    buffer_clear(text);
    buffer_add(text, place->file);
    buffer_add_format(text, ":%" PRIu32 " ", place->line);
    buffer_add(text, place->source);
    if (place->actor.length != 0)
        buffer_add_string(text, " · ");
    buffer_add(text, place->actor);
    exporter_add_text(mark, name, buffer_text(text), false);
}

static void add_verdict(struct export_mark *mark, const struct finding *finding)
{
    exporter_add_text(mark, "finding", text_of(finding->id), true);
    exporter_add_text(mark, "status", text_of(kinds_status_name(finding->status)), true);
    exporter_add_text(mark, "confidence", text_of(kinds_confidence_name(finding->confidence)), true);
}

static void name_finding(struct buffer *name, const struct finding *finding)
{
    buffer_add_string(name, kinds_name(finding->kind));
    if (finding->cell.text.length != 0)
        buffer_add_char(name, ' ');
    buffer_add(name, finding->cell.text);
}

static void tell_finding(struct exporter *exporter, const struct finding *finding, uint64_t track,
                         uint64_t first, uint64_t last)
{
    struct buffer name, places[places_max];
    buffer_init(&name);
    for (size_t i = 0; i < places_max; i++)
        buffer_init(&places[i]);
    name_finding(&name, finding);
    struct export_mark mark = {
        .track = track,
        .from = exporter_at(first - 1),
        .to = exporter_after(last - 1),
        .category = EXPORT_FINDING,
        .name = {buffer_text(&name), false},
    };
    add_verdict(&mark, finding);
    exporter_add_number(&mark, "count", finding->count);
    add_place(&mark, "first", &finding->first, &places[0]);
    add_place(&mark, "window", &finding->window, &places[1]);
    add_place(&mark, "other", &finding->other, &places[2]);
    add_place(&mark, "last", &finding->last, &places[3]);
    exporter_add_text(&mark, "advice", finding->advice.text, false);
    exporter_tell(exporter, &mark);
    for (size_t i = 0; i < places_max; i++)
        buffer_fini(&places[i]);
    buffer_fini(&name);
}

/* ---- its ends ---- */

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

/* ---- lanes ---- */

struct finding_lane {
    uint64_t track;
    uint64_t until; /* event */
};

struct extent {
    const struct finding *finding;
    uint64_t first, last; /* 1 + numbers of events */
};

static int compare_extents(const void *one, const void *other)
{
    const struct extent *a = one, *b = other;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    return (a->finding > b->finding) - (a->finding < b->finding); /* in the order of the list */
}

/* Where nothing of a finding has an event that is known, it stands where it occurred first. */
static struct extent extent_of(const struct exporter *exporter, const struct finding *finding,
                               const struct ends *ends)
{
    uint64_t at = finding->order;
    if (at < 1 || at > exporter->plan->events_end)
        at = 1;
    if (ends->count == 0)
        return (struct extent){finding, at, at};
    return (struct extent){finding, ends->items[0].event, ends->items[ends->count - 1].event};
}

/* The first lane that is free then; there are few, for many findings lie one after another. */
static struct finding_lane *lane_for(struct exporter *exporter, struct finding_lane *lanes, size_t *count,
                                     uint64_t first)
{
    for (size_t i = 0; i < *count; i++)
        if (lanes[i].until < first)
            return &lanes[i];
    if (*count == finding_lanes_max)
        return NULL;
    lanes[*count] = (struct finding_lane){
        .track = exporter_track(exporter, EXPORT_LANE, 0, 0, TEXT("findings"),
                                "what was found: each from its first event to its last")};
    return &lanes[(*count)++];
}

static void tell_findings(struct exporter *exporter, struct extent *extents, size_t count)
{
    struct finding_lane lanes[finding_lanes_max];
    size_t lane_count = 0;
    if (count == 0)
        return;
    qsort(extents, count, sizeof *extents, compare_extents);
    for (size_t i = 0; i < count; i++) {
        const struct extent *extent = &extents[i];
        struct finding_lane *lane = lane_for(exporter, lanes, &lane_count, extent->first);
        if (lane == NULL)
            continue;
        lane->until = extent->last;
        tell_finding(exporter, extent->finding, lane->track, extent->first, extent->last);
    }
}

void ends_collect(struct exporter *exporter, const struct finding_list *list,
                  enum finding_confidence confidence)
{
    struct extent *extents = calloc(list->findings.count + 1, sizeof *extents);
    size_t count = 0;
    uint64_t arrow = FIRST_FINDING_ARROW;
    if (extents == NULL) {
        exporter_fail(exporter, STATUS_NOMEM);
        return;
    }
    for (size_t i = 0; i < list->findings.count; i++) {
        const struct finding *finding = &list->findings.items[i];
        struct ends ends;
        if (!finding_list_shows(finding, confidence))
            continue;
        find_ends(exporter, &ends, finding);
        collect(exporter, &ends, &arrow);
        extents[count++] = extent_of(exporter, finding, &ends);
    }
    if (exporter->marks.count > 0)
        qsort(exporter->marks.items, exporter->marks.count, sizeof *exporter->marks.items, compare_marks);
    tell_findings(exporter, extents, count);
    free(extents);
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
    name_finding(&name, mark->finding);
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
    add_verdict(&end, mark->finding);
    exporter_add_text(&end, "role", text_of(mark->role), true);
    exporter_add_text(&end, "file", place->file, true);
    exporter_add_number(&end, "line", place->line);
    exporter_add_text(&end, "function", place->function, true);
    exporter_add_text(&end, "source", place->source, true);
    exporter_add_text(&end, "actor", place->actor, false);
    exporter_add_text(&end, "value", value_at(mark), false);
    exporter_tell(exporter, &end);
    buffer_fini(&name);
}

void ends_event(struct exporter *exporter, const struct event *event)
{
    while (exporter->marks_told < exporter->marks.count &&
           exporter->marks.items[exporter->marks_told].event <= event->number + 1) {
        const struct finding_mark *mark = &exporter->marks.items[exporter->marks_told++];
        tell_end(exporter, event, mark);
    }
}
