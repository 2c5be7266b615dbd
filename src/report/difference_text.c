/*
 * In:   a difference.
 * Out:  text for a terminal: what is new in full, the rest a line each, and around where the schedules part a step a line.
 * Holds: whatever comes from a trace or a file is escaped.
 */
#include "finding/phrase.h"
#include "report/difference_words.h"
#include "report/page.h"
#include "report/wording.h"

enum { actor_columns_max = 24, verb_columns = 7 };

static struct page page_on(const struct difference *difference, struct buffer *out)
{
    return page_of(&difference->sides[1], out);
}

/* "New in `b.srt`" and an empty line. */
static void add_heading(struct page *page, const char *before, const char *path, const char *after)
{
    page_start_colour(page, PAGE_BOLD);
    buffer_add_string(page->out, before);
    if (path != NULL)
        phrase_add_code(page->out, text_of(path));
    buffer_add_string(page->out, after);
    page_end_colour(page);
    buffer_add_char(page->out, '\n');
}

static void add_warnings(const struct difference *difference, struct buffer *out)
{
    struct page page = page_on(difference, out);
    struct buffer lines;
    buffer_init(&lines);
    difference_add_warnings(&lines, difference);
    if (lines.length > 0) {
        page_start_colour(&page, PAGE_YELLOW);
        page_add_lines(&page, &lines, 0);
        page_end_colour(&page);
        buffer_add_char(out, '\n');
    }
    buffer_fini_part(&lines, out);
}

static void add_brief(const struct difference *difference, int side, const struct finding *finding,
                      struct buffer *out)
{
    struct report_input input = difference->sides[side];
    input.detail = REPORT_BRIEF;
    buffer_add_string(out, "  ");
    report_write_finding(&input, finding, out);
}

static void add_fresh(const struct difference *difference, struct buffer *out)
{
    struct page page = page_on(difference, out);
    const struct report_input *input = &difference->sides[1];
    bool is_brief = input->detail == REPORT_BRIEF;
    if (difference->fresh.count == 0)
        return;
    add_heading(&page, "New in ", difference->paths[1], is_brief ? "" : "\n");
    for (size_t i = 0; i < difference->fresh.count; i++)
        if (is_brief)
            add_brief(difference, 1, difference->fresh.items[i], out);
        else
            report_write_finding(input, difference->fresh.items[i], out);
    if (is_brief)
        buffer_add_char(out, '\n');
}

static void add_gone(const struct difference *difference, struct buffer *out)
{
    struct page page = page_on(difference, out);
    if (difference->gone.count == 0)
        return;
    add_heading(&page, "Gone, only in ", difference->paths[0], "");
    for (size_t i = 0; i < difference->gone.count; i++)
        add_brief(difference, 0, difference->gone.items[i], out);
    buffer_add_char(out, '\n');
}

static void add_changed(const struct difference *difference, struct buffer *out)
{
    struct page page = page_on(difference, out);
    if (difference->changed.count == 0)
        return;
    add_heading(&page, "Changed", NULL, "");
    for (size_t i = 0; i < difference->changed.count; i++) {
        add_brief(difference, 1, difference->changed.items[i].after, out);
        buffer_add_string(out, "    ");
        difference_add_change(out, &difference->changed.items[i]);
        buffer_add_char(out, '\n');
    }
    buffer_add_char(out, '\n');
}

/* ---- Schedules ---- */

static void widen(size_t *columns, const struct parting_step *steps, size_t count, struct buffer *out)
{
    for (size_t i = 0; i < count; i++) {
        struct buffer name;
        buffer_init(&name);
        buffer_add_escaped(&name, steps[i].place.actor);
        size_t wanted = columns_of(buffer_text(&name));
        *columns = wanted > *columns ? wanted : *columns;
        buffer_fini_part(&name, out);
    }
    *columns = *columns < actor_columns_max ? *columns : actor_columns_max;
}

/* "  Task-2  resumes  counter.py:10 in Counter.increment" and the line that stands there. */
static void add_step(struct page *page, const struct parting_step *step, size_t columns)
{
    struct buffer actor, location, source;
    buffer_init(&actor);
    buffer_init(&location);
    buffer_init(&source);
    buffer_add_escaped(&actor, step->place.actor.length != 0 ? step->place.actor : TEXT("?"));
    wording_add_location(&location, &step->place);
    if (step->place.function.length != 0) {
        buffer_add_string(&location, " in ");
        buffer_add(&location, step->place.function);
    }
    buffer_add_string(page->out, "  ");
    page_add_column(page, buffer_text(&actor), columns);
    page_add_column(page, step->is_start ? TEXT("starts") : TEXT("resumes"), verb_columns);
    buffer_add_escaped(page->out, buffer_text(&location));
    buffer_add_char(page->out, '\n');
    buffer_add_escaped(&source, step->place.source);
    if (source.length > 0)
        page_add_wrapped(page, buffer_text(&source), columns + 4, "│ ", 2);
    buffer_fini_part(&actor, page->out);
    buffer_fini_part(&location, page->out);
    buffer_fini_part(&source, page->out);
}

static void add_steps(struct page *page, const struct parting_step *steps, size_t count, size_t columns)
{
    for (size_t i = 0; i < count; i++)
        add_step(page, &steps[i], columns);
}

static void add_side(struct page *page, const struct difference *difference, const struct parting_loop *loop,
                     int number, size_t columns)
{
    const struct parting_side *side = &loop->sides[number];
    const char *end = difference_end_of(side);
    buffer_add_char(page->out, '\n');
    add_heading(page, "next in ", difference->paths[number], "");
    add_steps(page, side->steps, side->step_count, columns);
    if (end != NULL)
        buffer_add_format(page->out, "  %s\n", end);
}

static void add_parting(const struct difference *difference, struct buffer *out)
{
    struct page page = page_on(difference, out);
    const struct parting_loop *loop = difference_first_parted(difference);
    struct buffer lines;
    size_t columns = 0;
    buffer_init(&lines);
    difference_add_parting(&lines, difference, loop);
    page_add_lines(&page, &lines, 0);
    if (loop != NULL && difference->sides[1].detail != REPORT_BRIEF) {
        widen(&columns, loop->before, loop->before_count, out);
        for (int side = 0; side < 2; side++)
            widen(&columns, loop->sides[side].steps, loop->sides[side].step_count, out);
        buffer_add_char(out, '\n');
        if (loop->before_count > 0)
            add_heading(&page, "last in common", NULL, "");
        add_steps(&page, loop->before, loop->before_count, columns);
        add_side(&page, difference, loop, 0, columns);
        add_side(&page, difference, loop, 1, columns);
    }
    if (lines.length > 0)
        buffer_add_char(out, '\n');
    buffer_fini_part(&lines, out);
}

void difference_text(const struct difference *difference, struct buffer *out)
{
    struct page page = page_on(difference, out);
    struct buffer lines;
    buffer_init(&lines);
    add_warnings(difference, out);
    add_fresh(difference, out);
    add_gone(difference, out);
    add_changed(difference, out);
    add_parting(difference, out);
    difference_add_summary(&lines, difference);
    page_start_colour(&page, PAGE_BOLD);
    page_add_lines(&page, &lines, 0);
    page_end_colour(&page);
    buffer_fini_part(&lines, out);
}
