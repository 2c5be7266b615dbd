/*
 * In:   a scene and where its things stand.
 * Out:  an <svg> within the picture's, which cuts off what is too long for it.
 * Holds: what is later in the document lies over what is earlier: blocks, bars, dots and words, in this order.
 */
#include "report/html_lane.h"

#include <inttypes.h>

#include "report/html_escape.h"
#include "report/html_role.h"

enum { label_bytes_max = 80, name_bytes_max = 40 };

void html_lane_open(struct buffer *out, const struct html_layout *layout, uint32_t lane)
{
    buffer_add_string(out, "<svg");
    html_layout_add_part(out, layout, "x", lane);
    html_layout_add_part(out, layout, "width", 1);
    buffer_add_char(out, '>');
}

void html_lane_close(struct buffer *out)
{
    buffer_add_string(out, "</svg>\n");
}

/* Opens a text; who calls closes it. */
static void open_text(struct buffer *out, const char *name, uint32_t x, uint32_t y)
{
    buffer_add_format(out, "<text class=\"%s\" x=\"%" PRIu32 "\" y=\"%" PRIu32 "\">", name, x, y);
}

static void close_text(struct buffer *out)
{
    buffer_add_string(out, "</text>");
}

/* ---- Who ---- */

static const char *kind_word(enum scene_lane_kind kind)
{
    static const char *const words[] = {
        [SCENE_LANE_TASK] = "task",
        [SCENE_LANE_CALLBACK] = "callback",
        [SCENE_LANE_THREAD] = "thread",
        [SCENE_LANE_JOB] = "job of an executor",
    };
    return words[kind];
}

static void add_head(struct buffer *out, const struct html_layout *layout, uint32_t index)
{
    const struct scene_lane *lane = &layout->scene->lanes[index];
    uint32_t x = html_layout_columns(layout, index).block;
    open_text(out, "a", x, 18);
    html_escape_start(out, view_actor(layout->scene, index), name_bytes_max);
    close_text(out);
    if (layout->view->is_own)
        return;
    open_text(out, "s", x, 33);
    buffer_add_string(out, kind_word(lane->kind));
    if (lane->made_by.length != 0) {
        buffer_add_string(out, ", made by ");
        html_escape_start(out, lane->made_by, name_bytes_max);
    }
    close_text(out);
}

/* ---- When ---- */

static bool is_of(const struct scene_moment *moment, uint32_t lane)
{
    return moment->lane == lane && moment->kind != SCENE_LEFT_OUT;
}

static void add_line(struct buffer *out, const char *name, uint32_t x, uint32_t from_y, uint32_t to_y)
{
    buffer_add_format(out,
                      "<line class=\"%s\" x1=\"%" PRIu32 "\" x2=\"%" PRIu32 "\" y1=\"%" PRIu32
                      "\" y2=\"%" PRIu32 "\"/>",
                      name, x, x, from_y, to_y);
}

/* From its first moment to its last. */
static void add_life(struct buffer *out, const struct html_layout *layout, uint32_t lane)
{
    uint32_t first = UINT32_MAX, last = 0;
    for (uint32_t row = 0; row < layout->scene->moment_count; row++) {
        if (!is_of(&layout->scene->moments[row], lane))
            continue;
        first = first < row ? first : row;
        last = row;
    }
    if (first < last)
        add_line(out, "l", html_layout_columns(layout, lane).dot, html_layout_middle(layout, first),
                 html_layout_middle(layout, last));
}

/* Its left edge is broken where the step began before, or went on after, what is shown. */
static void add_step(struct buffer *out, const struct html_layout *layout, const struct scene_span *step)
{
    uint32_t x = html_layout_columns(layout, step->lane).block;
    uint32_t y = html_layout_top(layout, step->from_row) + 2;
    uint32_t end = html_layout_bottom(layout, step->to_row) - 2;
    buffer_add_format(
        out, "<rect class=\"b\" x=\"%" PRIu32 "\" y=\"%" PRIu32 "\" width=\"100%%\" height=\"%" PRIu32 "\"/>",
        x, y, end - y);
    add_line(out, step->is_cut_before || step->is_cut_after ? "bb cut" : "bb", x, y, end);
}

static void add_lock(struct buffer *out, const struct html_layout *layout, size_t index)
{
    const struct scene_span *held = &layout->scene->held[index];
    uint32_t y = html_layout_top(layout, held->from_row) + 2;
    uint32_t end = html_layout_bottom(layout, held->to_row) - 2;
    buffer_add_format(out,
                      "<svg class=\"h\" x=\"%" PRIu32 "\" y=\"%" PRIu32 "\" width=\"%d\" height=\"%" PRIu32
                      "\"><title>holds ",
                      html_layout_bar(layout, index), y, html_layout_bar_width, end - y);
    html_escape_text(out, held->lock);
    buffer_add_string(out, "</title><rect width=\"100%\" height=\"100%\" rx=\"3\"/>"
                           "<text transform=\"translate(4 5) rotate(90)\">");
    html_escape_start(out, held->lock, name_bytes_max);
    buffer_add_string(out, "</text></svg>");
}

/* ---- What ---- */

/* Of the finding's places it goes without saying that they are of its cell, and their source stands below. */
static bool goes_without_saying(const struct html_layout *layout, const struct scene_moment *moment)
{
    return html_layout_is_in_story(layout, moment) &&
           (text_equal(moment->what, layout->view->finding->cell.text) ||
            (moment->kind == SCENE_AWAIT && moment->place.source.length != 0));
}

/* "reads 0", "acquires Counter._lock" */
static void add_words(struct buffer *out, const struct html_layout *layout, const struct scene_moment *moment)
{
    struct text value = view_value(moment), what = view_what(moment);
    html_escape_string(out, view_verb(layout->view, moment));
    if (value.length != 0) {
        buffer_add_string(out, " <tspan class=\"v\">");
        html_escape_start(out, value, name_bytes_max);
        buffer_add_string(out, "</tspan>");
    }
    if (what.length != 0 && !goes_without_saying(layout, moment)) {
        buffer_add_string(out, " <tspan class=\"o\">");
        html_escape_start(out, what, label_bytes_max);
        buffer_add_string(out, "</tspan>");
    }
}

/* One of the finding's places: its number, what was done, and the line that did it. */
static void add_part_of_story(struct buffer *out, const struct html_layout *layout, uint32_t row)
{
    const struct scene_moment *moment = &layout->scene->moments[row];
    struct html_columns columns = html_layout_columns(layout, moment->lane);
    uint32_t y = html_layout_middle(layout, row);
    bool is_supposed = layout->scene->is_supposed && moment->role == SCENE_ROLE_OTHER;
    buffer_add_format(out, "<g class=\"%s%s\"><circle cx=\"%" PRIu32 "\" cy=\"%" PRIu32 "\" r=\"9\"/>",
                      html_role_class(layout->view, moment->role), is_supposed ? " if" : "", columns.dot, y);
    open_text(out, "k", columns.dot, y + 4);
    buffer_add_number(out, view_number(layout->view, moment->role));
    close_text(out);
    open_text(out, "t", columns.words, y + 4);
    add_words(out, layout, moment);
    close_text(out);
    buffer_add_string(out, "</g>");
    if (moment->place.source.length == 0)
        return;
    open_text(out, "c", columns.words, y + 20);
    html_escape_start(out, moment->place.source, label_bytes_max);
    close_text(out);
}

static void add_other_moment(struct buffer *out, const struct html_layout *layout, uint32_t row)
{
    const struct scene_moment *moment = &layout->scene->moments[row];
    struct html_columns columns = html_layout_columns(layout, moment->lane);
    uint32_t y = html_layout_middle(layout, row);
    buffer_add_format(out, "<circle class=\"d\" cx=\"%" PRIu32 "\" cy=\"%" PRIu32 "\" r=\"3\"/>", columns.dot,
                      y);
    open_text(out, "m", columns.words, y + 4);
    add_words(out, layout, moment);
    close_text(out);
}

static void add_moment(struct buffer *out, const struct html_layout *layout, uint32_t row)
{
    const struct scene_moment *moment = &layout->scene->moments[row];
    if (html_layout_is_in_story(layout, moment))
        add_part_of_story(out, layout, row);
    else if (moment->kind != SCENE_BEGIN && moment->kind != SCENE_END)
        add_other_moment(out, layout, row);
}

void html_lane_add(struct buffer *out, const struct html_layout *layout, uint32_t lane)
{
    const struct scene *scene = layout->scene;
    html_lane_open(out, layout, lane);
    add_head(out, layout, lane);
    add_life(out, layout, lane);
    for (size_t i = 0; i < scene->step_count; i++)
        if (scene->steps[i].lane == lane)
            add_step(out, layout, &scene->steps[i]);
    for (size_t i = 0; i < scene->held_count; i++)
        if (scene->held[i].lane == lane)
            add_lock(out, layout, i);
    for (uint32_t row = 0; row < scene->moment_count; row++)
        if (is_of(&scene->moments[row], lane))
            add_moment(out, layout, row);
    html_lane_close(out);
}
