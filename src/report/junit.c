/*
 * In:   what is reported.
 * Out:  JUnit XML, as most systems for continuous integration read it: a suite for each kind, a case for each finding, and a
 * suite with a case for each trace.
 * Holds: a case fails where its finding makes the exit status 1. What lets the others pass is told, as a reason to skip them.
 * A kind of which there is nothing has one case, which passes, so that it is seen to have been looked for. Cases are named after
 * what does not change from run to run. Nothing but characters of XML 1.0 gets out.
 */
#include <inttypes.h>

#include "finding/phrase.h"
#include "report/formats.h"
#include "report/symptom.h"
#include "report/tally.h"
#include "report/wording.h"

enum { text_width_columns = 100 };

/* ---- XML ---- */

static void add_byte(struct buffer *out, char byte)
{
    switch (byte) {
    case '<':
        buffer_add_string(out, "&lt;");
        break;
    case '>':
        buffer_add_string(out, "&gt;");
        break;
    case '&':
        buffer_add_string(out, "&amp;");
        break;
    case '"':
        buffer_add_string(out, "&quot;");
        break;
    default:
        buffer_add_char(out, byte);
    }
}

/* Printable text: sentences, and what was escaped before. */
static void add_printable(struct buffer *out, struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        add_byte(out, text.bytes[i]);
}

static void add_text(struct buffer *out, struct text text)
{
    struct buffer printable;
    buffer_init(&printable);
    buffer_add_escaped(&printable, text);
    add_printable(out, buffer_text(&printable));
    buffer_fini_part(&printable, out);
}

/* ---- Cases ---- */

enum outcome { OUTCOME_PASSED, OUTCOME_FAILED, OUTCOME_SKIPPED };

static enum outcome outcome_of(const struct report_input *input, const struct finding *finding)
{
    bool is_let_stand = finding->suppressed_by != 0 || finding->ignored_by != 0;
    return !is_let_stand && finding_list_counts(finding, input->fail_on) ? OUTCOME_FAILED : OUTCOME_SKIPPED;
}

/* Why it does not count. */
static void add_reason(struct buffer *out, const struct report_input *input, const struct finding *finding)
{
    if (finding->suppressed_by != 0) {
        buffer_add_string(out, "suppressed: ");
        add_text(out, input->rules->suppressions.items[finding->suppressed_by - 1].reason);
    } else if (finding->ignored_by != 0) {
        buffer_add_string(out, "ignored in the source: ");
        add_text(out, input->ignores->rows.items[finding->ignored_by - 1].reason);
    } else if (finding->known) {
        buffer_add_string(out, "known: the baseline has it");
    } else {
        buffer_add_format(out, "%s: --fail-on %s lets it pass", kinds_status_name(finding->status),
                          input->fail_on == FINDING_FAIL_ON_NEVER ? "never" : "observed");
    }
}

/* The finding as the text report has it. */
static void add_body(struct buffer *out, const struct report_input *input, const struct finding *finding)
{
    struct report_input plain = *input;
    plain.width_columns = text_width_columns;
    plain.colour = false;
    plain.links = NULL;
    struct buffer text;
    buffer_init(&text);
    report_write_finding(&plain, finding, &text);
    add_printable(out, buffer_text(&text));
    buffer_fini_part(&text, out);
}

static void add_symptom(struct buffer *out, const struct finding *finding)
{
    struct buffer sentence;
    buffer_init(&sentence);
    symptom_add(&sentence, finding);
    add_printable(out, buffer_text(&sentence));
    buffer_fini_part(&sentence, out);
}

/* ` file="app.py" line="9"`, where they are known. */
static void add_place(struct buffer *out, const struct finding_place *place)
{
    if (place->file.length == 0 || place->is_location)
        return;
    buffer_add_string(out, " file=\"");
    add_text(out, place->file);
    buffer_add_string(out, "\"");
    if (place->line != 0)
        buffer_add_format(out, " line=\"%" PRIu32 "\"", place->line);
}

/* "Cache._data[…] (SR-0123456789ab)": which key it was may be another one in the next run. */
static void add_name(struct buffer *out, const struct finding *finding)
{
    const struct finding_cell *cell = &finding->cell;
    bool has_key = cell->key.length != 0 && cell->attribute.length != 0;
    buffer_add_string(out, " name=\"");
    if (has_key && cell->owner.length != 0) {
        add_text(out, cell->owner);
        buffer_add_char(out, '.');
    }
    add_text(out, has_key ? cell->attribute : cell->text);
    buffer_add_format(out, "%s (%s)\"", has_key ? "[…]" : "", finding->id);
}

static void add_case(struct buffer *out, const struct report_input *input, const struct finding *finding)
{
    bool fails = outcome_of(input, finding) == OUTCOME_FAILED;
    buffer_add_format(out, "    <testcase classname=\"staleread.%s\"", kinds_name(finding->kind));
    add_name(out, finding);
    add_place(out, symptom_place(finding));
    buffer_add_string(out, " time=\"0\">\n");
    if (fails) {
        buffer_add_format(out, "      <failure type=\"%s\" message=\"", kinds_status_name(finding->status));
        add_symptom(out, finding);
        buffer_add_string(out, "\">");
        add_body(out, input, finding);
        buffer_add_string(out, "</failure>\n");
    } else {
        buffer_add_string(out, "      <skipped message=\"");
        add_reason(out, input, finding);
        buffer_add_string(out, "\"/>\n      <system-out>");
        add_body(out, input, finding);
        buffer_add_string(out, "</system-out>\n");
    }
    buffer_add_string(out, "    </testcase>\n");
}

/* ---- Suites ---- */

struct counts {
    uint64_t tests, failures, skipped;
};

/* Where a walk over the cases of a kind stands; all zero at its start. */
struct cases {
    struct tally_cursor listed;
    size_t let_stand;
};

/* Those that are listed, then those that are let stand; NULL at the end. */
static const struct finding *next_case(const struct report_input *input, const struct tally *tally,
                                       enum finding_kind kind, struct cases *at)
{
    const struct finding *finding;
    do
        finding = tally_next(input, tally, &at->listed);
    while (finding != NULL && finding->kind != kind);
    while (finding == NULL || finding->kind != kind) {
        finding = tally_next_let_stand(input, &at->let_stand);
        if (finding == NULL)
            return NULL;
    }
    return finding;
}

static struct counts count_kind(const struct report_input *input, const struct tally *tally,
                                enum finding_kind kind)
{
    struct counts counts = {0};
    struct cases at = {.let_stand = 0};
    for (const struct finding *finding; (finding = next_case(input, tally, kind, &at)) != NULL;) {
        enum outcome outcome = outcome_of(input, finding);
        counts.tests++;
        counts.failures += outcome == OUTCOME_FAILED;
        counts.skipped += outcome == OUTCOME_SKIPPED;
    }
    counts.tests += counts.tests == 0;
    return counts;
}

static void add_counts(struct buffer *out, struct counts counts)
{
    buffer_add_format(out,
                      " tests=\"%" PRIu64 "\" failures=\"%" PRIu64 "\" errors=\"0\" skipped=\"%" PRIu64
                      "\" time=\"0\">\n",
                      counts.tests, counts.failures, counts.skipped);
}

static void add_kind(struct buffer *out, const struct report_input *input, const struct tally *tally,
                     enum finding_kind kind)
{
    struct cases at = {.let_stand = 0};
    bool any = false;
    buffer_add_format(out, "  <testsuite name=\"staleread.%s\"", kinds_name(kind));
    add_counts(out, count_kind(input, tally, kind));
    for (const struct finding *finding; (finding = next_case(input, tally, kind, &at)) != NULL; any = true)
        add_case(out, input, finding);
    if (!any)
        buffer_add_format(out, "    <testcase classname=\"staleread.%s\" name=\"none\" time=\"0\"/>\n",
                          kinds_name(kind));
    buffer_add_string(out, "  </testsuite>\n");
}

/* ---- Traces ---- */

/* What there is to warn about one of them. */
static void warn(struct buffer *lines, const struct report_input *input, size_t index)
{
    struct report_input one = *input;
    one.traces = &input->traces[index];
    one.trace_count = 1;
    wording_add_warnings(lines, &one);
}

static struct counts count_traces(const struct report_input *input, struct buffer *out)
{
    struct counts counts = {.tests = input->trace_count};
    struct buffer lines;
    buffer_init(&lines);
    for (size_t i = 0; i < input->trace_count; i++) {
        warn(&lines, input, i);
        counts.skipped += lines.length > 0;
        buffer_clear(&lines);
    }
    buffer_fini_part(&lines, out);
    return counts;
}

/* One that is not whole was not judged as a whole: a case that is skipped. */
static void add_trace(struct buffer *out, const struct report_input *input, size_t index)
{
    struct buffer lines;
    buffer_init(&lines);
    warn(&lines, input, index);
    buffer_add_string(out, "    <testcase classname=\"staleread.traces\" name=\"");
    add_text(out, text_of(input->traces[index].path));
    buffer_add_string(out, "\" time=\"0\"");
    if (lines.length > 0) {
        buffer_add_string(out, ">\n      <skipped message=\"only in part\">");
        add_printable(out, buffer_text(&lines));
        buffer_add_string(out, "</skipped>\n    </testcase>\n");
    } else {
        buffer_add_string(out, "/>\n");
    }
    buffer_fini_part(&lines, out);
}

static void add_traces(struct buffer *out, const struct report_input *input, const struct tally *tally)
{
    struct buffer lines;
    buffer_init(&lines);
    buffer_add_string(out, "  <testsuite name=\"staleread.traces\"");
    add_counts(out, count_traces(input, out));
    for (size_t i = 0; i < input->trace_count; i++)
        add_trace(out, input, i);
    wording_add_summary(&lines, input, tally);
    buffer_add_string(out, "    <system-out>");
    add_printable(out, buffer_text(&lines));
    buffer_add_string(out, "</system-out>\n  </testsuite>\n");
    buffer_fini_part(&lines, out);
}

/* ---- The report ---- */

static struct counts count_all(const struct report_input *input, const struct tally *tally,
                               struct buffer *out)
{
    struct counts all = count_traces(input, out);
    for (int kind = 0; kind < FINDING_KIND_COUNT; kind++) {
        struct counts counts = count_kind(input, tally, (enum finding_kind)kind);
        all.tests += counts.tests;
        all.failures += counts.failures;
        all.skipped += counts.skipped;
    }
    return all;
}

void junit_report(const struct report_input *given, struct buffer *out)
{
    struct report_input all = *given;
    all.shows_known = true;
    struct tally tally = tally_of(&all);
    buffer_add_string(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"staleread\"");
    add_counts(out, count_all(&all, &tally, out));
    for (int kind = 0; kind < FINDING_KIND_COUNT; kind++)
        add_kind(out, &all, &tally, (enum finding_kind)kind);
    add_traces(out, &all, &tally);
    buffer_add_string(out, "</testsuites>\n");
}
