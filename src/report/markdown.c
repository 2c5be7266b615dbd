/*
 * In:   what is reported.
 * Out:  Markdown as GitHub, GitLab and CommonMark read it.
 * Holds: whatever comes from a trace stands in a code span, on one line, with a fence longer than any run of
 * backticks within: it can be neither Markdown nor HTML nor a mention of somebody. Sentences of
 * finding/phrase.h are such by their own making.
 */
#include "finding/phrase.h"
#include "report/formats.h"
#include "report/novelty.h"
#include "report/outcome.h"
#include "report/seen.h"
#include "report/story.h"
#include "report/tally.h"
#include "report/wording.h"

static size_t longest_backtick_run(struct text text)
{
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < text.length; i++) {
        run = text.bytes[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

/* A code span of exactly this text, once it is printable. */
static void add_code(struct buffer *out, struct text text)
{
    struct buffer printable;
    buffer_init(&printable);
    buffer_add_escaped(&printable, text.length != 0 ? text : TEXT("?"));
    struct text code = buffer_text(&printable);
    size_t fence = longest_backtick_run(code) + 1;
    buffer_add_repeated(out, '`', fence);
    if (fence > 1)
        buffer_add_char(out, ' ');
    buffer_add(out, code);
    if (fence > 1)
        buffer_add_char(out, ' ');
    buffer_add_repeated(out, '`', fence);
    buffer_fini_part(&printable, out);
}

/* "counter.py:12" as code. */
static void add_location(struct buffer *out, const struct finding_place *place)
{
    struct buffer location;
    buffer_init(&location);
    wording_add_location(&location, place);
    add_code(out, buffer_text(&location));
    buffer_fini_part(&location, out);
}

static void add_step(struct buffer *out, const struct story_step *step, size_t number)
{
    buffer_add_format(out, "%zu. ", number);
    add_code(out, step->actor);
    buffer_add_format(out, " **%s** at ", step->verb);
    add_location(out, step->place);
    if (step->place->function.length != 0) {
        buffer_add_string(out, " in ");
        add_code(out, step->place->function);
    }
    if (step->place->source.length != 0) {
        buffer_add_string(out, ":  \n   ");
        add_code(out, step->place->source);
    }
    buffer_add_char(out, '\n');
}

static void add_steps(struct buffer *out, const struct finding *finding)
{
    struct story_step steps[story_steps_max];
    size_t count = story_of(finding, steps);
    for (size_t i = 0; i < count; i++)
        add_step(out, &steps[i], i + 1);
}

/* Each line becomes an item of a list. */
static void add_items(struct buffer *out, const struct buffer *lines)
{
    bool starts = true;
    struct text text = buffer_text(lines);
    for (size_t i = 0; i < text.length; i++) {
        if (starts)
            buffer_add_string(out, "- ");
        buffer_add_char(out, text.bytes[i]);
        starts = text.bytes[i] == '\n';
    }
}

static void add_headline(struct buffer *out, const struct finding *finding)
{
    buffer_add_format(out, "### %s · %s · %s · ", kinds_name(finding->kind),
                      kinds_status_name(finding->status), kinds_confidence_name(finding->confidence));
    phrase_add_times(out, finding->count);
    buffer_add_string(out, " · ");
    add_code(out, finding->cell.text);
    wording_add_other_cells(out, finding);
    buffer_add_format(out, "\n\n`%s`\n\n", finding->id);
}

static void add_finding(struct buffer *out, const struct report_input *input, const struct finding *finding)
{
    add_headline(out, finding);
    add_steps(out, finding);
    buffer_add_char(out, '\n');

    struct buffer lines;
    buffer_init(&lines);
    outcome_add(&lines, finding);
    seen_add(&lines, input, finding);
    novelty_add_known(&lines, input, finding);
    if (lines.length > 0) {
        add_items(out, &lines);
        buffer_add_char(out, '\n');
    }
    buffer_fini_part(&lines, out);
    buffer_add_string(out, "**Advice.** ");
    buffer_add(out, finding->advice.text);
    buffer_add_string(out, "\n\n");
}

static void add_warnings(struct buffer *out, const struct report_input *input)
{
    struct buffer lines;
    buffer_init(&lines);
    wording_add_warnings(&lines, input);
    if (lines.length > 0) {
        buffer_add_string(out, "**Mind:**\n\n");
        add_items(out, &lines);
        buffer_add_char(out, '\n');
    }
    buffer_fini_part(&lines, out);
}

void markdown_report(const struct report_input *input, struct buffer *out)
{
    struct tally tally = tally_of(input);
    struct tally_cursor cursor = {0};
    buffer_add_string(out, "## staleread\n\n");
    add_warnings(out, input);
    for (const struct finding *finding; (finding = tally_next(input, &tally, &cursor)) != NULL;)
        add_finding(out, input, finding);

    struct buffer lines;
    buffer_init(&lines);
    wording_add_summary(&lines, input, &tally);
    buffer_add_string(out, "---\n\n");
    add_items(out, &lines);
    buffer_fini_part(&lines, out);
}
