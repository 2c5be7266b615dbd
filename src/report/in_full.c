/*
 * In:   one finding, and its scene if there is one.
 * Out:  all that there is to say about it, for a terminal: the finding as the text report has it, what happened around it, the source,
 *       why it is not in the report, and where it was recorded.
 * Holds: every part does without the others.
 */
#include <string.h>

#include "finding/phrase.h"
#include "report/environment.h"
#include "report/formats.h"
#include "report/timeline.h"

/* Why `analyze` does not show it. */
static void add_reason(struct buffer *lines, const struct report_input *input, const struct finding *finding)
{
    if (finding->suppressed_by != 0 && input->rules_path != NULL) {
        buffer_add_string(lines, "A rule of ");
        phrase_add_code(lines, text_of(input->rules_path));
        buffer_add_string(lines, " suppresses it.\n");
    }
    if (finding->ignored_by != 0)
        buffer_add_string(lines, "A comment in the source has it ignored.\n");
    if (finding->confidence == FINDING_LOW)
        buffer_add_string(lines, "Reports leave it out, unless asked for what is of low confidence.\n");
}

/* Why there is no picture, where that is known. */
static void add_absence(struct buffer *lines, const struct report_trace *trace)
{
    if (strcmp(trace->path, "-") == 0)
        buffer_add_string(lines, "What happened around it is not shown, because standard input cannot be "
                                 "read a second time: name a file.\n");
}

static void add_environment(struct page *page, const struct report_trace *trace)
{
    struct buffer lines;
    buffer_init(&lines);
    environment_add(&lines, trace);
    page_add_lines(page, &lines, 0);
    buffer_fini_part(&lines, page->out);
}

void report_write_in_full(const struct report_input *input, const struct finding *finding,
                          const struct scene *scene, struct buffer *out)
{
    struct page page = page_of(input, out);
    struct buffer lines;
    text_finding(input, finding, out);
    if (input->detail == REPORT_BRIEF)
        return;
    buffer_init(&lines);
    add_reason(&lines, input, finding);
    if (scene == NULL && finding->trace < input->trace_count)
        add_absence(&lines, &input->traces[finding->trace]);
    if (lines.length > 0) {
        page_add_lines(&page, &lines, 2);
        buffer_add_char(out, '\n');
    }
    buffer_fini_part(&lines, out);
    if (scene != NULL) {
        timeline_add(&page, finding, scene);
        timeline_add_sources(&page, finding, scene);
    }
    if (finding->trace < input->trace_count)
        add_environment(&page, &input->traces[finding->trace]);
}
