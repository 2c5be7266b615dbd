/*
 * In:   a finding, and perhaps the scene around it.
 * Out:  a section: the symptom, the interleaving as a table with a column for each actor, the code, who made the actors, what
 * it comes to with the locks that are held, and the advice.
 * Holds: whatever comes from a trace is code (markdown_code.h), or stands in a sentence of finding/phrase.h, which is harmless by its
 * own making. Numbers tie the table to the code.
 */
#include "report/markdown_finding.h"

#include <inttypes.h>

#include "finding/phrase.h"
#include "report/markdown_code.h"
#include "report/markdown_sketch.h"
#include "report/novelty.h"
#include "report/outcome.h"
#include "report/seen.h"
#include "report/symptom.h"
#include "report/view.h"
#include "report/wording.h"

void markdown_finding_add_items(struct buffer *out, const struct buffer *lines, size_t bytes_max)
{
    struct text rest = buffer_text(lines);
    uint64_t left_out = 0;
    for (size_t taken = 0; rest.length > 0;) {
        const char *newline = memchr(rest.bytes, '\n', rest.length);
        size_t length = newline != NULL ? (size_t)(newline - rest.bytes) + 1 : rest.length;
        taken += length + 2;
        if (taken <= bytes_max) {
            buffer_add_string(out, "- ");
            buffer_add(out, (struct text){rest.bytes, length});
        } else {
            left_out++;
        }
        rest = (struct text){rest.bytes + length, rest.length - length};
    }
    if (left_out > 0) {
        buffer_add_string(out, "- and ");
        phrase_add_count(out, left_out, "line more", "lines more");
        buffer_add_string(out, "\n");
    }
}

/* ---- What and how sure ---- */

static void add_headline(struct buffer *out, const struct finding *finding)
{
    buffer_add_format(out, "### %s: ", kinds_name(finding->kind));
    markdown_code_add(out, finding->cell.text, markdown_name_bytes_max);
    wording_add_other_cells(out, finding);
    buffer_add_string(out, "\n\n");
    symptom_add(out, finding);
    buffer_add_format(out, "\n\n%s · %s confidence · ", kinds_status_name(finding->status),
                      kinds_confidence_name(finding->confidence));
    phrase_add_times(out, finding->count);
    buffer_add_format(out, " · `%s`\n\n", finding->id);
}

/* ---- The interleaving ---- */

/* A call at the place of the await before it says nothing more. */
static bool is_awaited_call(const struct scene *scene, size_t index)
{
    const struct scene_moment *call = &scene->moments[index], *before = index > 0 ? call - 1 : call;
    return call->kind == SCENE_CALL && before->kind == SCENE_AWAIT && before->lane == call->lane &&
           before->place.line == call->place.line && text_equal(before->place.file, call->place.file);
}

/* That a step begins or ends is seen by who stands in the next row. */
static bool has_row(const struct scene *scene, size_t index)
{
    enum scene_moment_kind kind = scene->moments[index].kind;
    return kind != SCENE_BEGIN && kind != SCENE_END && !is_awaited_call(scene, index);
}

/* How many moments there are up to the last one that the story tells. */
static size_t count_told(const struct view *view)
{
    size_t count = view->scene->moment_count;
    while (count > 0 && view_number(view, view->scene->moments[count - 1].role) == 0)
        count--;
    return count > 0 ? count : view->scene->moment_count;
}

static void add_table_head(struct buffer *out, const struct scene *scene)
{
    buffer_add_string(out, "| |");
    for (uint32_t i = 0; i < scene->lane_count; i++) {
        buffer_add_char(out, ' ');
        markdown_code_add_cell(out, view_actor(scene, i), markdown_name_bytes_max);
        buffer_add_string(out, " |");
    }
    buffer_add_string(out, " where |\n| --- |");
    for (size_t i = 0; i < scene->lane_count; i++)
        buffer_add_string(out, " --- |");
    buffer_add_string(out, " --- |\n");
}

/* "**reads** `Counter.value`: `0`" */
static void add_act(struct buffer *out, const struct view *view, const struct scene_moment *moment)
{
    const char *mark = view_number(view, moment->role) != 0 ? "**" : "";
    struct text what = view_what(moment), value = view_value(moment);
    buffer_add_format(out, " %s%s%s", mark, view_verb(view, moment), mark);
    if (what.length != 0) {
        buffer_add_char(out, ' ');
        markdown_code_add_cell(out, what, markdown_name_bytes_max);
    }
    if (value.length != 0) {
        buffer_add_string(out, ": ");
        markdown_code_add_cell(out, value, markdown_name_bytes_max);
    }
}

static void add_gap(struct buffer *out, const struct scene *scene, uint64_t left_out)
{
    if (left_out == 0)
        return;
    buffer_add_string(out, "| ⋯ | *");
    phrase_add_count(out, left_out, "event", "events");
    buffer_add_string(out, " left out* |");
    for (size_t i = 1; i < scene->lane_count; i++)
        buffer_add_string(out, " |");
    buffer_add_string(out, " |\n");
}

static void add_row(struct buffer *out, const struct view *view, const struct scene_moment *moment)
{
    size_t number = view_number(view, moment->role);
    buffer_add_char(out, '|');
    if (number != 0)
        buffer_add_format(out, " %zu", number);
    buffer_add_string(out, " |");
    for (uint32_t i = 0; i < view->scene->lane_count; i++) {
        if (i == moment->lane)
            add_act(out, view, moment);
        buffer_add_string(out, " |");
    }
    if (moment->place.line != 0 || moment->place.is_location) {
        buffer_add_char(out, ' ');
        markdown_code_add_location_cell(out, &moment->place);
    }
    buffer_add_string(out, " |\n");
}

static void add_table(struct buffer *out, const struct view *view)
{
    const struct scene *scene = view->scene;
    if (scene->moment_count == 0)
        return;
    buffer_add_string(out, scene->is_supposed ? "**How it can come about.** This run went another way.\n\n"
                                              : "**How it came about**\n\n");
    add_table_head(out, scene);
    uint64_t left_out = 0; /* since the last row */
    for (size_t i = 0, count = count_told(view); i < count; i++) {
        if (scene->moments[i].kind == SCENE_LEFT_OUT) {
            left_out += scene->moments[i].left_out;
        } else if (has_row(scene, i)) {
            add_gap(out, scene, left_out);
            left_out = 0;
            add_row(out, view, &scene->moments[i]);
        }
    }
    buffer_add_char(out, '\n');
}

/* ---- The code ---- */

/* "  13  self.value = value + 1  # 3, 4" */
static void add_line(struct buffer *lines, const struct view *view, struct text file,
                     const struct scene_line *line)
{
    size_t numbers[story_steps_max];
    size_t count = view_numbers_at(view, file, line->line, numbers);
    buffer_add_format(lines, "%5" PRIu32 "  ", line->line);
    buffer_add_escaped(lines, text_start(line->source, markdown_source_bytes_max));
    for (size_t i = 0; i < count; i++)
        buffer_add_format(lines, "%s%zu", i == 0 ? "  # " : ", ", numbers[i]);
    buffer_add_char(lines, '\n');
}

static void add_source(struct buffer *out, const struct view *view, const struct scene_source *source)
{
    struct buffer lines;
    buffer_init(&lines);
    markdown_code_add(out, source->file, markdown_source_bytes_max);
    if (source->function.length != 0) {
        buffer_add_string(out, " in ");
        markdown_code_add(out, source->function, markdown_name_bytes_max);
    }
    buffer_add_string(out, ":\n\n");
    for (size_t i = 0; i < source->line_count; i++) {
        if (i > 0 && source->lines[i].line > source->lines[i - 1].line + 1)
            buffer_add_string(&lines, "    ⋯\n");
        add_line(&lines, view, source->file, &source->lines[i]);
    }
    markdown_code_add_block(out, "python", &lines);
    buffer_fini_part(&lines, out);
}

static bool is_shown(const struct scene *scene, const struct finding_place *place)
{
    for (size_t i = 0; i < scene->source_count; i++) {
        const struct scene_source *source = &scene->sources[i];
        for (size_t j = 0; j < source->line_count && text_equal(source->file, place->file); j++)
            if (source->lines[j].line == place->line)
                return true;
    }
    return false;
}

/* A place whose line is in none of the sources. */
static void add_line_alone(struct buffer *out, const struct view *view, const struct story_step *step)
{
    if (step->place->source.length == 0 || is_shown(view->scene, step->place))
        return;
    markdown_code_add_location(out, step->place);
    buffer_add_string(out, ": ");
    markdown_code_add(out, step->place->source, markdown_source_bytes_max);
    buffer_add_string(out, "\n\n");
}

static void add_sources(struct buffer *out, const struct view *view)
{
    buffer_add_string(out, "**Where**\n\n");
    for (size_t i = 0; i < view->scene->source_count; i++)
        add_source(out, view, &view->scene->sources[i]);
    for (size_t i = 0; i < view->step_count; i++)
        add_line_alone(out, view, &view->steps[i]);
}

/* ---- Who made the actors ---- */

/* "- `Task-3`, by `Task-1` at `app.py:24`: `await asyncio.gather(…)`" */
static void add_maker(struct buffer *out, const struct scene *scene, uint32_t lane)
{
    const struct scene_lane *made = &scene->lanes[lane];
    buffer_add_string(out, "- ");
    markdown_code_add(out, view_actor(scene, lane), markdown_name_bytes_max);
    if (made->made_by.length != 0) {
        buffer_add_string(out, " by ");
        markdown_code_add(out, made->made_by, markdown_name_bytes_max);
    }
    if (made->made_at.line != 0) {
        buffer_add_string(out, " at ");
        markdown_code_add_location(out, &made->made_at);
    }
    if (made->made_at.source.length != 0) {
        buffer_add_string(out, ": ");
        markdown_code_add(out, made->made_at.source, markdown_source_bytes_max);
    }
    buffer_add_char(out, '\n');
}

static void add_makers(struct buffer *out, const struct scene *scene)
{
    bool any = false;
    for (uint32_t i = 0; i < scene->lane_count; i++) {
        const struct scene_lane *lane = &scene->lanes[i];
        if (lane->made_by.length == 0 && lane->made_at.line == 0)
            continue;
        buffer_add_string(out, any ? "" : "**Who made them**\n\n");
        add_maker(out, scene, i);
        any = true;
    }
    buffer_add_string(out, any ? "\n" : "");
}

/* ---- The whole ---- */

/* What `outcome_add` leaves unsaid where there is no lock at all. */
static void add_no_locks(struct buffer *lines, const struct finding *finding)
{
    bool has_window = finding->kind <= FINDING_LOCK_RELEASED_BETWEEN;
    uint32_t count = finding->first.lock_count + finding->other.lock_count + finding->last.lock_count;
    if (has_window && count == 0)
        buffer_add_string(lines, "No lock is held at any of these places.\n");
}

static void add_outcome(struct buffer *out, const struct report_input *input, const struct finding *finding)
{
    struct buffer lines;
    buffer_init(&lines);
    outcome_add(&lines, finding);
    add_no_locks(&lines, finding);
    seen_add(&lines, input, finding);
    novelty_add_known(&lines, input, finding);
    if (lines.length > 0) {
        buffer_add_string(out, "**What is known of it**\n\n");
        markdown_finding_add_items(out, &lines, SIZE_MAX);
        buffer_add_char(out, '\n');
    }
    buffer_fini_part(&lines, out);
}

void markdown_finding_add(struct buffer *out, const struct report_input *input, const struct finding *finding)
{
    struct view view;
    view_of(&view, input, finding);
    add_headline(out, finding);
    add_table(out, &view);
    add_sources(out, &view);
    add_makers(out, view.scene);
    add_outcome(out, input, finding);
    buffer_add_string(out, "**Advice.** ");
    buffer_add(out, finding->advice.text);
    buffer_add_string(out, "\n\n");
    markdown_sketch_add(out, &view);
}

void markdown_finding_add_short(struct buffer *out, const struct finding *finding)
{
    buffer_add_format(out, "- `%s` %s · %s · %s · ", finding->id, kinds_name(finding->kind),
                      kinds_status_name(finding->status), kinds_confidence_name(finding->confidence));
    phrase_add_times(out, finding->count);
    buffer_add_string(out, " · ");
    markdown_code_add(out, finding->cell.text, markdown_name_bytes_max);
    const struct finding_place *place = symptom_place(finding);
    if (place->line != 0 || place->is_location) {
        buffer_add_string(out, " at ");
        markdown_code_add_location(out, place);
    }
    buffer_add_char(out, '\n');
}
