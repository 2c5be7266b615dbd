/*
 * In:   a scene, and the finding that it is of.
 * Out:  an SVG: the window as a shaded band, edges as arrows, and a column for each actor with its steps as blocks, the locks it
 *       held as bars, and what it did as dots with words beside them.
 * Holds: each column is an <svg> of its own, which cuts off what is too long for it. Within, x is in pixels from its
 *       left edge; y is the same everywhere.
 */
#include "report/html_picture.h"

#include <inttypes.h>

#include "base/vector.h"
#include "finding/phrase.h"
#include "report/html_escape.h"

enum {
    head_height = 44, /* names of the actors */
    foot_height = 8,
    bar_width = 14, /* of a lock */
    bars_max = 3,   /* beside each other; further ones lie over the last */
    track_width = 14,
    label_bytes_max = 80, /* of texts in the picture */
    name_bytes_max = 40,
    lanes_class_max = 12, /* for as many the style knows a least width */
    percent = 10000,      /* hundredths of one */
};

struct picture {
    const struct html_view *view;
    const struct scene *scene;
    struct buffer *out;
    VECTOR(uint32_t) tops; /* of rows, and the end of the last */
    uint32_t block_x;      /* where a lane's steps begin, */
    uint32_t track_x;      /* where arrows come down, */
    uint32_t dot_x;
};

/* ---- Where things are ---- */

static bool is_in_story(const struct picture *picture, const struct scene_moment *moment)
{
    return html_view_number(picture->view, moment->role) != 0;
}

/* What has words of its own: a step's begin and end are seen by its block. */
static bool is_told(const struct scene_moment *moment)
{
    return moment->kind != SCENE_BEGIN && moment->kind != SCENE_END;
}

static bool is_end_of_edge(const struct scene *scene, uint32_t row)
{
    for (size_t i = 0; i < scene->edge_count; i++)
        if (scene->edges[i].to_row == row)
            return true;
    return false;
}

static uint32_t row_height(const struct picture *picture, uint32_t row)
{
    const struct scene_moment *moment = &picture->scene->moments[row];
    if (moment->kind == SCENE_LEFT_OUT)
        return 30;
    if (!is_told(moment))
        return is_end_of_edge(picture->scene, row) ? 22 : 10;
    if (is_in_story(picture, moment))
        return moment->place.source.length != 0 ? 42 : 28;
    return 22;
}

static void lay_out_rows(struct picture *picture)
{
    uint32_t y = head_height;
    for (uint32_t row = 0; row <= picture->scene->moment_count; row++) {
        if (VECTOR_PUSH(&picture->tops, y) != STATUS_OK) {
            picture->out->status = STATUS_NOMEM;
            return;
        }
        if (row < picture->scene->moment_count)
            y += row_height(picture, row);
    }
}

static uint32_t top(const struct picture *picture, uint32_t row)
{
    uint32_t last = (uint32_t)picture->tops.count - 1;
    return picture->tops.items[row < last ? row : last];
}

static uint32_t bottom(const struct picture *picture, uint32_t row)
{
    return top(picture, row + 1);
}

/* Where the row's dot is. */
static uint32_t middle(const struct picture *picture, uint32_t row)
{
    uint32_t height = bottom(picture, row) - top(picture, row);
    return top(picture, row) + (height < 26 ? height / 2 : 13);
}

/* In how many columns a lane's lock stands: as many as the locks before it in the list last at the same time. */
static uint32_t bar_column(const struct scene *scene, size_t index)
{
    const struct scene_span *held = &scene->held[index];
    uint32_t column = 0;
    for (size_t i = 0; i < index; i++) {
        const struct scene_span *other = &scene->held[i];
        column +=
            other->lane == held->lane && other->from_row <= held->to_row && held->from_row <= other->to_row;
    }
    return column < bars_max ? column : bars_max - 1;
}

static void lay_out_columns(struct picture *picture)
{
    uint32_t columns = 0;
    for (size_t i = 0; i < picture->scene->held_count; i++) {
        uint32_t column = bar_column(picture->scene, i) + 1;
        columns = column > columns ? column : columns;
    }
    picture->track_x = 4 + columns * (bar_width + 2) + 4;
    picture->block_x = picture->track_x + (picture->scene->edge_count != 0 ? track_width - 4 : 0);
    picture->dot_x = picture->block_x + 15;
}

/* "33.33%", of so many lanes. */
static void add_part(const struct picture *picture, const char *name, size_t lanes)
{
    size_t part = lanes * percent / picture->scene->lane_count;
    buffer_add_format(picture->out, " %s=\"%zu.%02zu%%\"", name, part / 100, part % 100);
}

static void open_lane(const struct picture *picture, uint32_t lane)
{
    buffer_add_string(picture->out, "<svg");
    add_part(picture, "x", lane);
    add_part(picture, "width", 1);
    buffer_add_char(picture->out, '>');
}

static void close_lane(const struct picture *picture)
{
    buffer_add_string(picture->out, "</svg>\n");
}

/* ---- The window ---- */

/* Between which rows; false where there is none to show. */
static bool window_rows(const struct picture *picture, uint32_t *from, uint32_t *to)
{
    bool has_first = false, has_last = false;
    for (uint32_t row = 0; row < picture->scene->moment_count; row++) {
        const struct scene_moment *moment = &picture->scene->moments[row];
        if (moment->role == SCENE_ROLE_FIRST && !has_first && is_in_story(picture, moment)) {
            *from = row;
            has_first = true;
        }
        if (moment->role == SCENE_ROLE_LAST && has_first && is_in_story(picture, moment)) {
            *to = row;
            has_last = true;
        }
    }
    return has_first && has_last && *from < *to && html_view_number(picture->view, SCENE_ROLE_OTHER) != 0;
}

static void add_band(const struct picture *picture, uint32_t from, uint32_t to, const char *name)
{
    uint32_t y = middle(picture, from);
    buffer_add_format(picture->out,
                      "<rect class=\"%s\" y=\"%" PRIu32 "\" width=\"100%%\" height=\"%" PRIu32 "\"/>\n", name,
                      y, middle(picture, to) - y);
}

static void add_window(const struct picture *picture)
{
    uint32_t from, to;
    if (!window_rows(picture, &from, &to))
        return;
    add_band(picture, from, to, "w");
    uint32_t lane = picture->scene->moments[from].lane;
    if (lane != picture->scene->moments[to].lane)
        return;
    open_lane(picture, lane);
    add_band(picture, from, to, "ww");
    close_lane(picture);
}

/* ---- Edges ---- */

/* From the row's lane across to the other one, below what the row says, and down to where the arrow ends. */
static void add_edge(const struct picture *picture, const struct scene_edge *edge)
{
    const struct scene *scene = picture->scene;
    if (edge->from_row >= scene->moment_count || edge->to_row >= scene->moment_count)
        return;
    uint32_t from = scene->moments[edge->from_row].lane, to = scene->moments[edge->to_row].lane;
    uint32_t y = bottom(picture, edge->from_row) - 3, end = middle(picture, edge->to_row);
    if (from == to)
        return;
    uint32_t left = from < to ? from : to, right = from < to ? to : from;
    uint32_t left_x = from < to ? picture->dot_x : picture->track_x;

    buffer_add_string(picture->out, "<svg class=\"e\"");
    add_part(picture, "x", left);
    add_part(picture, "width", right - left);
    buffer_add_format(picture->out,
                      "><line x1=\"%" PRIu32 "\" x2=\"100%%\" y1=\"%" PRIu32 "\" y2=\"%" PRIu32 "\"/></svg>",
                      left_x, y, y);
    buffer_add_string(picture->out, "<svg class=\"e\"");
    add_part(picture, "x", right);
    add_part(picture, "width", 1);
    buffer_add_format(picture->out, "><path d=\"M0 %" PRIu32 "H%" PRIu32 "\"/></svg>", y,
                      from < to ? picture->track_x : picture->dot_x);
    buffer_add_string(picture->out, "<svg class=\"e\"");
    add_part(picture, "x", to);
    add_part(picture, "width", 1);
    buffer_add_format(picture->out,
                      "><path d=\"M%" PRIu32 " %" PRIu32 "V%" PRIu32 "h9m-4 -4l4 4l-4 4\"/>"
                      "<text x=\"%" PRIu32 "\" y=\"%" PRIu32 "\">",
                      picture->track_x, y, end, picture->track_x + 5, y + 11);
    html_escape_string(picture->out, edge->word != NULL ? edge->word : "");
    buffer_add_string(picture->out, "</text></svg>\n");
}

/* ---- A lane ---- */

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

static void add_head(const struct picture *picture, uint32_t index)
{
    const struct scene_lane *lane = &picture->scene->lanes[index];
    struct buffer *out = picture->out;
    buffer_add_format(out, "<text class=\"a\" x=\"%" PRIu32 "\" y=\"18\">", picture->block_x);
    html_escape_start(out, html_view_actor(picture->scene, index), name_bytes_max);
    buffer_add_string(out, "</text>");
    if (picture->view->is_own)
        return;
    buffer_add_format(out, "<text class=\"s\" x=\"%" PRIu32 "\" y=\"33\">%s", picture->block_x,
                      kind_word(lane->kind));
    if (lane->made_by.length != 0) {
        buffer_add_string(out, ", made by ");
        html_escape_start(out, lane->made_by, name_bytes_max);
    }
    buffer_add_string(out, "</text>");
}

/* From its first moment to its last. */
static void add_life(const struct picture *picture, uint32_t lane)
{
    const struct scene *scene = picture->scene;
    size_t first = scene->moment_count, last = 0;
    for (size_t row = 0; row < scene->moment_count; row++) {
        if (scene->moments[row].lane != lane || scene->moments[row].kind == SCENE_LEFT_OUT)
            continue;
        first = first < row ? first : row;
        last = row;
    }
    if (first < last)
        buffer_add_format(picture->out,
                          "<line class=\"l\" x1=\"%" PRIu32 "\" x2=\"%" PRIu32 "\" y1=\"%" PRIu32
                          "\" y2=\"%" PRIu32 "\"/>",
                          picture->dot_x, picture->dot_x, middle(picture, (uint32_t)first),
                          middle(picture, (uint32_t)last));
}

/* A block's corners are round where the step really begins and ends. */
static void add_step(const struct picture *picture, const struct scene_span *step)
{
    uint32_t y = top(picture, step->from_row) + 2, end = bottom(picture, step->to_row) - 2;
    buffer_add_format(picture->out,
                      "<rect class=\"b%s\" x=\"%" PRIu32 "\" y=\"%" PRIu32
                      "\" width=\"100%%\" height=\"%" PRIu32 "\"/><rect class=\"bb\" x=\"%" PRIu32
                      "\" y=\"%" PRIu32 "\" width=\"3\" height=\"%" PRIu32 "\"/>",
                      step->is_cut_before || step->is_cut_after ? " cut" : "", picture->block_x, y, end - y,
                      picture->block_x, y, end - y);
}

static void add_lock(const struct picture *picture, size_t index)
{
    const struct scene_span *held = &picture->scene->held[index];
    uint32_t y = top(picture, held->from_row) + 2, end = bottom(picture, held->to_row) - 2;
    buffer_add_format(picture->out,
                      "<svg class=\"h\" x=\"%" PRIu32 "\" y=\"%" PRIu32 "\" width=\"%d\" height=\"%" PRIu32
                      "\"><rect width=\"100%%\" height=\"100%%\" rx=\"3\"/>"
                      "<text transform=\"translate(4 5) rotate(90)\">",
                      4 + bar_column(picture->scene, index) * (bar_width + 2), y, bar_width, end - y);
    html_escape_start(picture->out, held->lock, name_bytes_max);
    buffer_add_string(picture->out, "</text><title>holds ");
    html_escape_text(picture->out, held->lock);
    buffer_add_string(picture->out, "</title></svg>");
}

/* ---- Moments ---- */

/* "reads 0": what it is of goes without saying where it is the finding's cell and there is more to say. */
static void add_words(const struct picture *picture, const struct scene_moment *moment)
{
    struct buffer *out = picture->out;
    html_escape_string(out, html_view_verb(picture->view, moment));
    if (moment->value.length != 0) {
        buffer_add_string(out, " <tspan class=\"v\">");
        html_escape_start(out, moment->value, name_bytes_max);
        buffer_add_string(out, "</tspan>");
    }
    bool is_own_cell = text_equal(moment->what, picture->view->finding->cell.text);
    if (moment->what.length != 0 && !(is_own_cell && moment->role != SCENE_ROLE_NONE)) {
        buffer_add_string(out, " <tspan class=\"o\">");
        html_escape_start(out, moment->what, label_bytes_max);
        buffer_add_string(out, "</tspan>");
    }
}

static void add_part_of_story(const struct picture *picture, uint32_t row)
{
    const struct scene_moment *moment = &picture->scene->moments[row];
    struct buffer *out = picture->out;
    uint32_t y = middle(picture, row);
    bool is_supposed = picture->scene->is_supposed && moment->role == SCENE_ROLE_OTHER;
    buffer_add_format(out,
                      "<g class=\"%s%s\"><circle cx=\"%" PRIu32 "\" cy=\"%" PRIu32
                      "\" r=\"9\"/><text class=\"k\" x=\"%" PRIu32 "\" y=\"%" PRIu32
                      "\">%zu</text><text class=\"t\" x=\"%" PRIu32 "\" y=\"%" PRIu32 "\">",
                      html_view_class(picture->view, moment->role), is_supposed ? " if" : "", picture->dot_x,
                      y, picture->dot_x, y + 4, html_view_number(picture->view, moment->role),
                      picture->dot_x + 15, y + 4);
    add_words(picture, moment);
    buffer_add_string(out, "</text></g>");
    if (moment->place.source.length == 0)
        return;
    buffer_add_format(out, "<text class=\"c\" x=\"%" PRIu32 "\" y=\"%" PRIu32 "\">", picture->dot_x + 15,
                      y + 20);
    html_escape_start(out, moment->place.source, label_bytes_max);
    buffer_add_string(out, "</text>");
}

static void add_other_moment(const struct picture *picture, uint32_t row)
{
    const struct scene_moment *moment = &picture->scene->moments[row];
    uint32_t y = middle(picture, row);
    buffer_add_format(picture->out,
                      "<circle class=\"d\" cx=\"%" PRIu32 "\" cy=\"%" PRIu32
                      "\" r=\"3\"/><text class=\"m\" x=\"%" PRIu32 "\" y=\"%" PRIu32 "\">",
                      picture->dot_x, y, picture->dot_x + 15, y + 4);
    add_words(picture, moment);
    buffer_add_string(picture->out, "</text>");
}

static void add_lane(const struct picture *picture, uint32_t lane)
{
    const struct scene *scene = picture->scene;
    open_lane(picture, lane);
    add_head(picture, lane);
    add_life(picture, lane);
    for (size_t i = 0; i < scene->step_count; i++)
        if (scene->steps[i].lane == lane)
            add_step(picture, &scene->steps[i]);
    for (size_t i = 0; i < scene->held_count; i++)
        if (scene->held[i].lane == lane)
            add_lock(picture, i);
    for (uint32_t row = 0; row < scene->moment_count; row++) {
        const struct scene_moment *moment = &scene->moments[row];
        if (moment->lane != lane || moment->kind == SCENE_LEFT_OUT)
            continue;
        if (is_in_story(picture, moment))
            add_part_of_story(picture, row);
        else if (is_told(moment))
            add_other_moment(picture, row);
    }
    close_lane(picture);
}

/* What is not shown, across all lanes. */
static void add_gaps(const struct picture *picture)
{
    struct buffer *out = picture->out;
    for (uint32_t row = 0; row < picture->scene->moment_count; row++) {
        const struct scene_moment *moment = &picture->scene->moments[row];
        if (moment->kind != SCENE_LEFT_OUT)
            continue;
        buffer_add_format(out,
                          "<rect class=\"g\" y=\"%" PRIu32 "\" width=\"100%%\" height=\"18\"/>"
                          "<text class=\"s\" x=\"8\" y=\"%" PRIu32 "\">⋯ ",
                          top(picture, row) + 6, top(picture, row) + 19);
        phrase_add_count(out, moment->left_out, "event", "events");
        buffer_add_string(out, " not shown</text>\n");
    }
}

/* ---- The whole ---- */

static void add_label(const struct picture *picture)
{
    struct buffer *out = picture->out;
    buffer_add_string(out, "Who did what, and when: ");
    for (size_t i = 0; i < picture->view->step_count; i++) {
        const struct story_step *step = &picture->view->steps[i];
        buffer_add_string(out, i > 0 ? "; " : "");
        html_escape_text(out, step->actor);
        buffer_add_char(out, ' ');
        html_escape_string(out, step->verb);
    }
    buffer_add_string(out, ". The table below says the same in words.");
}

static void draw(const struct picture *picture)
{
    size_t lanes = picture->scene->lane_count;
    buffer_add_format(picture->out,
                      "<svg class=\"p p%zu\" role=\"img\" width=\"100%%\" height=\"%" PRIu32
                      "\" aria-label=\"",
                      lanes < lanes_class_max ? lanes : lanes_class_max,
                      top(picture, (uint32_t)picture->scene->moment_count) + foot_height);
    add_label(picture);
    buffer_add_string(picture->out, "\">\n");
    add_window(picture);
    for (size_t i = 0; i < picture->scene->edge_count; i++)
        add_edge(picture, &picture->scene->edges[i]);
    for (uint32_t lane = 0; lane < lanes; lane++)
        add_lane(picture, lane);
    add_gaps(picture);
    buffer_add_string(picture->out, "</svg>\n");
}

static void add_caption(const struct picture *picture)
{
    uint32_t from, to;
    struct buffer *out = picture->out;
    buffer_add_string(out, "<figcaption>Time runs down.");
    if (window_rows(picture, &from, &to))
        buffer_add_string(out, " Shaded: the window, open from what was read to what was made of it.");
    if (picture->scene->is_supposed)
        buffer_add_string(out, " <strong>This order is supposed</strong>: it did not happen in this run, but "
                               "nothing forbids it.");
    buffer_add_string(out, "</figcaption>\n");
}

void html_picture_add(struct buffer *out, const struct html_view *view)
{
    struct picture picture = {.view = view, .scene = view->scene, .out = out};
    if (view->scene->moment_count < 2 || view->scene->lane_count == 0)
        return;
    lay_out_rows(&picture);
    lay_out_columns(&picture);
    if (out->status == STATUS_OK) {
        buffer_add_string(out,
                          "<figure class=\"picture\">\n<div class=\"wide\" tabindex=\"0\" role=\"group\" "
                          "aria-label=\"Picture\">\n");
        draw(&picture);
        buffer_add_string(out, "</div>\n");
        add_caption(&picture);
        buffer_add_string(out, "</figure>\n");
    }
    VECTOR_FINI(&picture.tops);
}
