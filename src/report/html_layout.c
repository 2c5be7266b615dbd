/*
 * In:   a scene.
 * Out:  places for what is in it.
 * Holds: rows that are not there lie below the last one.
 */
#include "report/html_layout.h"

enum {
    head_height = 44, /* names of the actors, and who made them */
    own_head_height = 26,
    gap_height = 30,
    silent_height = 10, /* a step's begin and end are seen by its block */
    arrow_height = 22,
    plain_height = 22,
    story_height = 28,
    source_height = 14,
    bars_max = 3, /* beside each other; further ones lie over the last */
    track_width = 10,
    percent = 10000, /* hundredths of one */
};

bool html_layout_is_in_story(const struct html_layout *layout, const struct scene_moment *moment)
{
    return view_number(layout->view, moment->role) != 0;
}

/* ---- Rows ---- */

static bool ends_edge(const struct scene *scene, uint32_t row)
{
    for (size_t i = 0; i < scene->edge_count; i++)
        if (scene->edges[i].to_row == row)
            return true;
    return false;
}

static uint32_t row_height(const struct html_layout *layout, uint32_t row)
{
    const struct scene_moment *moment = &layout->scene->moments[row];
    if (moment->kind == SCENE_LEFT_OUT)
        return gap_height;
    if (moment->kind == SCENE_BEGIN || moment->kind == SCENE_END)
        return ends_edge(layout->scene, row) ? arrow_height : silent_height;
    if (!html_layout_is_in_story(layout, moment))
        return plain_height;
    return story_height + (moment->place.source.length != 0 ? source_height : 0);
}

enum status html_layout_init(struct html_layout *layout, const struct view *view)
{
    *layout = (struct html_layout){.view = view, .scene = view->scene};
    uint32_t y = view->is_own ? own_head_height : head_height;
    enum status status = VECTOR_PUSH(&layout->tops, y);
    for (uint32_t row = 0; row < layout->scene->moment_count && status == STATUS_OK; row++) {
        y += row_height(layout, row);
        status = VECTOR_PUSH(&layout->tops, y);
    }
    return status;
}

void html_layout_fini(struct html_layout *layout)
{
    VECTOR_FINI(&layout->tops);
}

uint32_t html_layout_top(const struct html_layout *layout, uint32_t row)
{
    uint32_t last = (uint32_t)layout->tops.count - 1;
    return layout->tops.items[row < last ? row : last];
}

uint32_t html_layout_bottom(const struct html_layout *layout, uint32_t row)
{
    uint32_t last = (uint32_t)layout->tops.count - 1;
    return layout->tops.items[row < last ? row + 1 : last];
}

uint32_t html_layout_middle(const struct html_layout *layout, uint32_t row)
{
    uint32_t height = html_layout_bottom(layout, row) - html_layout_top(layout, row);
    return html_layout_top(layout, row) + (height < story_height ? height : story_height) / 2;
}

/* ---- Columns ---- */

/* Which of the bars beside each other: as many stand before it as locks before it in the list last at the same time. */
static uint32_t bar_number(const struct scene *scene, size_t index)
{
    const struct scene_span *held = &scene->held[index];
    uint32_t number = 0;
    for (size_t i = 0; i < index; i++) {
        const struct scene_span *other = &scene->held[i];
        number +=
            other->lane == held->lane && other->from_row <= held->to_row && held->from_row <= other->to_row;
    }
    return number < bars_max ? number : bars_max - 1;
}

/* A lane without locks has no room for them. */
struct html_columns html_layout_columns(const struct html_layout *layout, uint32_t lane)
{
    const struct scene *scene = layout->scene;
    uint32_t count = 0;
    for (size_t i = 0; i < scene->held_count; i++) {
        uint32_t wanted = scene->held[i].lane == lane ? bar_number(scene, i) + 1 : 0;
        count = wanted > count ? wanted : count;
    }
    struct html_columns columns = {.bars = 4};
    columns.track = columns.bars + 4 + count * (html_layout_bar_width + 2);
    columns.block = columns.track + (scene->edge_count != 0 ? track_width : 0);
    columns.dot = columns.block + 15;
    columns.words = columns.dot + 15;
    return columns;
}

uint32_t html_layout_bar(const struct html_layout *layout, size_t held)
{
    uint32_t lane = layout->scene->held[held].lane;
    return html_layout_columns(layout, lane).bars +
           bar_number(layout->scene, held) * (html_layout_bar_width + 2);
}

void html_layout_add_part(struct buffer *out, const struct html_layout *layout, const char *name,
                          size_t lanes)
{
    size_t part = lanes * percent / layout->scene->lane_count;
    buffer_add_format(out, " %s=\"%zu.%02zu%%\"", name, part / 100, part % 100);
}

/* ---- The window ---- */

bool html_layout_window(const struct html_layout *layout, uint32_t *from_row, uint32_t *to_row)
{
    bool has_first = false, has_last = false;
    for (uint32_t row = 0; row < layout->scene->moment_count; row++) {
        const struct scene_moment *moment = &layout->scene->moments[row];
        if (!html_layout_is_in_story(layout, moment))
            continue;
        if (moment->role == SCENE_ROLE_FIRST && !has_first) {
            *from_row = row;
            has_first = true;
        }
        if (moment->role == SCENE_ROLE_LAST && has_first) {
            *to_row = row;
            has_last = true;
        }
    }
    return has_last && *from_row < *to_row && view_number(layout->view, SCENE_ROLE_OTHER) != 0;
}
