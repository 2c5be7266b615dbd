/*
 * In:   what is reported.
 * Out:  Markdown as GitHub, GitLab and CommonMark with tables read it, to paste into an issue or to hand to a coding assistant.
 * Holds: no more than GitHub takes for the text of an issue, however much there is to say: the worst findings come in full, more of
 * them in a line each, the rest as a number; lists are cut and say so. Nothing of a trace is markup (markdown_code.h).
 */
#include "finding/phrase.h"
#include "report/formats.h"
#include "report/markdown_code.h"
#include "report/markdown_finding.h"
#include "report/markdown_run.h"
#include "report/tally.h"
#include "report/wording.h"

/* GitHub counts characters; bytes are never fewer. */
enum {
    report_bytes_max = 65536,
    warnings_bytes_max = 4096,
    summary_bytes_max = 8192,
    run_bytes_max = 12288,
    rest_bytes_max = 512, /* for what says how many there are more */
};

static void add_warnings(struct buffer *out, const struct report_input *input)
{
    struct buffer lines;
    buffer_init(&lines);
    wording_add_warnings(&lines, input);
    if (lines.length > 0) {
        buffer_add_string(out, "**Mind:**\n\n");
        markdown_finding_add_items(out, &lines, warnings_bytes_max);
        buffer_add_char(out, '\n');
    }
    buffer_fini_part(&lines, out);
}

static void add_end(struct buffer *out, const struct report_input *input, const struct tally *tally)
{
    struct buffer lines, run;
    buffer_init(&lines);
    buffer_init(&run);
    markdown_run_add(&run, input);
    if (run.length <= run_bytes_max)
        buffer_add(out, buffer_text(&run));
    wording_add_summary(&lines, input, tally);
    buffer_add_string(out, "---\n\n");
    markdown_finding_add_items(out, &lines, summary_bytes_max);
    buffer_fini_part(&lines, out);
    buffer_fini_part(&run, out);
}

/* ---- Findings, as many as there is room for ---- */

/* Adds a part if it goes into so many bytes. */
static bool add_part(struct buffer *out, struct buffer *part, size_t bytes_max)
{
    bool fits = out->length + part->length <= bytes_max;
    if (fits)
        buffer_add(out, buffer_text(part));
    buffer_fini_part(part, out);
    return fits;
}

static bool add_full(struct buffer *out, const struct report_input *input, const struct finding *finding,
                     size_t bytes_max)
{
    struct buffer part;
    buffer_init(&part);
    markdown_finding_add(&part, input, finding);
    return add_part(out, &part, bytes_max);
}

static bool add_short(struct buffer *out, const struct finding *finding, size_t bytes_max)
{
    struct buffer part;
    buffer_init(&part);
    markdown_finding_add_short(&part, finding);
    return add_part(out, &part, bytes_max);
}

static void add_left_out(struct buffer *out, uint64_t count)
{
    buffer_add_char(out, '\n');
    phrase_add_count(out, count, "more finding is", "more findings are");
    buffer_add_string(
        out, " not listed, because an issue of GitHub takes no more text. `--format html` and `--format "
             "json` have all.\n\n");
}

/* Whether all of them go in, in full. */
static bool add_all_in_full(struct buffer *out, const struct report_input *input, const struct tally *tally,
                            size_t bytes_max)
{
    struct tally_cursor cursor = {0};
    for (const struct finding *finding; (finding = tally_next(input, tally, &cursor)) != NULL;)
        if (!add_full(out, input, finding, bytes_max))
            return false;
    return true;
}

/* In full as far as three quarters of the room go, then in a line each, then as a number. */
static void add_worst(struct buffer *out, const struct report_input *input, const struct tally *tally,
                      size_t bytes_max)
{
    const struct finding *finding;
    struct tally_cursor cursor = {0};
    do
        finding = tally_next(input, tally, &cursor);
    while (finding != NULL && add_full(out, input, finding, bytes_max / 4 * 3));
    buffer_add_string(out, "### Further findings\n\n");
    while (finding != NULL && add_short(out, finding, bytes_max - rest_bytes_max))
        finding = tally_next(input, tally, &cursor);
    if (finding != NULL)
        add_left_out(out, tally->listed - cursor.listed + 1);
    else
        buffer_add_char(out, '\n');
}

static void add_findings(struct buffer *out, const struct report_input *input, const struct tally *tally,
                         size_t bytes_max)
{
    struct buffer all, worst;
    buffer_init(&all);
    buffer_init(&worst);
    if (add_all_in_full(&all, input, tally, bytes_max)) {
        buffer_add(out, buffer_text(&all));
    } else {
        add_worst(&worst, input, tally, bytes_max);
        buffer_add(out, buffer_text(&worst));
    }
    buffer_fini_part(&all, out);
    buffer_fini_part(&worst, out);
}

void markdown_report(const struct report_input *input, struct buffer *out)
{
    struct tally tally = tally_of(input);
    struct buffer end;
    buffer_init(&end);
    add_end(&end, input, &tally);
    buffer_add_string(out, "## staleread\n\n");
    add_warnings(out, input);
    add_findings(out, input, &tally, report_bytes_max - out->length - end.length);
    buffer_add(out, buffer_text(&end));
    buffer_fini_part(&end, out);
}
