/*
 * In:   a finding with its scene.
 * Out:  a code flow: a thread flow for each actor, with all that it does at some place.
 * Holds: `executionOrder` counts across all actors, without gaps. What is at no place in the source (that a step begins, or that the
 * actor is over) has no location, and viewers take none without: that a step ends is told where its actor awaits.
 */
#include "report/sarif_flow.h"

#include <inttypes.h>

#include "finding/phrase.h"
#include "report/wording.h"

/* What there is to say of a kind of moments: words that SARIF 2.1.0 (3.38.8) proposes, and others where it has none. */
struct row {
    const char *verb;
    const char *noun;
    const char *importance; /* where the story has it not */
};

static const struct row rows[SCENE_MOMENT_KIND_COUNT] = {
    [SCENE_READ] = {"read", "memory", "important"},     [SCENE_WRITE] = {"write", "memory", "important"},
    [SCENE_AWAIT] = {"await", NULL, "important"},       [SCENE_SPAWN] = {"call", "task", "unimportant"},
    [SCENE_ACQUIRE] = {"acquire", "lock", "important"}, [SCENE_RELEASE] = {"release", "lock", "important"},
    [SCENE_WAIT] = {"wait", "resource", "important"},   [SCENE_NOTIFY] = {"notify", "resource", "important"},
    [SCENE_CALL] = {"call", "function", "unimportant"},
};

/* ---- Moments ---- */

/* The story's own place where the moment is a part of it: that one has columns. */
static const struct finding_place *place_of(const struct view *view, const struct scene_moment *moment)
{
    size_t number = view_number(view, moment->role);
    return number != 0 ? view->steps[number - 1].place : &moment->place;
}

static bool is_told(const struct view *view, const struct scene_moment *moment)
{
    const struct finding_place *place = place_of(view, moment);
    return moment->kind != SCENE_LEFT_OUT &&
           (place->is_location || (place->line != 0 && place->file.length != 0));
}

/* Whether its actor's step ends with it. */
static bool ends_step(const struct scene *scene, uint32_t row)
{
    for (uint32_t next = row + 1; next < scene->moment_count; next++) {
        const struct scene_moment *moment = &scene->moments[next];
        if (moment->kind != SCENE_LEFT_OUT && moment->lane == scene->moments[row].lane)
            return moment->kind == SCENE_END;
    }
    return false;
}

/* How many locks its actor holds there. */
static uint64_t nesting_level(const struct scene *scene, uint32_t row)
{
    uint64_t level = 0;
    for (size_t i = 0; i < scene->held_count; i++) {
        const struct scene_span *held = &scene->held[i];
        level += held->lane == scene->moments[row].lane && held->from_row <= row && row <= held->to_row;
    }
    return level;
}

void sarif_flow_add_actor(struct buffer *out, struct text actor)
{
    struct buffer name;
    buffer_init(&name);
    phrase_add_code(&name, actor);
    sarif_add_plain(out, buffer_text(&name));
    buffer_fini_part(&name, out);
}

/* "`Task-3` reads `Counter.value`: `0`" */
static cJSON *moment_message(struct json_writer *writer, const struct view *view, uint32_t row)
{
    const struct scene_moment *moment = &view->scene->moments[row];
    struct text what = view_what(moment), value = view_value(moment);
    struct buffer plain, text;
    buffer_init(&plain);
    buffer_init(&text);
    phrase_add_code(&plain, view_actor(view->scene, moment->lane));
    buffer_add_format(&plain, " %s", view_verb(view, moment));
    if (what.length != 0) {
        buffer_add_char(&plain, ' ');
        phrase_add_code(&plain, what);
    }
    if (value.length != 0) {
        buffer_add_string(&plain, ": ");
        phrase_add_code(&plain, value);
    }
    if (moment->kind == SCENE_AWAIT && ends_step(view->scene, row))
        buffer_add_string(&plain, ", and others run");
    sarif_add_plain(&text, buffer_text(&plain));
    buffer_fini_part(&plain, &text);
    cJSON *message = sarif_message(writer, &text);
    buffer_fini(&text);
    return message;
}

static cJSON *kinds_of(struct json_writer *writer, const struct view *view, const struct scene_moment *moment)
{
    const struct row *row = &rows[moment->kind];
    cJSON *array = cJSON_CreateArray();
    if (row->verb != NULL)
        json_push(writer, array, json_text(text_of(row->verb)));
    if (row->noun != NULL)
        json_push(writer, array, json_text(text_of(row->noun)));
    if (view_number(view, moment->role) == view->step_count) /* where it goes wrong in the end */
        json_push(writer, array, json_text(TEXT("danger")));
    return array;
}

static void put_importance(struct json_writer *writer, cJSON *object, const struct view *view,
                           const struct scene_moment *moment)
{
    const char *importance = rows[moment->kind].importance;
    if (view_number(view, moment->role) != 0)
        importance = "essential";
    json_put(writer, object, "importance", json_text(text_of(importance != NULL ? importance : "important")));
}

static cJSON *moment_location(struct json_writer *writer, const struct sarif_places *places,
                              const struct view *view, uint32_t row, uint64_t order)
{
    const struct scene_moment *moment = &view->scene->moments[row];
    cJSON *location = sarif_location(writer, places, place_of(view, moment)), *object = cJSON_CreateObject();
    json_put(writer, location, "message", moment_message(writer, view, row));
    json_put(writer, object, "location", location);
    json_put(writer, object, "kinds", kinds_of(writer, view, moment));
    json_put(writer, object, "nestingLevel", json_number(nesting_level(view->scene, row)));
    json_put(writer, object, "executionOrder", json_number(order));
    put_importance(writer, object, view, moment);
    return object;
}

/* ---- Actors ---- */

/* Its name; a number behind it where another of that name came before, since each is to have an id of its own. */
static cJSON *lane_id(const struct scene *scene, uint32_t lane)
{
    size_t before = 0;
    struct buffer id;
    buffer_init(&id);
    for (uint32_t i = 0; i < lane; i++)
        before += text_equal(view_actor(scene, i), view_actor(scene, lane));
    buffer_add(&id, text_start(view_actor(scene, lane), sarif_snippet_bytes_max));
    if (before != 0)
        buffer_add_format(&id, " (%zu)", before + 1);
    cJSON *value = buffer_status(&id) == STATUS_OK ? json_text(buffer_text(&id)) : NULL;
    buffer_fini(&id);
    return value;
}

/* "`Task-3`, made by `Task-1` at `counter.py:16`" */
static cJSON *lane_message(struct json_writer *writer, const struct scene *scene, uint32_t lane)
{
    const struct scene_lane *row = &scene->lanes[lane];
    struct buffer plain, text;
    buffer_init(&plain);
    buffer_init(&text);
    phrase_add_code(&plain, view_actor(scene, lane));
    if (row->made_by.length != 0) {
        buffer_add_string(&plain, ", made by ");
        phrase_add_code(&plain, row->made_by);
    }
    if (row->made_by.length != 0 && row->made_at.line != 0) {
        struct buffer location;
        buffer_init(&location);
        wording_add_location(&location, &row->made_at);
        buffer_add_string(&plain, " at ");
        phrase_add_code(&plain, buffer_text(&location));
        buffer_fini_part(&location, &plain);
    }
    sarif_add_plain(&text, buffer_text(&plain));
    buffer_fini_part(&plain, &text);
    cJSON *message = sarif_message(writer, &text);
    buffer_fini(&text);
    return message;
}

static bool is_in_lane(const struct view *view, uint32_t row, uint32_t lane)
{
    return is_told(view, &view->scene->moments[row]) && view->scene->moments[row].lane == lane;
}

/* What one actor does; NULL: nothing that has a place. */
static cJSON *thread_flow(struct json_writer *writer, const struct sarif_places *places,
                          const struct view *view, uint32_t lane)
{
    const struct scene *scene = view->scene;
    cJSON *locations = NULL, *object;
    uint64_t order = 0;
    for (uint32_t row = 0; row < scene->moment_count; row++) {
        order += is_told(view, &scene->moments[row]);
        if (!is_in_lane(view, row, lane))
            continue;
        locations = locations != NULL ? locations : cJSON_CreateArray();
        json_push(writer, locations, moment_location(writer, places, view, row, order));
    }
    if (locations == NULL)
        return NULL;
    object = cJSON_CreateObject();
    json_put(writer, object, "id", lane_id(scene, lane));
    json_put(writer, object, "message", lane_message(writer, scene, lane));
    json_put(writer, object, "locations", locations);
    return object;
}

static cJSON *flow_message(struct json_writer *writer, const struct view *view)
{
    struct buffer text;
    buffer_init(&text);
    buffer_add_string(&text, view->scene->is_supposed
                                 ? "In this run it came in another order; it is told as it could have come."
                                 : "As it came in this run.");
    cJSON *message = sarif_message(writer, &text);
    buffer_fini(&text);
    return message;
}

cJSON *sarif_flow(struct json_writer *writer, const struct sarif_places *places, const struct view *view)
{
    cJSON *threads = cJSON_CreateArray(), *flow = cJSON_CreateObject(), *array = cJSON_CreateArray();
    for (uint32_t lane = 0; lane < view->scene->lane_count; lane++) {
        cJSON *thread = thread_flow(writer, places, view, lane);
        if (thread != NULL)
            json_push(writer, threads, thread);
    }
    json_put(writer, flow, "message", flow_message(writer, view));
    json_put(writer, flow, "threadFlows", threads);
    json_push(writer, array, flow);
    return array;
}
