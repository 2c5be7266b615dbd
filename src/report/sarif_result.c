/*
 * In:   a finding.
 * Out:  a result: message, places, how it came about, what is known of it from earlier, and who lets it stand.
 * Holds: what identifies it is the finding's id alone. The first sentence of the message is the symptom. No `fixes`: which lines a
 * lock must hold is known, but not that nothing else has to change with them; the message has the advice instead.
 */
#include "report/sarif_result.h"

#include "finding/kinds.h"
#include "finding/phrase.h"
#include "report/outcome.h"
#include "report/sarif_flow.h"
#include "report/sarif_place.h"
#include "report/seen.h"
#include "report/symptom.h"
#include "report/view.h"

static const char *level_name(enum symptom_level level)
{
    static const char *const names[] = {
        [SYMPTOM_NOTE] = "note", [SYMPTOM_WARNING] = "warning", [SYMPTOM_ERROR] = "error"};
    return names[level];
}

/* ---- The message ---- */

/* Sentences on one line. */
static void add_sentences(struct buffer *out, const struct buffer *lines)
{
    struct text text = buffer_text(lines);
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] != '\n')
            buffer_add_char(out, text.bytes[i]);
        else if (i + 1 < text.length)
            buffer_add_char(out, ' ');
    }
}

/* Symptom, outcome and advice: each as a paragraph, and between them the steps, which are links. */
static void add_symptom(struct buffer *out, const struct finding *finding)
{
    struct buffer text;
    buffer_init(&text);
    symptom_add(&text, finding);
    sarif_add_plain(out, buffer_text(&text));
    buffer_fini_part(&text, out);
}

static void add_outcome(struct buffer *out, const struct report_input *input, const struct finding *finding)
{
    struct buffer text, lines;
    buffer_init(&text);
    buffer_init(&lines);
    outcome_add(&lines, finding);
    seen_add(&lines, input, finding);
    add_sentences(&text, &lines);
    buffer_fini_part(&lines, &text);
    if (text.length > 0)
        buffer_add_char(&text, ' ');
    buffer_add_string(&text, "Advice: ");
    buffer_add(&text, finding->advice.text);
    sarif_add_plain(out, buffer_text(&text));
    buffer_fini_part(&text, out);
}

/* "`Task-3` [reads](1), [awaits](2); `Task-2` [writes](3)." The numbers are those of the related locations. */
static void add_links(struct buffer *out, const struct story_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool is_same = i > 0 && text_equal(steps[i].actor, steps[i - 1].actor);
        buffer_add_string(out, i == 0 ? "" : is_same ? ", " : "; ");
        if (!is_same) {
            sarif_flow_add_actor(out, steps[i].actor);
            buffer_add_char(out, ' ');
        }
        buffer_add_format(out, "[%s](%zu)", steps[i].verb, i + 1);
    }
    buffer_add_string(out, count > 0 ? ".\n\n" : "");
}

static cJSON *result_message(struct json_writer *writer, const struct report_input *input,
                             const struct finding *finding, const struct story_step *steps, size_t count)
{
    struct buffer text;
    buffer_init(&text);
    add_symptom(&text, finding);
    buffer_add_string(&text, "\n\n");
    add_links(&text, steps, count);
    add_outcome(&text, input, finding);
    cJSON *message = sarif_message(writer, &text);
    buffer_fini(&text);
    return message;
}

static cJSON *step_message(struct json_writer *writer, const struct story_step *step)
{
    struct buffer text;
    buffer_init(&text);
    sarif_flow_add_actor(&text, step->actor);
    buffer_add_format(&text, " %s", step->verb);
    cJSON *message = sarif_message(writer, &text);
    buffer_fini(&text);
    return message;
}

/* ---- Places ---- */

static cJSON *step_location(struct json_writer *writer, const struct sarif_places *places,
                            const struct story_step *step)
{
    cJSON *location = sarif_location(writer, places, step->place);
    json_put(writer, location, "message", step_message(writer, step));
    return location;
}

static cJSON *main_locations(struct json_writer *writer, const struct sarif_places *places,
                             const struct finding *finding)
{
    cJSON *array = cJSON_CreateArray();
    json_push(writer, array, sarif_location(writer, places, symptom_place(finding)));
    return array;
}

static cJSON *related_locations(struct json_writer *writer, const struct sarif_places *places,
                                const struct story_step *steps, size_t count)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++) {
        cJSON *location = step_location(writer, places, &steps[i]);
        json_put(writer, location, "id", json_number(i + 1));
        json_push(writer, array, location);
    }
    return array;
}

/* ---- Who lets it stand ---- */

static cJSON *suppression(struct json_writer *writer, const char *kind, struct text reason)
{
    cJSON *object = cJSON_CreateObject(), *array = cJSON_CreateArray();
    json_put(writer, object, "kind", json_text(text_of(kind)));
    if (reason.length != 0)
        json_put(writer, object, "justification", sarif_cut(reason, sarif_message_bytes_max));
    json_push(writer, array, object);
    return array;
}

/* An empty array says that it was looked at, and nobody does. */
static cJSON *suppressions(struct json_writer *writer, const struct report_input *input,
                           const struct finding *finding)
{
    if (finding->suppressed_by != 0)
        return suppression(writer, "external",
                           input->rules->suppressions.items[finding->suppressed_by - 1].reason);
    if (finding->ignored_by != 0)
        return suppression(writer, "inSource", input->ignores->rows.items[finding->ignored_by - 1].reason);
    return cJSON_CreateArray();
}

/* ---- The result ---- */

static cJSON *fingerprints(struct json_writer *writer, const struct finding *finding)
{
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "staleread/v1", json_text(text_of(finding->id)));
    /* The one that GitHub looks at. */
    json_put(writer, object, "primaryLocationLineHash", json_text(text_of(finding->id)));
    return object;
}

static cJSON *properties(struct json_writer *writer, const struct finding *finding)
{
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "id", json_text(text_of(finding->id)));
    if (finding->form != FINDING_FORM_ONLY)
        json_put(writer, object, "form", json_text(text_of(kinds_form_name(finding->form))));
    json_put(writer, object, "status", json_text(text_of(kinds_status_name(finding->status))));
    json_put(writer, object, "confidence", json_text(text_of(kinds_confidence_name(finding->confidence))));
    json_put(writer, object, "cell", sarif_cut(finding->cell.text, sarif_snippet_bytes_max));
    return object;
}

cJSON *sarif_result(struct json_writer *writer, const struct report_input *input,
                    const struct finding *finding, bool has_flow)
{
    struct view view;
    view_of(&view, input, finding);
    const struct story_step *steps = view.steps;
    const struct sarif_places places = sarif_places_of(input, finding);
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "ruleId", json_text(text_of(kinds_name(finding->kind))));
    json_put(writer, object, "ruleIndex", json_number(finding->kind));
    json_put(writer, object, "level", json_text(text_of(level_name(symptom_level(finding)))));
    json_put(writer, object, "message", result_message(writer, input, finding, steps, view.step_count));
    json_put(writer, object, "locations", main_locations(writer, &places, finding));
    json_put(writer, object, "relatedLocations", related_locations(writer, &places, steps, view.step_count));
    if (has_flow && view.step_count > 0)
        json_put(writer, object, "codeFlows", sarif_flow(writer, &places, &view));
    json_put(writer, object, "partialFingerprints", fingerprints(writer, finding));
    json_put(writer, object, "occurrenceCount", json_number(finding->count));
    if (input->baseline != NULL)
        json_put(writer, object, "baselineState",
                 json_text(finding->known ? TEXT("unchanged") : TEXT("new")));
    json_put(writer, object, "suppressions", suppressions(writer, input, finding));
    json_put(writer, object, "properties", properties(writer, finding));
    return object;
}
