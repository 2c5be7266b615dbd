/*
 * In:   a scene.
 * Out:  a table with a row for each moment, and what the picture tells by bars and lines: which locks are held, and who made whom.
 * Holds: nothing is cut.
 */
#include "report/html_moments.h"

#include <inttypes.h>

#include "finding/phrase.h"
#include "report/html_escape.h"
#include "report/html_role.h"

static void add_gap(struct buffer *out, const struct scene_moment *moment, int columns)
{
    buffer_add_format(out, "<tr class=\"gap\"><td colspan=\"%d\">⋯ ", columns);
    phrase_add_count(out, moment->left_out, "event", "events");
    if (moment->left_out_steps != 0) {
        buffer_add_string(out, " in ");
        phrase_add_count(out, moment->left_out_steps, "step", "steps");
    }
    buffer_add_string(out, " not shown</td></tr>\n");
}

static void add_number(struct buffer *out, const struct view *view, const struct scene_moment *moment)
{
    size_t number = view_number(view, moment->role);
    buffer_add_string(out, "<td>");
    if (number != 0)
        html_role_add_badge(out, view, number);
    buffer_add_string(out, "</td>");
}

/* "reads `Counter.value`: `0`" */
static void add_act(struct buffer *out, const struct view *view, const struct scene_moment *moment)
{
    struct text value = view_value(moment), what = view_what(moment);
    buffer_add_string(out, "<td>");
    html_escape_string(out, view_verb(view, moment));
    if (what.length != 0) {
        buffer_add_char(out, ' ');
        html_escape_code(out, what);
    }
    if (value.length != 0) {
        buffer_add_string(out, ": ");
        html_escape_code(out, value);
    }
    buffer_add_string(out, "</td>");
}

/* The locks that the row's actor holds there. */
static void add_held(struct buffer *out, const struct scene *scene, uint32_t row)
{
    const char *separator = "";
    buffer_add_string(out, "<td>");
    for (size_t i = 0; i < scene->held_count; i++) {
        const struct scene_span *held = &scene->held[i];
        if (held->lane != scene->moments[row].lane || row < held->from_row || row > held->to_row)
            continue;
        buffer_add_string(out, separator);
        html_escape_code(out, held->lock);
        separator = ", ";
    }
    buffer_add_string(out, "</td>");
}

static void add_place(struct buffer *out, const struct finding_place *place)
{
    buffer_add_string(out, "<td>");
    if (place->line != 0 || place->is_location) {
        html_escape_location(out, place);
        if (place->function.length != 0) {
            buffer_add_string(out, " in ");
            html_escape_code(out, place->function);
        }
    }
    buffer_add_string(out, "</td><td>");
    if (place->source.length != 0)
        html_escape_code(out, place->source);
    buffer_add_string(out, "</td>");
}

static void add_row(struct buffer *out, const struct view *view, uint32_t row)
{
    const struct scene_moment *moment = &view->scene->moments[row];
    if (moment->kind == SCENE_LEFT_OUT) {
        add_gap(out, moment, view->scene->held_count != 0 ? 6 : 5);
        return;
    }
    bool is_in_story = view_number(view, moment->role) != 0;
    buffer_add_string(out, is_in_story ? "<tr>" : "<tr class=\"by\">");
    add_number(out, view, moment);
    buffer_add_string(out, "<th scope=\"row\">");
    html_escape_code(out, view_actor(view->scene, moment->lane));
    buffer_add_string(out, "</th>");
    add_act(out, view, moment);
    if (view->scene->held_count != 0)
        add_held(out, view->scene, row);
    add_place(out, &moment->place);
    buffer_add_string(out, "</tr>\n");
}

/* Who made whom, where that is known. */
static void add_makers(struct buffer *out, const struct scene *scene)
{
    bool any = false;
    for (uint32_t i = 0; i < scene->lane_count; i++) {
        const struct scene_lane *lane = &scene->lanes[i];
        if (lane->made_by.length == 0 && lane->made_at.line == 0)
            continue;
        buffer_add_string(out, any ? "<li>" : "<ul>\n<li>");
        any = true;
        html_escape_code(out, view_actor(scene, i));
        buffer_add_string(out, " was made");
        if (lane->made_by.length != 0) {
            buffer_add_string(out, " by ");
            html_escape_code(out, lane->made_by);
        }
        if (lane->made_at.line != 0) {
            buffer_add_string(out, " at ");
            html_escape_location(out, &lane->made_at);
        }
        if (lane->made_at.source.length != 0) {
            buffer_add_string(out, ": ");
            html_escape_code(out, lane->made_at.source);
        }
        buffer_add_string(out, "</li>\n");
    }
    if (any)
        buffer_add_string(out, "</ul>\n");
}

static void add_columns(struct buffer *out, const struct scene *scene)
{
    buffer_add_string(
        out, "<thead><tr><th scope=\"col\">#</th><th scope=\"col\">Who</th><th scope=\"col\">Does</th>");
    if (scene->held_count != 0)
        buffer_add_string(out, "<th scope=\"col\">Holding</th>");
    buffer_add_string(out, "<th scope=\"col\">Where</th><th scope=\"col\">Code</th></tr></thead>\n");
}

void html_moments_add(struct buffer *out, const struct view *view)
{
    buffer_add_string(out,
                      "<details class=\"moments\"><summary>The same as a table</summary>\n"
                      "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Table\">\n<table>\n"
                      "<caption>What happened, in order</caption>\n");
    add_columns(out, view->scene);
    buffer_add_string(out, "<tbody>\n");
    for (uint32_t row = 0; row < view->scene->moment_count; row++)
        add_row(out, view, row);
    buffer_add_string(out, "</tbody>\n</table>\n</div>\n");
    add_makers(out, view->scene);
    buffer_add_string(out, "</details>\n");
}
