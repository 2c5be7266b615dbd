/*
 * In:   what is reported, a width and whether colours are wanted.
 * Out:  warnings, then each finding (headline, steps, what they mean, advice), then a summary.
 * Holds: names and sources are escaped before they are added; lines keep to the width where words fit it.
 */
#include "finding/phrase.h"
#include "report/formats.h"
#include "report/novelty.h"
#include "report/outcome.h"
#include "report/story.h"
#include "report/tally.h"
#include "report/wording.h"

enum {
    width_columns_default = 80,
    width_columns_min = 40,
    indent_columns = 2,
    actor_columns_max = 24,
    verb_columns = 11, /* as many as the longest verb */
    source_lines_max = 3,
};

/* Where a report is being written to. */
struct page {
    struct buffer *out;
    size_t width_columns;
    bool colour;
};

enum colour { COLOUR_BOLD, COLOUR_DIM, COLOUR_RED, COLOUR_YELLOW };

static const char *const colour_codes[] = {
    [COLOUR_BOLD] = "\x1b[1m",
    [COLOUR_DIM] = "\x1b[2m",
    [COLOUR_RED] = "\x1b[1;31m",
    [COLOUR_YELLOW] = "\x1b[33m",
};

static void start_colour(struct page *page, enum colour colour)
{
    if (page->colour)
        buffer_add_string(page->out, colour_codes[colour]);
}

static void end_colour(struct page *page)
{
    if (page->colour)
        buffer_add_string(page->out, "\x1b[0m");
}

/* ---- Columns ---- */

/* How many columns a printable text takes: one a character, which is wrong for wide ones only. */
static size_t columns_of(struct text text)
{
    size_t columns = 0;
    for (size_t i = 0; i < text.length; i++)
        columns += ((unsigned char)text.bytes[i] & 0xC0) != 0x80;
    return columns;
}

/* As much from the start of a printable text as fits into so many columns. */
static struct text cut(struct text text, size_t columns)
{
    size_t end = 0;
    while (end < text.length && (columns > 0 || ((unsigned char)text.bytes[end] & 0xC0) == 0x80)) {
        if (((unsigned char)text.bytes[end] & 0xC0) != 0x80)
            columns--;
        end++;
    }
    return (struct text){text.bytes, end};
}

/* What of `text` goes into a line of so many columns: broken at a space where there is one. */
static struct text line_of(struct text text, size_t columns)
{
    struct text line = cut(text, columns);
    if (line.length == text.length || text.bytes[line.length] == ' ')
        return line;
    for (size_t i = line.length; i > 0; i--) {
        if (line.bytes[i - 1] == ' ')
            return (struct text){line.bytes, i - 1};
    }
    return line;
}

static struct text without_spaces_before(struct text text)
{
    while (text.length > 0 && text.bytes[0] == ' ')
        text = (struct text){text.bytes + 1, text.length - 1};
    return text;
}

/* Adds a printable text in as many lines as it takes (at most `lines_max`; 0: any), each after an indent and
 * a mark. */
static void add_wrapped(struct page *page, struct text text, size_t indent, const char *mark,
                        size_t lines_max)
{
    size_t taken = indent + columns_of(text_of(mark));
    size_t columns = page->width_columns > taken + 20 ? page->width_columns - taken : 20;
    text = without_spaces_before(text);
    for (size_t lines = 1; text.length > 0; lines++) {
        bool last = lines == lines_max && columns_of(text) > columns;
        struct text line = last ? cut(text, columns - 1) : line_of(text, columns);
        buffer_add_repeated(page->out, ' ', indent);
        buffer_add_string(page->out, mark);
        buffer_add(page->out, line);
        buffer_add_string(page->out, last ? "…\n" : "\n");
        if (last)
            return;
        text = without_spaces_before((struct text){text.bytes + line.length, text.length - line.length});
    }
}

/* Adds each line as a paragraph. */
static void add_lines(struct page *page, const struct buffer *lines, size_t indent)
{
    struct text rest = buffer_text(lines);
    while (rest.length > 0) {
        const char *end = memchr(rest.bytes, '\n', rest.length);
        size_t length = end != NULL ? (size_t)(end - rest.bytes) : rest.length;
        add_wrapped(page, (struct text){rest.bytes, length}, indent, "", 0);
        length += end != NULL;
        rest = (struct text){rest.bytes + length, rest.length - length};
    }
}

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
    start_colour(page, COLOUR_BOLD);
    buffer_add_format(page->out, "%s · ", kinds_name(finding->kind));
    end_colour(page);
    start_colour(page, finding->status == FINDING_PREDICTED ? COLOUR_YELLOW : COLOUR_RED);
    buffer_add_string(page->out, status);
    end_colour(page);
    start_colour(page, COLOUR_BOLD);
    buffer_add(page->out, buffer_text(&rest));
    end_colour(page);

    size_t columns = columns_of(text_of(kinds_name(finding->kind))) + 3 + columns_of(text_of(status)) +
                     columns_of(buffer_text(&rest)) + columns_of(text_of(finding->id));
    if (columns + 2 <= page->width_columns)
        buffer_add_repeated(page->out, ' ', page->width_columns - columns);
    else
        buffer_add_string(page->out, "\n  ");
    start_colour(page, COLOUR_DIM);
    buffer_add_string(page->out, finding->id);
    end_colour(page);
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

/* A name in a column: filled up with spaces, or cut. */
static void add_column(struct page *page, struct text name, size_t columns)
{
    size_t taken = columns_of(name);
    if (taken > columns) {
        buffer_add(page->out, cut(name, columns - 1));
        buffer_add_string(page->out, "…");
    } else {
        buffer_add(page->out, name);
        buffer_add_repeated(page->out, ' ', columns - taken);
    }
    buffer_add_string(page->out, "  ");
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
        add_wrapped(page, buffer_text(&location), indent, "", 0);
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
    add_column(page, buffer_text(&actor), actor_width);
    add_column(page, text_of(step->verb), verb_columns);
    add_location(page, step->place, indent + verb_columns + 2, indent);
    add_wrapped(page, buffer_text(&source), indent, "│ ", source_lines_max);
    buffer_fini_part(&actor, page->out);
    buffer_fini_part(&source, page->out);
}

static void add_advice(struct page *page, const struct finding *finding)
{
    struct buffer line;
    buffer_init(&line);
    buffer_add_string(&line, "Advice: ");
    buffer_add(&line, finding->advice.text);
    add_wrapped(page, buffer_text(&line), indent_columns, "", 0);
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
    add_lines(page, &lines, indent_columns);
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
        start_colour(page, COLOUR_YELLOW);
        add_lines(page, &lines, 0);
        end_colour(page);
        buffer_add_char(page->out, '\n');
    }
    buffer_fini_part(&lines, page->out);
}

static void add_summary(struct page *page, const struct report_input *input, const struct tally *tally)
{
    struct buffer lines;
    buffer_init(&lines);
    wording_add_summary(&lines, input, tally);
    add_lines(page, &lines, 0);
    buffer_fini_part(&lines, page->out);
}

static struct page page_of(const struct report_input *input, struct buffer *out)
{
    struct page page = {.out = out, .width_columns = input->width_columns, .colour = input->colour};
    if (page.width_columns == 0)
        page.width_columns = width_columns_default;
    if (page.width_columns < width_columns_min)
        page.width_columns = width_columns_min;
    return page;
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
