/*
 * In:   stretches of a trace with the same number of events, and findings with the number of theirs.
 * Out:  an SVG: steps, writes and new actors as hills, findings as marks that lead to them.
 * Holds: what belongs to one stretch is one mark, however many findings there are.
 */
#include "report/html_overview.h"

#include <inttypes.h>

#include "finding/phrase.h"
#include "report/html_escape.h"

enum { hill_height = 40, row_height = 58, mark_height = 26, percent = 10000 };

/* The findings of one stretch. */
struct mark {
    const struct finding *first;
    uint64_t count;
    enum finding_status status; /* the highest */
};

uint64_t html_overview_event(const struct finding *finding)
{
    return finding->last.event != 0 ? finding->last.event - 1 : finding->order;
}

static void place_marks(struct mark *marks, const struct report_input *input, const struct tally *tally,
                        uint32_t trace)
{
    const struct scene_overview *overview = input->traces[trace].overview;
    struct tally_cursor cursor = {0};
    for (const struct finding *finding; (finding = tally_next(input, tally, &cursor)) != NULL;) {
        uint64_t event = html_overview_event(finding);
        if (finding->trace != trace || event >= overview->events)
            continue;
        struct mark *mark = &marks[event * overview->bucket_count / overview->events];
        mark->status = mark->count == 0 || finding->status > mark->status ? finding->status : mark->status;
        mark->first = mark->count == 0 ? finding : mark->first;
        mark->count++;
    }
}

static void add_mark(struct buffer *out, const struct mark *mark, uint32_t bucket, uint32_t bucket_count)
{
    uint32_t middle = (2 * bucket + 1) * percent / (2 * bucket_count);
    buffer_add_format(out, "<a href=\"#%s\"><title>%" PRIu64 " at %" PRIu32 "%%: ", mark->first->id,
                      mark->count, middle / 100);
    html_escape_text(out, mark->first->cell.text);
    buffer_add_string(out, mark->count > 1 ? " and others" : "");
    buffer_add_format(out,
                      "</title><svg class=\"f %s\" x=\"%" PRIu32 ".%02" PRIu32
                      "%%\"><path d=\"M0 %dl-6 -14a6 6 0 1 1 12 0z\"/>",
                      kinds_status_name(mark->status), middle / 100, middle % 100, mark_height);
    if (mark->count > 1)
        buffer_add_format(out, "<text y=\"%d\">%" PRIu64 "</text>", mark_height - 11, mark->count);
    buffer_add_string(out, "</svg></a>\n");
}

/* One kind of counts as a hill, `y` from the top. */
static void add_hill(struct buffer *out, const uint32_t *counts, uint32_t count, int y, const char *name)
{
    uint32_t most = 1;
    for (uint32_t i = 0; i < count; i++)
        most = counts[i] > most ? counts[i] : most;
    buffer_add_format(out,
                      "<svg y=\"%d\" width=\"100%%\" height=\"%d\" viewBox=\"0 0 %" PRIu32
                      " %d\" preserveAspectRatio=\"none\"><path class=\"hill\" d=\"M0 %d",
                      y, hill_height, count, hill_height, hill_height);
    for (uint32_t i = 0; i < count; i++)
        buffer_add_format(out, "V%" PRIu64 "h1",
                          hill_height - (uint64_t)counts[i] * (hill_height - 1) / most);
    buffer_add_format(out, "V%dz\"/></svg>\n<text class=\"s\" x=\"4\" y=\"%d\">%s, up to ", hill_height,
                      y + hill_height + 12, name);
    phrase_add_number(out, most);
    buffer_add_string(out, " in one part</text>\n");
}

static void draw(struct buffer *out, const struct scene_overview *overview, const struct mark *marks)
{
    buffer_add_format(out,
                      "<svg class=\"o\" role=\"group\" width=\"100%%\" height=\"%d\" aria-label=\"The run, "
                      "from its first event to its last, and where findings lie\">\n",
                      mark_height + 3 * row_height + 4);
    add_hill(out, overview->steps, overview->bucket_count, mark_height + 4, "steps");
    add_hill(out, overview->writes, overview->bucket_count, mark_height + 4 + row_height, "writes");
    add_hill(out, overview->actors, overview->bucket_count, mark_height + 4 + 2 * row_height,
             "new tasks, callbacks and threads");
    for (uint32_t i = 0; i < overview->bucket_count; i++)
        if (marks[i].count != 0)
            add_mark(out, &marks[i], i, overview->bucket_count);
    buffer_add_string(out, "</svg>\n");
}

void html_overview_add(struct buffer *out, const struct report_input *input, const struct tally *tally,
                       uint32_t trace)
{
    const struct scene_overview *overview = input->traces[trace].overview;
    struct mark marks[scene_overview_buckets_max] = {0};
    if (overview == NULL || overview->bucket_count == 0 || overview->events == 0)
        return;
    place_marks(marks, input, tally, trace);
    buffer_add_string(out, "<figure class=\"overview\">\n");
    draw(out, overview, marks);
    buffer_add_string(out, "<figcaption>The run in ");
    phrase_add_count(out, overview->bucket_count, "part", "parts");
    buffer_add_string(out, " of about ");
    phrase_add_count(out, (overview->events + overview->bucket_count - 1) / overview->bucket_count, "event",
                     "events");
    buffer_add_string(out, " each, from its beginning to its end. The marks are findings.</figcaption>\n"
                           "</figure>\n");
}
