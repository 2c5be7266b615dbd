/*
 * In:   what is reported, a width, how much is wanted, and whether colours and links are.
 * Out:  warnings, then each finding (headline, steps, what they mean, advice), then remarks, and a summary in the last line.
 * Holds: names and sources are escaped before they are added; lines keep to the width where words fit it.
 */
#include "finding/phrase.h"
#include "report/formats.h"
#include "report/location.h"
#include "report/next_steps.h"
#include "report/novelty.h"
#include "report/outcome.h"
#include "report/page.h"
#include "report/seen.h"
#include "report/story.h"
#include "report/tally.h"
#include "report/unshown.h"
#include "report/wording.h"

enum {
    indent_columns = 2,
    actor_columns_max = 24,
    verb_columns = 11, /* as many as the longest verb */
    source_lines_max = 3,
};

/* ---- A finding ---- */

static void add_coloured(struct page *page, enum page_colour colour, const char *string)
{
    page_start_colour(page, colour);
    buffer_add_string(page->out, string);
    page_end_colour(page);
}

static enum page_colour status_colour(const struct finding *finding)
{
    return finding->status == FINDING_PREDICTED ? PAGE_YELLOW : PAGE_RED;
}

/* "high · 999 times" */
static void add_extent(struct buffer *text, const struct finding *finding)
{
    buffer_add_format(text, "%s · ", kinds_confidence_name(finding->confidence));
    phrase_add_times(text, finding->count);
}

static void add_cell(struct buffer *text, const struct finding *finding)
{
    buffer_add_escaped(text, finding->cell.text);
    wording_add_other_cells(text, finding);
}

/* The id at the right margin of a line of which so many columns are taken; below it where there is no room. */
static void add_id(struct page *page, const struct finding *finding, size_t taken)
{
    size_t columns = taken + 2 + strlen(finding->id);
    bool has_room = columns <= page->width_columns;
    buffer_add_string(page->out, has_room ? "" : "\n");
    buffer_add_repeated(page->out, ' ', has_room ? page->width_columns - columns + 2 : indent_columns);
    add_coloured(page, PAGE_DIM, finding->id);
    buffer_add_char(page->out, '\n');
}

/* The cell and the id behind a headline of which so many columns are taken; the cell below it where there is no room. */
static void add_cell_and_id(struct page *page, const struct finding *finding, size_t taken)
{
    static const char separator[] = " · ";
    struct buffer cell;
    buffer_init(&cell);
    add_cell(&cell, finding);
    size_t columns = columns_of(text_of(separator)) + columns_of(buffer_text(&cell));
    bool is_below = taken + columns + 2 + strlen(finding->id) > page->width_columns;
    if (is_below)
        add_id(page, finding, taken);
    page_start_colour(page, PAGE_BOLD);
    if (is_below) {
        page_add_wrapped(page, buffer_text(&cell), indent_columns, "", 0);
    } else {
        buffer_add_string(page->out, separator);
        page_add(page, buffer_text(&cell));
    }
    page_end_colour(page);
    if (!is_below)
        add_id(page, finding, taken + columns);
    buffer_add_char(page->out, '\n');
    buffer_fini_part(&cell, page->out);
}

/* "lost-update · observed · high · 999 times · Counter.value" and the id. */
static void add_headline(struct page *page, const struct finding *finding)
{
    struct buffer extent;
    buffer_init(&extent);
    add_extent(&extent, finding);
    const char *kind = kinds_name(finding->kind), *status = kinds_status_name(finding->status);
    add_coloured(page, PAGE_BOLD, kind);
    buffer_add_string(page->out, " · ");
    add_coloured(page, status_colour(finding), status);
    size_t taken = strlen(kind) + 3 + strlen(status), more = columns_of(buffer_text(&extent));
    bool has_room = taken + 3 + more <= page->width_columns;
    buffer_add_string(page->out, has_room ? " · " : "\n  ");
    add_coloured(page, PAGE_BOLD, buffer_string(&extent));
    add_cell_and_id(page, finding, has_room ? taken + 3 + more : indent_columns + more);
    buffer_fini_part(&extent, page->out);
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

/* What was read or written at one of a finding's places, where that was recorded. */
static struct text value_at(const struct finding *finding, const struct finding_place *place)
{
    if (!outcome_has_window(finding))
        return TEXT_NONE;
    return place == &finding->first   ? finding->values.read
           : place == &finding->other ? finding->values.other
           : place == &finding->last  ? finding->values.written
                                      : TEXT_NONE;
}

/* "value `0`, holding `Counter._lock`" */
static void add_circumstances(struct buffer *lines, const struct finding *finding,
                              const struct finding_place *place)
{
    struct text value = value_at(finding, place);
    if (text_equals(value, FINDING_VALUE_ABSENT))
        buffer_add_string(lines, "nothing there, ");
    else if (value.length != 0) {
        buffer_add_string(lines, "value ");
        phrase_add_code(lines, value);
        buffer_add_string(lines, ", ");
    }
    buffer_add_string(lines, "holding ");
    if (place->lock_count == 0)
        buffer_add_string(lines, "no lock");
    for (uint32_t i = 0; i < place->lock_count; i++) {
        buffer_add_string(lines, i > 0 ? " and " : "");
        phrase_add_code(lines, place->locks[i].name);
    }
    buffer_add_char(lines, '\n');
}

/* The second line of a step: the source, and in a full report what was the case there. */
static void add_source(struct page *page, const struct report_input *input, const struct finding *finding,
                       const struct finding_place *place, size_t indent)
{
    struct buffer source, circumstances;
    buffer_init(&source);
    buffer_init(&circumstances);
    bool is_full = input->detail == REPORT_FULL;
    buffer_add_escaped(&source, place->source);
    page_add_wrapped(page, buffer_text(&source), indent, "│ ", is_full ? 0 : source_lines_max);
    if (is_full && place != &finding->window)
        add_circumstances(&circumstances, finding, place);
    page_add_lines(page, &circumstances, indent);
    buffer_fini_part(&source, page->out);
    buffer_fini_part(&circumstances, page->out);
}

/* In a column of that width, or in a line of its own (0). Who came in between stands out. */
static void add_verb(struct page *page, const struct finding *finding, const struct story_step *step,
                     size_t columns)
{
    bool is_rival = step->place == &finding->other;
    if (is_rival)
        page_start_colour(page, status_colour(finding));
    if (columns > 0)
        page_add_column(page, text_of(step->verb), columns);
    else
        buffer_add_string(page->out, step->verb);
    if (is_rival)
        page_end_colour(page);
    if (columns == 0)
        buffer_add_char(page->out, '\n');
}

static void add_step(struct page *page, const struct report_input *input, const struct finding *finding,
                     const struct story_step *step, const struct finding_place *before, size_t actor_width)
{
    struct buffer actor;
    struct location location;
    size_t indent = indent_columns + actor_width + 2, taken = indent + verb_columns + 2;
    buffer_init(&actor);
    buffer_add_escaped(&actor, step->actor);
    location_init(&location, input, finding, step->place, before,
                  page->width_columns > taken ? page->width_columns - taken : 0);
    buffer_add_repeated(page->out, ' ', indent_columns);
    page_add_column(page, buffer_text(&actor), actor_width);
    add_verb(page, finding, step, location.is_apart ? 0 : verb_columns);
    if (location.is_apart)
        location_add_apart(&location, page, indent);
    else
        location_add(&location, page);
    add_source(page, input, finding, step->place, indent);
    location_fini(&location, page->out);
    buffer_fini_part(&actor, page->out);
}

/* What only those want to know who want to know everything. */
static void add_particulars(struct buffer *lines, const struct report_input *input,
                            const struct finding *finding)
{
    if (finding->trace >= input->trace_count)
        return;
    buffer_add_string(lines, "Told as in ");
    phrase_add_code(lines, text_of(input->traces[finding->trace].path));
    const struct finding_place *place = story_main_place(finding);
    if (place->event != 0) {
        buffer_add_string(lines, ", at event ");
        phrase_add_number(lines, place->event - 1);
    }
    buffer_add_string(lines, ".\n");
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
        add_step(page, input, finding, &steps[i], i > 0 ? steps[i - 1].place : NULL,
                 actor_columns(page, steps, count));

    struct buffer lines;
    buffer_init(&lines);
    outcome_add(&lines, finding);
    seen_add(&lines, input, finding);
    novelty_add_known(&lines, input, finding);
    if (input->detail == REPORT_FULL)
        add_particulars(&lines, input, finding);
    if (lines.length > 0)
        buffer_add_char(page->out, '\n');
    page_add_lines(page, &lines, indent_columns);
    buffer_fini_part(&lines, page->out);
    add_advice(page, finding);
    buffer_add_char(page->out, '\n');
}

/* "counter.py:13: lost-update · observed · high · 999 times · Counter.value · SR-d2184f5e6e30", as compilers write, so that what
 * finds places in those finds these. */
static void add_brief(struct page *page, const struct report_input *input, const struct finding *finding)
{
    struct location location;
    struct buffer rest;
    buffer_init(&rest);
    location_init(&location, input, finding, story_main_place(finding), NULL, SIZE_MAX);
    add_extent(&rest, finding);
    buffer_add_string(&rest, " · ");
    add_cell(&rest, finding);
    location_add_file(&location, page);
    buffer_add_string(page->out, ": ");
    add_coloured(page, PAGE_BOLD, kinds_name(finding->kind));
    buffer_add_string(page->out, " · ");
    add_coloured(page, status_colour(finding), kinds_status_name(finding->status));
    buffer_add_format(page->out, " · %s · ", buffer_string(&rest));
    add_coloured(page, PAGE_DIM, finding->id);
    buffer_add_char(page->out, '\n');
    location_fini(&location, page->out);
    buffer_fini_part(&rest, page->out);
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

/* What else there is to say, and in the last line what it comes to. */
static void add_summary(struct page *page, const struct report_input *input, const struct tally *tally)
{
    struct buffer lines;
    buffer_init(&lines);
    if (input->detail != REPORT_BRIEF) {
        wording_add_remarks(&lines, input, tally);
        if (input->detail == REPORT_FULL)
            unshown_add(&lines, input, tally);
        page_add_lines(page, &lines, 0);
        next_steps_add(page, input, tally);
    }
    buffer_fini_part(&lines, page->out);
    buffer_init(&lines);
    wording_add_counts(&lines, input, tally);
    page_start_colour(page, PAGE_BOLD);
    if (input->detail == REPORT_BRIEF)
        page_add(page, buffer_text(&lines));
    else
        page_add_lines(page, &lines, 0);
    page_end_colour(page);
    buffer_fini_part(&lines, page->out);
}

void text_finding(const struct report_input *input, const struct finding *finding, struct buffer *out)
{
    struct page page = page_of(input, out);
    if (input->detail == REPORT_BRIEF)
        add_brief(&page, input, finding);
    else
        add_finding(&page, input, finding);
}

void text_report(const struct report_input *input, struct buffer *out)
{
    struct page page = page_of(input, out);
    struct tally tally = tally_of(input);
    struct tally_cursor cursor = {0};
    add_warnings(&page, input);
    for (const struct finding *finding; (finding = tally_next(input, &tally, &cursor)) != NULL;)
        text_finding(input, finding, out);
    add_summary(&page, input, &tally);
}
