/* The findings as a whole.
 *
 * In: from where to where each reaches. Out: a slice for each, with what was found, where and what would help, on lanes of their own. They stand
 * below the first thread, before its tasks, because viewers put what stands below the process itself last, and it is what one opens the timeline for.
 *
 * Must hold: what overlaps has lanes of its own; there is a bound to lanes, and what is not drawn is counted. */
#include <inttypes.h>
#include <stdlib.h>

#include "export/exporter.h"
#include "finding/kinds.h"

enum { places_max = 4, finding_lanes_max = 64 };

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

void verdicts_add(struct export_mark *mark, const struct finding *finding)
{
    exporter_add_text(mark, "finding", text_of(finding->id), true);
    exporter_add_text(mark, "status", text_of(kinds_status_name(finding->status)), true);
    exporter_add_text(mark, "confidence", text_of(kinds_confidence_name(finding->confidence)), true);
}

void verdicts_name(struct buffer *name, const struct finding *finding)
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
    verdicts_name(&name, finding);
    struct export_mark mark = {
        .track = track,
        .from = exporter_at(first - 1),
        .to = exporter_after(last - 1),
        .category = EXPORT_FINDING,
        .name = {buffer_text(&name), false},
    };
    verdicts_add(&mark, finding);
    exporter_add_number(&mark, "count", finding->count);
    add_place(&mark, "first", &finding->first, &places[0]);
    add_place(&mark, "window", &finding->window, &places[1]);
    add_place(&mark, "other", &finding->other, &places[2]);
    add_place(&mark, "last", &finding->last, &places[3]);
    exporter_add_text(&mark, "advice", finding->advice.text, false);
    exporter_tell(exporter, &mark);
    for (size_t i = 0; i < places_max; i++)
        exporter_drop(exporter, &places[i]);
    exporter_drop(exporter, &name);
}

struct finding_lane {
    uint64_t track;
    uint64_t until; /* event */
};

static int compare_extents(const void *one, const void *other)
{
    const struct finding_extent *a = one, *b = other;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    return (a->finding > b->finding) - (a->finding < b->finding); /* in the order of the list */
}

/* The first thread that has a lane; 0: none has, and the process will do. */
static uint64_t parent_track(const struct exporter *exporter)
{
    for (size_t i = 0; i < exporter->threads.count; i++)
        if (exporter->threads.items[i].track != 0)
            return exporter->threads.items[i].track;
    return 0;
}

/* "00 findings": viewers sort by name. */
static uint64_t new_lane(struct exporter *exporter)
{
    struct buffer name;
    buffer_init(&name);
    buffer_add_format(&name, "%0*d findings", lanes_digits(exporter), 0);
    uint64_t track = exporter_track(exporter, EXPORT_LANE, parent_track(exporter), 0, buffer_text(&name),
                                    "what was found: each from its first event to its last");
    exporter_drop(exporter, &name);
    return track;
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
    lanes[*count] = (struct finding_lane){.track = new_lane(exporter)};
    return &lanes[(*count)++];
}

void verdicts_tell(struct exporter *exporter)
{
    struct finding_lane lanes[finding_lanes_max];
    size_t lane_count = 0, count = exporter->extents.count;
    if (count > 0)
        qsort(exporter->extents.items, count, sizeof *exporter->extents.items, compare_extents);
    for (size_t i = 0; i < count; i++) {
        const struct finding_extent *extent = &exporter->extents.items[i];
        struct finding_lane *lane = lane_for(exporter, lanes, &lane_count, extent->first);
        if (lane == NULL) {
            exporter->findings_untold++;
            continue;
        }
        lane->until = extent->last;
        tell_finding(exporter, extent->finding, lane->track, extent->first, extent->last);
    }
}
