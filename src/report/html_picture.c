/*
 * In:   a scene, and the finding that it is of.
 * Out:  an SVG: the window as a shaded band, edges as arrows, and a column for each actor.
 * Holds: widths are parts of whatever room there is, heights are pixels; x within a lane is pixels, in an <svg> of its own.
 */
#include "report/html_picture.h"

#include <inttypes.h>

#include "finding/phrase.h"
#include "report/html_escape.h"
#include "report/html_lane.h"
#include "report/html_layout.h"

enum {
    foot_height = 8,
    lanes_class_max = 12, /* for so many the style knows a least width */
};

/* ---- The window ---- */

static void add_band(struct buffer *out, const struct html_layout *layout, uint32_t from, uint32_t to,
                     const char *name)
{
    uint32_t y = html_layout_middle(layout, from);
    buffer_add_format(out, "<rect class=\"%s\" y=\"%" PRIu32 "\" width=\"100%%\" height=\"%" PRIu32 "\"/>\n",
                      name, y, html_layout_middle(layout, to) - y);
}

/* In the lane that has read and will write, where the other one comes in. */
static void add_band_words(struct buffer *out, const struct html_layout *layout, uint32_t lane, uint32_t from,
                           uint32_t to)
{
    for (uint32_t row = from + 1; row < to; row++) {
        const struct scene_moment *moment = &layout->scene->moments[row];
        if (moment->role != SCENE_ROLE_OTHER || moment->lane == lane)
            continue;
        buffer_add_format(out, "<text class=\"ws\" x=\"%" PRIu32 "\" y=\"%" PRIu32 "\">the window</text>",
                          html_layout_columns(layout, lane).words, html_layout_middle(layout, row) + 4);
        return;
    }
}

static void add_window(struct buffer *out, const struct html_layout *layout)
{
    uint32_t from, to;
    if (!html_layout_window(layout, &from, &to))
        return;
    add_band(out, layout, from, to, "w");
    uint32_t lane = layout->scene->moments[from].lane;
    if (lane != layout->scene->moments[to].lane)
        return;
    html_lane_open(out, layout, lane);
    add_band(out, layout, from, to, "ww");
    add_band_words(out, layout, lane, from, to);
    html_lane_close(out);
}

/* ---- Edges ---- */

/* Opens an <svg> over so many lanes. */
static void open_lanes(struct buffer *out, const struct html_layout *layout, uint32_t from, uint32_t count)
{
    buffer_add_string(out, "<svg class=\"e\"");
    html_layout_add_part(out, layout, "x", from);
    html_layout_add_part(out, layout, "width", count);
    buffer_add_char(out, '>');
}

/* From one lane's place to another's, at one height. */
static void add_crossing(struct buffer *out, const struct html_layout *layout, uint32_t left, uint32_t left_x,
                         uint32_t right, uint32_t right_x, uint32_t y)
{
    open_lanes(out, layout, left, right - left);
    buffer_add_format(out,
                      "<line x1=\"%" PRIu32 "\" x2=\"100%%\" y1=\"%" PRIu32 "\" y2=\"%" PRIu32 "\"/></svg>",
                      left_x, y, y);
    open_lanes(out, layout, right, 1);
    buffer_add_format(out, "<path d=\"M0 %" PRIu32 "H%" PRIu32 "\"/></svg>", y, right_x);
}

/* Below what its row says across to the other lane, and down to where it ends. */
static void add_edge(struct buffer *out, const struct html_layout *layout, const struct scene_edge *edge)
{
    const struct scene *scene = layout->scene;
    if (edge->from_row >= scene->moment_count || edge->to_row >= scene->moment_count)
        return;
    uint32_t from = scene->moments[edge->from_row].lane, to = scene->moments[edge->to_row].lane;
    uint32_t y = html_layout_bottom(layout, edge->from_row) - 3;
    uint32_t begin = html_layout_columns(layout, from).dot, track = html_layout_columns(layout, to).track;
    if (from == to)
        return;
    if (from < to)
        add_crossing(out, layout, from, begin, to, track, y);
    else
        add_crossing(out, layout, to, track, from, begin, y);
    open_lanes(out, layout, to, 1);
    buffer_add_format(out,
                      "<path d=\"M%" PRIu32 " %" PRIu32 "V%" PRIu32 "h9m-4 -4l4 4l-4 4\"/><text x=\"%" PRIu32
                      "\" y=\"%" PRIu32 "\">",
                      track, y, html_layout_middle(layout, edge->to_row), track + 5, y + 11);
    html_escape_string(out, edge->word != NULL ? edge->word : "");
    buffer_add_string(out, "</text></svg>\n");
}

/* ---- What is not shown, across all lanes ---- */

static void add_gaps(struct buffer *out, const struct html_layout *layout)
{
    for (uint32_t row = 0; row < layout->scene->moment_count; row++) {
        const struct scene_moment *moment = &layout->scene->moments[row];
        if (moment->kind != SCENE_LEFT_OUT)
            continue;
        uint32_t y = html_layout_top(layout, row) + 6;
        buffer_add_format(out,
                          "<rect class=\"g\" y=\"%" PRIu32 "\" width=\"100%%\" height=\"18\"/>"
                          "<text class=\"s\" x=\"8\" y=\"%" PRIu32 "\">⋯ ",
                          y, y + 13);
        phrase_add_count(out, moment->left_out, "event", "events");
        buffer_add_string(out, " not shown</text>\n");
    }
}

/* ---- The whole ---- */

static void add_label(struct buffer *out, const struct view *view)
{
    buffer_add_string(out, "Who did what, and when: ");
    for (size_t i = 0; i < view->step_count; i++) {
        buffer_add_string(out, i > 0 ? "; " : "");
        html_escape_text(out, view->steps[i].actor);
        buffer_add_char(out, ' ');
        html_escape_string(out, view->steps[i].verb);
    }
    buffer_add_string(out, ". The table below says the same in words.");
}

static void draw(struct buffer *out, const struct html_layout *layout)
{
    size_t lanes = layout->scene->lane_count;
    buffer_add_format(
        out, "<svg class=\"p p%zu\" role=\"img\" width=\"100%%\" height=\"%" PRIu32 "\" aria-label=\"",
        lanes < lanes_class_max ? lanes : lanes_class_max,
        html_layout_top(layout, (uint32_t)layout->scene->moment_count) + foot_height);
    add_label(out, layout->view);
    buffer_add_string(out, "\">\n");
    add_window(out, layout);
    for (size_t i = 0; i < layout->scene->edge_count; i++)
        add_edge(out, layout, &layout->scene->edges[i]);
    for (uint32_t lane = 0; lane < lanes; lane++)
        html_lane_add(out, layout, lane);
    add_gaps(out, layout);
    buffer_add_string(out, "</svg>\n");
}

static void add_caption(struct buffer *out, const struct html_layout *layout)
{
    uint32_t from, to;
    buffer_add_string(out, "<figcaption>Time runs down.");
    if (html_layout_window(layout, &from, &to))
        buffer_add_format(out, " Shaded: the window, from %zu to %zu.",
                          view_number(layout->view, SCENE_ROLE_FIRST),
                          view_number(layout->view, SCENE_ROLE_LAST));
    if (layout->view->is_own)
        buffer_add_string(out, " Only these places are known, not what else ran in between.");
    if (layout->scene->is_supposed)
        buffer_add_string(out, " <strong>This order is supposed</strong>: it did not happen in this run, but "
                               "nothing forbids it.");
    buffer_add_string(out, "</figcaption>\n");
}

void html_picture_add(struct buffer *out, const struct view *view)
{
    struct html_layout layout;
    if (view->scene->moment_count < 2 || view->scene->lane_count == 0)
        return;
    enum status status = html_layout_init(&layout, view);
    if (status == STATUS_OK) {
        buffer_add_string(out, "<figure class=\"picture\">\n<div class=\"wide\" tabindex=\"0\" "
                               "role=\"group\" aria-label=\"Picture\">\n");
        draw(out, &layout);
        buffer_add_string(out, "</div>\n");
        add_caption(out, &layout);
        buffer_add_string(out, "</figure>\n");
    } else if (out->status == STATUS_OK) {
        out->status = status;
    }
    html_layout_fini(&layout);
}
