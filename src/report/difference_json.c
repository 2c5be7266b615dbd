/*
 * In:   a difference.
 * Out:  one JSON document of the form of formats/diff.schema.json, and a newline.
 * Holds: findings have the form that they have in reports.
 */
#include "base/version.h"
#include "report/difference_words.h"
#include "report/json.h"
#include "report/json_value.h"

/* ---- Findings ---- */

static cJSON *json_findings(struct json_writer *writer, const struct report_input *input,
                            const struct finding *const *findings, size_t count)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        json_push(writer, array, json_finding(writer, input, findings[i]));
    return array;
}

static cJSON *json_changed(struct json_writer *writer, const struct difference *difference)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < difference->changed.count; i++) {
        const struct difference_change *change = &difference->changed.items[i];
        cJSON *object = cJSON_CreateObject();
        json_put(writer, object, "before", json_finding(writer, &difference->sides[0], change->before));
        json_put(writer, object, "after", json_finding(writer, &difference->sides[1], change->after));
        json_push(writer, array, object);
    }
    return array;
}

/* ---- Schedules ---- */

static cJSON *json_step(struct json_writer *writer, const struct parting_step *step)
{
    const struct finding_place *place = &step->place;
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "actor", json_text_or_null(place->actor));
    json_put(writer, object, "starts", cJSON_CreateBool(step->is_start));
    json_put(writer, object, "file", json_text_or_null(place->file));
    json_put(writer, object, "line", json_line(place->line));
    json_put(writer, object, "function", json_text_or_null(place->function));
    json_put(writer, object, "source", json_text_or_null(place->source));
    json_put(writer, object, "event", json_number(place->event - 1));
    return object;
}

static cJSON *json_steps(struct json_writer *writer, const struct parting_step *steps, size_t count)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        json_push(writer, array, json_step(writer, &steps[i]));
    return array;
}

static cJSON *json_side(struct json_writer *writer, const struct parting_side *side)
{
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "steps", json_steps(writer, side->steps, side->step_count));
    json_put(writer, object, "cut", cJSON_CreateBool(side->is_cut));
    return object;
}

/* Null where both go together. */
static cJSON *json_parted(struct json_writer *writer, const struct parting_loop *loop)
{
    if (loop == NULL)
        return cJSON_CreateNull();
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "loop", json_text_or_null(loop->name));
    json_put(writer, object, "common_steps", json_number(loop->common));
    json_put(writer, object, "last_in_common", json_steps(writer, loop->before, loop->before_count));
    json_put(writer, object, "from", json_side(writer, &loop->sides[0]));
    json_put(writer, object, "to", json_side(writer, &loop->sides[1]));
    return object;
}

/* Null where there was nothing to compare: a report, or a trace without its beginning. */
static cJSON *json_schedules(struct json_writer *writer, const struct difference *difference)
{
    const struct parting *parting = difference->parting;
    if (parting == NULL || parting->begins_late[0] || parting->begins_late[1])
        return cJSON_CreateNull();
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "common_steps", json_number(parting->common));
    json_put(writer, object, "parted", json_parted(writer, difference_first_parted(difference)));
    return object;
}

/* ---- The whole ---- */

static cJSON *json_summary(struct json_writer *writer, const struct difference *difference)
{
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "new", json_number(difference->fresh.count));
    json_put(writer, object, "gone", json_number(difference->gone.count));
    json_put(writer, object, "changed", json_number(difference->changed.count));
    json_put(writer, object, "same", json_number(difference->same_count));
    return object;
}

static cJSON *json_traces_of_both(struct json_writer *writer, const struct report_input sides[2])
{
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "from", json_traces(writer, &sides[0]));
    json_put(writer, object, "to", json_traces(writer, &sides[1]));
    return object;
}

static cJSON *json_tool(struct json_writer *writer)
{
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "name", json_text(TEXT("staleread")));
    json_put(writer, object, "version", json_text(text_of(version_text())));
    return object;
}

void difference_json(const struct difference *difference, struct buffer *out)
{
    struct json_writer writer = {.complete = true};
    const struct report_input *sides = difference->sides;
    cJSON *object = cJSON_CreateObject();
    json_put(&writer, object, "schema", json_text(TEXT("staleread-diff/1")));
    json_put(&writer, object, "tool", json_tool(&writer));
    json_put(&writer, object, "from", json_text(text_of(difference->paths[0])));
    json_put(&writer, object, "to", json_text(text_of(difference->paths[1])));
    json_put(&writer, object, "traces", json_traces_of_both(&writer, sides));
    json_put(&writer, object, "summary", json_summary(&writer, difference));
    json_put(&writer, object, "new",
             json_findings(&writer, &sides[1], difference->fresh.items, difference->fresh.count));
    json_put(&writer, object, "gone",
             json_findings(&writer, &sides[0], difference->gone.items, difference->gone.count));
    json_put(&writer, object, "changed", json_changed(&writer, difference));
    json_put(&writer, object, "schedules", json_schedules(&writer, difference));
    json_finish(&writer, object, out);
}
