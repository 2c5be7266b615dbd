/*
 * In:   what is reported.
 * Out:  one JSON document of the form of formats/report.schema.json, and a newline.
 * Holds: texts are encoded here, not by cJSON, which knows neither zero bytes nor invalid UTF-8: both become
 * U+FFFD, and what a terminal would obey is escaped. Numbers stay exact up to 64 bits. Memory that runs out
 * anywhere becomes the buffer's status, and nothing is added then.
 */
#include <cjson/cJSON.h>
#include <inttypes.h>

#include "finding/identity.h"
#include "report/formats.h"
#include "report/honesty.h"
#include "report/ignored.h"
#include "report/tally.h"

/* ---- Values ---- */

/* The code point of the valid character at the start of the text. */
static uint32_t code_point(struct text text, size_t length)
{
    static const unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t point = (unsigned char)text.bytes[0] & masks[length];
    for (size_t i = 1; i < length; i++)
        point = point << 6 | ((unsigned char)text.bytes[i] & 0x3Fu);
    return point;
}

static void add_escape(struct buffer *json, uint32_t point)
{
    if (point == '\n') {
        buffer_add_string(json, "\\n");
    } else if (point > 0xFFFF) {
        uint32_t rest = point - 0x10000;
        buffer_add_format(json, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xD800 + (rest >> 10),
                          0xDC00 + (rest & 0x3FF));
    } else {
        buffer_add_format(json, "\\u%04" PRIx32, point);
    }
}

/* Adds the character at the start of the text and returns its length. */
static size_t add_character(struct buffer *json, struct text text)
{
    size_t length = text_character(text);
    if (length == 0 || text.bytes[0] == '\0') {
        buffer_add_string(json, "\xEF\xBF\xBD");
        return 1;
    }
    if (text.bytes[0] == '"' || text.bytes[0] == '\\') {
        buffer_add_char(json, '\\');
        buffer_add_char(json, text.bytes[0]);
    } else if (text_printable(text) == 0) {
        add_escape(json, code_point(text, length));
    } else {
        buffer_add(json, (struct text){text.bytes, length});
    }
    return length;
}

static cJSON *json_text(struct text text)
{
    struct buffer json;
    buffer_init(&json);
    buffer_add_char(&json, '"');
    for (size_t i = 0; i < text.length;)
        i += add_character(&json, (struct text){text.bytes + i, text.length - i});
    buffer_add_char(&json, '"');
    cJSON *value = buffer_status(&json) == STATUS_OK ? cJSON_CreateRaw(buffer_string(&json)) : NULL;
    buffer_fini(&json);
    return value;
}

static cJSON *json_text_or_null(struct text text)
{
    return text.length != 0 ? json_text(text) : cJSON_CreateNull();
}

static cJSON *json_number(uint64_t number)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, number);
    return cJSON_CreateRaw(digits);
}

static cJSON *json_line(uint32_t line)
{
    return line != 0 ? json_number(line) : cJSON_CreateNull();
}

/* ---- Objects: a value that could not be made leaves its parent without it, and `complete` false ---- */

struct json_writer {
    bool complete; /* every value was made and added */
};

static void put(struct json_writer *writer, cJSON *object, const char *name, cJSON *value)
{
    if (value == NULL || object == NULL || !cJSON_AddItemToObjectCS(object, name, value)) {
        cJSON_Delete(value);
        writer->complete = false;
    }
}

static void push(struct json_writer *writer, cJSON *array, cJSON *value)
{
    if (value == NULL || array == NULL || !cJSON_AddItemToArray(array, value)) {
        cJSON_Delete(value);
        writer->complete = false;
    }
}

/* ---- Traces ---- */

static cJSON *json_names(struct json_writer *writer, const struct text *names, size_t count)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        push(writer, array, json_text(names[i]));
    return array;
}

/* Null where it is not known. */
static cJSON *json_unexercised(struct json_writer *writer, const struct report_unexercised *unexercised)
{
    if (!unexercised->is_known)
        return cJSON_CreateNull();
    cJSON *object = cJSON_CreateObject();
    put(writer, object, "functions", json_number(unexercised->functions));
    put(writer, object, "functions_run", json_number(unexercised->functions_run));
    put(writer, object, "coroutines", json_number(unexercised->coroutines));
    put(writer, object, "coroutines_run", json_number(unexercised->coroutines_run));
    put(writer, object, "not_run", json_names(writer, unexercised->not_run, unexercised->not_run_count));
    return object;
}

/* An array that is being filled. */
struct filling {
    struct json_writer *writer;
    cJSON *array;
};

static void take_phrase(void *context, struct text phrase)
{
    struct filling *filling = context;
    push(filling->writer, filling->array, json_text(phrase));
}

static cJSON *json_unseen(struct json_writer *writer, const struct report_trace *trace)
{
    struct filling filling = {.writer = writer, .array = cJSON_CreateArray()};
    if (honesty_each_unseen(trace, 1, take_phrase, &filling) != STATUS_OK)
        writer->complete = false;
    return filling.array;
}

static cJSON *json_forgotten(struct json_writer *writer, const struct forgotten *forgotten)
{
    cJSON *object = cJSON_CreateObject();
    put(writer, object, "cells", json_number(forgotten->cells));
    put(writer, object, "writes", json_number(forgotten->writes));
    put(writer, object, "windows", json_number(forgotten->windows));
    put(writer, object, "actors", json_number(forgotten->actors));
    return object;
}

static cJSON *json_trace(struct json_writer *writer, const struct report_trace *trace)
{
    cJSON *object = cJSON_CreateObject();
    put(writer, object, "path", json_text(text_of(trace->path)));
    put(writer, object, "complete", cJSON_CreateBool(trace->complete));
    put(writer, object, "events", json_number(trace->events));
    put(writer, object, "actors", json_number(trace->actors));
    put(writer, object, "lost_events", json_number(trace->lost_events));
    put(writer, object, "damaged_frames", json_number(trace->damaged_frames));
    put(writer, object, "python", json_text_or_null(trace->python));
    put(writer, object, "loop", json_text_or_null(trace->loop));
    put(writer, object, "started", json_text_or_null(trace->started));
    put(writer, object, "notes", json_names(writer, trace->notes, trace->note_count));
    put(writer, object, "unexercised", json_unexercised(writer, &trace->unexercised));
    put(writer, object, "unseen", json_unseen(writer, trace));
    put(writer, object, "forgotten", json_forgotten(writer, &trace->forgotten));
    return object;
}

static cJSON *json_traces(struct json_writer *writer, const struct report_input *input)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < input->trace_count; i++)
        push(writer, array, json_trace(writer, &input->traces[i]));
    return array;
}

/* ---- Findings ---- */

static cJSON *json_cell(struct json_writer *writer, const struct finding_cell *cell)
{
    cJSON *object = cJSON_CreateObject();
    put(writer, object, "owner", json_text(cell->owner));
    put(writer, object, "attribute", json_text(cell->attribute));
    put(writer, object, "key", json_text_or_null(cell->key));
    put(writer, object, "text", json_text(cell->text));
    return object;
}

static cJSON *json_place(struct json_writer *writer, const struct finding_place *place)
{
    cJSON *object = cJSON_CreateObject();
    put(writer, object, "file", json_text_or_null(place->file));
    put(writer, object, "line", place->is_location ? json_number(place->line) : json_line(place->line));
    put(writer, object, "function", json_text_or_null(place->function));
    put(writer, object, "actor", json_text_or_null(place->actor));
    put(writer, object, "source", json_text_or_null(place->source));
    put(writer, object, "event", place->event != 0 ? json_number(place->event - 1) : cJSON_CreateNull());
    return object;
}

/* A place without an actor of its own; null where there is no window. */
static cJSON *json_window(struct json_writer *writer, const struct finding_place *window)
{
    if (window->line == 0)
        return cJSON_CreateNull();
    cJSON *object = json_place(writer, window);
    cJSON_DeleteItemFromObjectCaseSensitive(object, "actor");
    return object;
}

static cJSON *json_values(struct json_writer *writer, const struct finding_values *values)
{
    cJSON *object = cJSON_CreateObject();
    put(writer, object, "read", json_text_or_null(values->read));
    put(writer, object, "other", json_text_or_null(values->other));
    put(writer, object, "written", json_text_or_null(values->written));
    return object;
}

static cJSON *json_lock_names(struct json_writer *writer, const struct finding_place *place)
{
    cJSON *array = cJSON_CreateArray();
    for (uint32_t i = 0; i < place->lock_count; i++)
        push(writer, array, json_text(place->locks[i].name));
    return array;
}

static cJSON *json_locks(struct json_writer *writer, const struct finding *finding)
{
    cJSON *object = cJSON_CreateObject();
    put(writer, object, "first", json_lock_names(writer, &finding->first));
    put(writer, object, "other", json_lock_names(writer, &finding->other));
    put(writer, object, "last", json_lock_names(writer, &finding->last));
    return object;
}

static cJSON *json_advice(struct json_writer *writer, const struct finding_advice *advice)
{
    cJSON *object = cJSON_CreateObject();
    put(writer, object, "primitive", json_text(advice->primitive));
    put(writer, object, "from_line", json_line(advice->from_line));
    put(writer, object, "to_line", json_line(advice->to_line));
    put(writer, object, "text", json_text(advice->text));
    return object;
}

/* Null where there is no baseline. */
static cJSON *json_novelty(const struct report_input *input, const struct finding *finding)
{
    if (input->baseline == NULL)
        return cJSON_CreateNull();
    return json_text(finding->known ? TEXT("known") : TEXT("new"));
}

static cJSON *json_finding(struct json_writer *writer, const struct report_input *input,
                           const struct finding *finding)
{
    cJSON *object = cJSON_CreateObject();
    put(writer, object, "id", json_text(text_of(finding->id)));
    put(writer, object, "kind", json_text(text_of(kinds_name(finding->kind))));
    put(writer, object, "form", json_text_or_null(text_of(kinds_form_name(finding->form))));
    put(writer, object, "status", json_text(text_of(kinds_status_name(finding->status))));
    put(writer, object, "confidence", json_text(text_of(kinds_confidence_name(finding->confidence))));
    put(writer, object, "count", json_number(finding->count));
    put(writer, object, "cells", json_number(finding->cells));
    put(writer, object, "baseline", json_novelty(input, finding));
    put(writer, object, "trace",
        finding->trace == FINDING_TRACE_NONE ? cJSON_CreateNull() : json_number(finding->trace));
    put(writer, object, "cell", json_cell(writer, &finding->cell));
    put(writer, object, "first", json_place(writer, &finding->first));
    put(writer, object, "window", json_window(writer, &finding->window));
    put(writer, object, "other", json_place(writer, &finding->other));
    put(writer, object, "last", json_place(writer, &finding->last));
    put(writer, object, "values", json_values(writer, &finding->values));
    put(writer, object, "locks", json_locks(writer, finding));
    put(writer, object, "advice", json_advice(writer, &finding->advice));
    put(writer, object, "between_threads", cJSON_CreateBool(finding->between_threads));
    put(writer, object, "every_run", cJSON_CreateBool(finding->every_run));
    put(writer, object, "released_between", cJSON_CreateBool(finding->released_between));
    put(writer, object, "lock_in_vain", cJSON_CreateBool(finding->lock_in_vain));
    put(writer, object, "act_is_use", cJSON_CreateBool(finding->act_is_use));
    put(writer, object, "acts_on_other_cell", cJSON_CreateBool(finding->acts_on_other_cell));
    return object;
}

static cJSON *json_findings(struct json_writer *writer, const struct report_input *input,
                            const struct tally *tally)
{
    cJSON *array = cJSON_CreateArray();
    struct tally_cursor cursor = {0};
    for (const struct finding *finding; (finding = tally_next(input, tally, &cursor)) != NULL;)
        push(writer, array, json_finding(writer, input, finding));
    return array;
}

/* ---- Summary ---- */

static cJSON *json_summary(struct json_writer *writer, const struct tally *tally)
{
    cJSON *kinds = cJSON_CreateObject();
    for (int kind = 0; kind < FINDING_KIND_COUNT; kind++)
        put(writer, kinds, kinds_name((enum finding_kind)kind), json_number(tally->by_kind[kind]));
    cJSON *statuses = cJSON_CreateObject();
    for (int status = FINDING_PREDICTED; status <= FINDING_CONFIRMED; status++)
        put(writer, statuses, kinds_status_name((enum finding_status)status),
            json_number(tally->by_status[status]));

    cJSON *object = cJSON_CreateObject();
    put(writer, object, "findings", json_number(tally->shown));
    put(writer, object, "by_kind", kinds);
    put(writer, object, "by_status", statuses);
    put(writer, object, "listed", json_number(tally->listed));
    put(writer, object, "hidden", json_number(tally->hidden));
    put(writer, object, "suppressed", json_number(tally->suppressed));
    put(writer, object, "ignored", json_number(tally->ignored));
    put(writer, object, "known", json_number(tally->known));
    return object;
}

static cJSON *json_ignore(struct json_writer *writer, const struct ignore *ignore)
{
    cJSON *kinds = cJSON_CreateArray(), *unknown = cJSON_CreateArray();
    struct text name;
    for (size_t cursor = 0; ignores_next_kind(ignore, &cursor, &name);)
        push(writer, kinds, json_text(name));
    for (size_t cursor = 0; ignores_next_unknown(ignore, &cursor, &name);)
        push(writer, unknown, json_text(name));
    cJSON *object = cJSON_CreateObject();
    put(writer, object, "file", json_text(ignore->file));
    put(writer, object, "line", json_line(ignore->line));
    put(writer, object, "kinds", kinds);
    put(writer, object, "unknown_kinds", unknown);
    put(writer, object, "reason", json_text_or_null(ignore->reason));
    put(writer, object, "findings", json_number(ignore->used));
    put(writer, object, "state", json_text(text_of(ignored_state_name(ignore))));
    return object;
}

static cJSON *json_ignores(struct json_writer *writer, const struct report_input *input)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; input->ignores != NULL && i < input->ignores->rows.count; i++)
        push(writer, array, json_ignore(writer, &input->ignores->rows.items[i]));
    return array;
}

/* Null where none was given. */
static cJSON *json_baseline(struct json_writer *writer, const struct report_input *input)
{
    if (input->baseline == NULL)
        return cJSON_CreateNull();
    cJSON *gone = cJSON_CreateArray();
    for (size_t i = 0; i < input->baseline->entries.count; i++) {
        const struct baseline_entry *entry = &input->baseline->entries.items[i];
        char id[identity_bytes_max];
        identity_print(entry->identity, id);
        if (!entry->occurred)
            push(writer, gone, json_text(text_of(id)));
    }
    cJSON *object = cJSON_CreateObject();
    put(writer, object, "path",
        input->baseline_path != NULL ? json_text(text_of(input->baseline_path)) : cJSON_CreateNull());
    put(writer, object, "findings", json_number(input->baseline->entries.count));
    put(writer, object, "gone", gone);
    return object;
}

static cJSON *json_suppression(struct json_writer *writer, const struct rules_suppression *rule,
                               size_t number)
{
    cJSON *object = cJSON_CreateObject();
    put(writer, object, "number", json_number(number));
    put(writer, object, "line", json_number(rule->line));
    put(writer, object, "id", json_text_or_null(rule->id));
    put(writer, object, "cell", json_text_or_null(rule->cell));
    put(writer, object, "file", json_text_or_null(rule->file));
    put(writer, object, "function", json_text_or_null(rule->function));
    put(writer, object, "kind", json_text_or_null(rule->kind));
    put(writer, object, "reason", json_text(rule->reason));
    return object;
}

/* Null where no rules were given. */
static cJSON *json_rules(struct json_writer *writer, const struct report_input *input)
{
    if (input->rules == NULL)
        return cJSON_CreateNull();
    cJSON *unused = cJSON_CreateArray();
    const struct rules_suppression *rule;
    for (size_t number = 0; (rule = tally_next_unused(input, &number)) != NULL;)
        push(writer, unused, json_suppression(writer, rule, number));
    cJSON *object = cJSON_CreateObject();
    put(writer, object, "path",
        input->rules_path != NULL ? json_text(text_of(input->rules_path)) : cJSON_CreateNull());
    put(writer, object, "unused_suppressions", unused);
    return object;
}

/* ---- The report ---- */

static cJSON *json_tool(struct json_writer *writer, const struct report_input *input)
{
    cJSON *object = cJSON_CreateObject();
    put(writer, object, "name", json_text(TEXT("staleread")));
    put(writer, object, "version", json_text(text_of(input->version)));
    return object;
}

void json_report(const struct report_input *given, struct buffer *out)
{
    struct json_writer writer = {.complete = true};
    struct report_input all = *given;
    all.shows_known = true;
    const struct report_input *input = &all;
    struct tally tally = tally_of(input);
    cJSON *report = cJSON_CreateObject();
    put(&writer, report, "schema", json_text(TEXT("staleread-report/1")));
    put(&writer, report, "tool", json_tool(&writer, input));
    put(&writer, report, "traces", json_traces(&writer, input));
    put(&writer, report, "findings", json_findings(&writer, input, &tally));
    put(&writer, report, "summary", json_summary(&writer, &tally));
    put(&writer, report, "rules", json_rules(&writer, input));
    put(&writer, report, "ignores", json_ignores(&writer, input));
    put(&writer, report, "baseline", json_baseline(&writer, input));

    char *printed = writer.complete ? cJSON_Print(report) : NULL;
    if (printed != NULL) {
        buffer_add_string(out, printed);
        buffer_add_char(out, '\n');
    } else if (out->status == STATUS_OK) {
        out->status = STATUS_NOMEM;
    }
    cJSON_free(printed);
    cJSON_Delete(report);
}
