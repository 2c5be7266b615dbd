/*
 * In:   what is reported, a width and whether colours are wanted.
 * Out:  warnings, then each finding (headline, steps, what they mean, advice), then a summary.
 * Holds: names and sources are escaped before they are added; lines keep to the width where words fit it.
 */
#include "finding/phrase.h"
#include "report/formats.h"
#include "report/novelty.h"
#include "report/outcome.h"
#include "report/page.h"
#include "report/story.h"
#include "report/tally.h"
#include "report/wording.h"

enum {
    indent_columns = 2,
    actor_columns_max = 24,
    verb_columns = 11, /* as many as the longest verb */
    source_lines_max = 3,
};

/* ---- A finding ---- */

/* "lost-update · observed · high · 999 times · Counter.value" and the id, on the same line
 * where there is room. */
static void add_headline(struct page *page, const struct finding *finding)
{
    struct buffer rest;
    buffer_init(&rest);
    buffer_add_format(&rest, " · %s · ", kinds_confidence_name(finding->confidence));
    phrase_add_times(&rest, finding->count);
    buffer_add_string(&rest, " · ");
    buffer_add_escaped(&rest, finding->cell.text);
    wording_add_other_cells(&rest, finding);

    const char *status = kinds_status_name(finding->status);
    page_start_colour(page, PAGE_BOLD);
    buffer_add_format(page->out, "%s · ", kinds_name(finding->kind));
    page_end_colour(page);
    page_start_colour(page, finding->status == FINDING_PREDICTED ? PAGE_YELLOW : PAGE_RED);
    buffer_add_string(page->out, status);
    page_end_colour(page);
    page_start_colour(page, PAGE_BOLD);
    buffer_add(page->out, buffer_text(&rest));
    page_end_colour(page);

    size_t columns = columns_of(text_of(kinds_name(finding->kind))) + 3 + columns_of(text_of(status)) +
                     columns_of(buffer_text(&rest)) + columns_of(text_of(finding->id));
    if (columns + 2 <= page->width_columns)
        buffer_add_repeated(page->out, ' ', page->width_columns - columns);
    else
        buffer_add_string(page->out, "\n  ");
    page_start_colour(page, PAGE_DIM);
    buffer_add_string(page->out, finding->id);
    page_end_colour(page);
    buffer_add_string(page->out, "\n\n");
    buffer_fini_part(&rest, page->out);
}

/* The actors' column is as wide as its longest name. */
static size_t actor_columns(struct page *page, const struct story_step *steps, size_t count)
{
    size_t columns = 0;
    for (size_t i = 0; i < count; i++) {
        struct buffer name;
        buffer_init(&name);
        buffer_add_escaped(&name, steps[i].actor);
        size_t wanted = columns_of(buffer_text(&name));
        columns = wanted > columns ? wanted : columns;
        buffer_fini_part(&name, page->out);
    }
    return columns < actor_columns_max ? columns : actor_columns_max;
}

/* "counter.py:12 in Counter.increment", in a line of its own where it does not fit behind the verb. */
static void add_location(struct page *page, const struct finding_place *place, size_t taken, size_t indent)
{
    struct buffer raw, location;
    buffer_init(&raw);
    buffer_init(&location);
    wording_add_location(&raw, place);
    if (place->function.length != 0) {
        buffer_add_string(&raw, " in ");
        buffer_add(&raw, place->function);
    }
    buffer_add_escaped(&location, buffer_text(&raw));
    buffer_fini_part(&raw, page->out);
    if (taken + columns_of(buffer_text(&location)) <= page->width_columns) {
        buffer_add(page->out, buffer_text(&location));
        buffer_add_char(page->out, '\n');
    } else {
        buffer_add_char(page->out, '\n');
        page_add_wrapped(page, buffer_text(&location), indent, "", 0);
    }
    buffer_fini_part(&location, page->out);
}

static void add_step(struct page *page, const struct story_step *step, size_t actor_width)
{
    struct buffer actor, source;
    buffer_init(&actor);
    buffer_init(&source);
    buffer_add_escaped(&actor, step->actor);
    buffer_add_escaped(&source, step->place->source);
    size_t indent = indent_columns + actor_width + 2;
    buffer_add_repeated(page->out, ' ', indent_columns);
    page_add_column(page, buffer_text(&actor), actor_width);
    page_add_column(page, text_of(step->verb), verb_columns);
    add_location(page, step->place, indent + verb_columns + 2, indent);
    page_add_wrapped(page, buffer_text(&source), indent, "│ ", source_lines_max);
    buffer_fini_part(&actor, page->out);
    buffer_fini_part(&source, page->out);
}

static void add_advice(struct page *page, const struct finding *finding)
{
    struct buffer line;
    buffer_init(&line);
    buffer_add_string(&line, "Advice: ");
    buffer_add(&line, finding->advice.text);
    page_add_wrapped(page, buffer_text(&line), indent_columns, "", 0);
    buffer_fini_part(&line, page->out);
}

static void add_finding(struct page *page, const struct report_input *input, const struct finding *finding)
{
    add_headline(page, finding);

    struct story_step steps[story_steps_max];
    size_t count = story_of(finding, steps);
    for (size_t i = 0; i < count; i++)
        add_step(page, &steps[i], actor_columns(page, steps, count));

    struct buffer lines;
    buffer_init(&lines);
    outcome_add(&lines, finding);
    novelty_add_known(&lines, input, finding);
    if (lines.length > 0)
        buffer_add_char(page->out, '\n');
    page_add_lines(page, &lines, indent_columns);
    buffer_fini_part(&lines, page->out);
    add_advice(page, finding);
    buffer_add_char(page->out, '\n');
}

/* ---- The report ---- */

static void add_warnings(struct page *page, const struct report_input *input)
{
    struct buffer lines;
    buffer_init(&lines);
    wording_add_warnings(&lines, input);
    if (lines.length > 0) {
        page_start_colour(page, PAGE_YELLOW);
        page_add_lines(page, &lines, 0);
        page_end_colour(page);
        buffer_add_char(page->out, '\n');
    }
    buffer_fini_part(&lines, page->out);
}

static void add_summary(struct page *page, const struct report_input *input, const struct tally *tally)
{
    struct buffer lines;
    buffer_init(&lines);
    wording_add_summary(&lines, input, tally);
    page_add_lines(page, &lines, 0);
    buffer_fini_part(&lines, page->out);
}

void text_finding(const struct report_input *input, const struct finding *finding, struct buffer *out)
{
    struct page page = page_of(input, out);
    add_finding(&page, input, finding);
}

void text_report(const struct report_input *input, struct buffer *out)
{
    struct page page = page_of(input, out);
    struct tally tally = tally_of(input);
    struct tally_cursor cursor = {0};
    add_warnings(&page, input);
    for (const struct finding *finding; (finding = tally_next(input, &tally, &cursor)) != NULL;)
        add_finding(&page, input, finding);
    add_summary(&page, input, &tally);
}
