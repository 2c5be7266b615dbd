/*
 * In:   a difference.
 * Out:  Markdown to paste: a list of each, and of the steps around where the schedules part.
 * Holds: it is not longer than GitHub takes. Whatever comes from a trace or a file stands in a code span without backticks.
 */
#include "finding/phrase.h"
#include "report/difference_words.h"
#include "report/markdown_finding.h"
#include "report/story.h"
#include "report/wording.h"

/* GitHub takes 65,536 bytes; the schedules need the rest. */
enum { warnings_bytes_max = 4096, section_bytes_max = 14336 };

static void add_location(struct buffer *out, const struct finding_place *place)
{
    struct buffer location;
    buffer_init(&location);
    wording_add_location(&location, place);
    phrase_add_code(out, buffer_text(&location));
    buffer_fini_part(&location, out);
}

static void add_finding(struct buffer *out, const struct finding *finding)
{
    buffer_add_format(out, "- **%s** · %s · %s · ", kinds_name(finding->kind),
                      kinds_status_name(finding->status), kinds_confidence_name(finding->confidence));
    phrase_add_times(out, finding->count);
    buffer_add_string(out, " · ");
    phrase_add_code(out, finding->cell.text);
    buffer_add_string(out, " at ");
    add_location(out, story_main_place(finding));
    buffer_add_format(out, " · `%s`", finding->id);
}

static void add_heading(struct buffer *out, const char *before, const char *path)
{
    buffer_add_string(out, "### ");
    buffer_add_string(out, before);
    if (path != NULL)
        phrase_add_code(out, text_of(path));
    buffer_add_string(out, "\n\n");
}

/* A section's items, as far as there is room for them. */
struct section {
    struct buffer items;
    size_t left_out;
};

/* Takes over `item`. */
static void add_item(struct section *section, struct buffer *item)
{
    buffer_add_char(item, '\n');
    if (section->left_out == 0 && section->items.length + item->length <= section_bytes_max)
        buffer_add(&section->items, buffer_text(item));
    else
        section->left_out++;
    buffer_fini_part(item, &section->items);
}

static void end_section(struct section *section, struct buffer *out)
{
    buffer_add(out, buffer_text(&section->items));
    if (section->left_out > 0) {
        buffer_add_string(out, "- and ");
        phrase_add_number(out, section->left_out);
        buffer_add_string(out, " more\n");
    }
    buffer_add_char(out, '\n');
    buffer_fini_part(&section->items, out);
}

static void add_findings(struct buffer *out, const char *heading, const char *path,
                         const struct finding *const *findings, size_t count)
{
    struct section section = {.left_out = 0};
    if (count == 0)
        return;
    buffer_init(&section.items);
    add_heading(out, heading, path);
    for (size_t i = 0; i < count; i++) {
        struct buffer item;
        buffer_init(&item);
        add_finding(&item, findings[i]);
        add_item(&section, &item);
    }
    end_section(&section, out);
}

static void add_changed(struct buffer *out, const struct difference *difference)
{
    struct section section = {.left_out = 0};
    if (difference->changed.count == 0)
        return;
    buffer_init(&section.items);
    add_heading(out, "Changed", NULL);
    for (size_t i = 0; i < difference->changed.count; i++) {
        struct buffer item;
        buffer_init(&item);
        add_finding(&item, difference->changed.items[i].after);
        buffer_add_string(&item, ": ");
        difference_add_change(&item, &difference->changed.items[i]);
        add_item(&section, &item);
    }
    end_section(&section, out);
}

static void add_steps(struct buffer *out, const struct parting_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct finding_place *place = &steps[i].place;
        buffer_add_string(out, "- ");
        phrase_add_code(out, place->actor);
        buffer_add_string(out, steps[i].is_start ? " starts at " : " resumes at ");
        add_location(out, place);
        if (place->function.length != 0) {
            buffer_add_string(out, " in ");
            phrase_add_code(out, place->function);
        }
        if (place->source.length != 0) {
            buffer_add_string(out, ": ");
            phrase_add_code(out, place->source);
        }
        buffer_add_char(out, '\n');
    }
}

static void add_side(struct buffer *out, const struct difference *difference, const struct parting_loop *loop,
                     int number)
{
    const struct parting_side *side = &loop->sides[number];
    const char *end = difference_end_of(side);
    buffer_add_string(out, "\nNext in ");
    phrase_add_code(out, text_of(difference->paths[number]));
    buffer_add_string(out, ":\n\n");
    add_steps(out, side->steps, side->step_count);
    if (end != NULL)
        buffer_add_format(out, "- %s\n", end);
}

static void add_parting(struct buffer *out, const struct difference *difference)
{
    const struct parting_loop *loop = difference_first_parted(difference);
    if (difference->parting == NULL)
        return;
    add_heading(out, "Schedules", NULL);
    difference_add_parting(out, difference, loop);
    if (loop != NULL) {
        if (loop->before_count > 0)
            buffer_add_string(out, "\nLast in common:\n\n");
        add_steps(out, loop->before, loop->before_count);
        add_side(out, difference, loop, 0);
        add_side(out, difference, loop, 1);
    }
    buffer_add_char(out, '\n');
}

static void add_warnings(struct buffer *out, const struct difference *difference)
{
    struct buffer lines;
    buffer_init(&lines);
    difference_add_warnings(&lines, difference);
    if (lines.length > 0) {
        buffer_add_string(out, "**Mind:**\n\n");
        markdown_finding_add_items(out, &lines, warnings_bytes_max);
        buffer_add_char(out, '\n');
    }
    buffer_fini_part(&lines, out);
}

void difference_markdown(const struct difference *difference, struct buffer *out)
{
    buffer_add_string(out, "## staleread: ");
    phrase_add_code(out, text_of(difference->paths[0]));
    buffer_add_string(out, " and ");
    phrase_add_code(out, text_of(difference->paths[1]));
    buffer_add_string(out, "\n\n");
    difference_add_summary(out, difference);
    buffer_add_char(out, '\n');
    add_warnings(out, difference);
    add_findings(out, "New in ", difference->paths[1], difference->fresh.items, difference->fresh.count);
    add_findings(out, "Gone, only in ", difference->paths[0], difference->gone.items, difference->gone.count);
    add_changed(out, difference);
    add_parting(out, difference);
}
