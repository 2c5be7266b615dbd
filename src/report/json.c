/*
 * In:   what is reported.
 * Out:  one JSON document of the form of formats/report.schema.json, and a newline.
 * Holds: memory that runs out anywhere becomes the buffer's status, and nothing is added then.
 */
#include <inttypes.h>

#include "finding/identity.h"
#include "report/doubt.h"
#include "report/formats.h"
#include "report/honesty.h"
#include "report/ignored.h"
#include "report/json.h"
#include "report/json_value.h"
#include "report/seen.h"
#include "report/tally.h"

/* ---- Traces ---- */

static cJSON *json_names(struct json_writer *writer, const struct text *names, size_t count)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        json_push(writer, array, json_text(names[i]));
    return array;
}

/* Null where it is not known. */
static cJSON *json_unexercised(struct json_writer *writer, const struct report_unexercised *unexercised)
{
    if (!unexercised->is_known)
        return cJSON_CreateNull();
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "functions", json_number(unexercised->functions));
    json_put(writer, object, "functions_run", json_number(unexercised->functions_run));
    json_put(writer, object, "coroutines", json_number(unexercised->coroutines));
    json_put(writer, object, "coroutines_run", json_number(unexercised->coroutines_run));
    json_put(writer, object, "not_run", json_names(writer, unexercised->not_run, unexercised->not_run_count));
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
    json_push(filling->writer, filling->array, json_text(phrase));
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
    json_put(writer, object, "cells", json_number(forgotten->cells));
    json_put(writer, object, "writes", json_number(forgotten->writes));
    json_put(writer, object, "windows", json_number(forgotten->windows));
    json_put(writer, object, "actors", json_number(forgotten->actors));
    return object;
}

/* Exactly, where a number would be rounded by most who read it; null where it is not known. */
static cJSON *json_start(uint64_t nanoseconds)
{
    char seconds[32];
    if (nanoseconds == 0)
        return cJSON_CreateNull();
    snprintf(seconds, sizeof seconds, "%" PRIu64 ".%09" PRIu64, nanoseconds / 1000000000,
             nanoseconds % 1000000000);
    return json_text(text_of(seconds));
}

/* Facts that have a place of their own in the row of a trace. */
static bool is_told_elsewhere(struct text name)
{
    static const char *const names[] = {
        "python",    "loop",          "started",    "hostname",       "events",  "lost_events",
        "functions", "functions_run", "coroutines", "coroutines_run", "not_run", "unseen",
        "unwatched", "unfollowed",    "off",        "imported",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_equals(name, names[i]))
            return true;
    return false;
}

static cJSON *json_facts(struct json_writer *writer, const struct report_trace *trace)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < trace->fact_count; i++) {
        if (is_told_elsewhere(trace->facts[i].name))
            continue;
        cJSON *object = cJSON_CreateObject();
        json_put(writer, object, "name", json_text(trace->facts[i].name));
        json_put(writer, object, "value", json_text(trace->facts[i].value));
        json_push(writer, array, object);
    }
    return array;
}

static cJSON *json_trace(struct json_writer *writer, const struct report_trace *trace)
{
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "path", json_text(text_of(trace->path)));
    json_put(writer, object, "complete", cJSON_CreateBool(trace->complete));
    json_put(writer, object, "events", json_number(trace->events));
    json_put(writer, object, "actors", json_number(trace->actors));
    json_put(writer, object, "lost_events", json_number(trace->lost_events));
    json_put(writer, object, "damaged_frames", json_number(trace->damaged_frames));
    json_put(writer, object, "python", json_text_or_null(trace->python));
    json_put(writer, object, "loop", json_text_or_null(trace->loop));
    json_put(writer, object, "started", json_text_or_null(trace->started));
    json_put(writer, object, "start", json_start(trace->start_nanoseconds));
    json_put(writer, object, "host", json_text_or_null(trace->host));
    json_put(writer, object, "process",
             trace->process != 0 ? json_number(trace->process) : cJSON_CreateNull());
    json_put(writer, object, "imported", cJSON_CreateBool(trace->imported));
    json_put(writer, object, "switched_off", cJSON_CreateBool(trace->switched_off));
    json_put(writer, object, "events_before", json_number(trace->events_before));
    json_put(writer, object, "unfollowed", json_number(trace->unfollowed));
    json_put(writer, object, "notes", json_names(writer, trace->notes, trace->note_count));
    json_put(writer, object, "unexercised", json_unexercised(writer, &trace->unexercised));
    json_put(writer, object, "unseen", json_unseen(writer, trace));
    json_put(writer, object, "blind_spots", json_names(writer, trace->unseen, trace->unseen_count));
    json_put(writer, object, "unwatched", json_names(writer, trace->unwatched, trace->unwatched_count));
    json_put(writer, object, "forgotten", json_forgotten(writer, &trace->forgotten));
    json_put(writer, object, "facts", json_facts(writer, trace));
    return object;
}

cJSON *json_traces(struct json_writer *writer, const struct report_input *input)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < input->trace_count; i++)
        json_push(writer, array, json_trace(writer, &input->traces[i]));
    return array;
}

/* ---- Findings ---- */

static cJSON *json_cell(struct json_writer *writer, const struct finding_cell *cell)
{
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "owner", json_text(cell->owner));
    json_put(writer, object, "attribute", json_text(cell->attribute));
    json_put(writer, object, "key", json_text_or_null(cell->key));
    json_put(writer, object, "text", json_text(cell->text));
    return object;
}

static cJSON *json_place(struct json_writer *writer, const struct finding_place *place)
{
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "file", json_text_or_null(place->file));
    json_put(writer, object, "line", place->is_location ? json_number(place->line) : json_line(place->line));
    json_put(writer, object, "function", json_text_or_null(place->function));
    json_put(writer, object, "actor", json_text_or_null(place->actor));
    json_put(writer, object, "source", json_text_or_null(place->source));
    bool has_columns = place->end_line != 0;
    json_put(writer, object, "column", has_columns ? json_number(place->column) : cJSON_CreateNull());
    json_put(writer, object, "end_line", json_line(place->end_line));
    json_put(writer, object, "end_column", has_columns ? json_number(place->end_column) : cJSON_CreateNull());
    json_put(writer, object, "event", place->event != 0 ? json_number(place->event - 1) : cJSON_CreateNull());
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
    json_put(writer, object, "read", json_text_or_null(values->read));
    json_put(writer, object, "other", json_text_or_null(values->other));
    json_put(writer, object, "written", json_text_or_null(values->written));
    return object;
}

static cJSON *json_lock_names(struct json_writer *writer, const struct finding_place *place)
{
    cJSON *array = cJSON_CreateArray();
    for (uint32_t i = 0; i < place->lock_count; i++)
        json_push(writer, array, json_text(place->locks[i].name));
    return array;
}

static cJSON *json_locks(struct json_writer *writer, const struct finding *finding)
{
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "first", json_lock_names(writer, &finding->first));
    json_put(writer, object, "other", json_lock_names(writer, &finding->other));
    json_put(writer, object, "last", json_lock_names(writer, &finding->last));
    return object;
}

static cJSON *json_advice(struct json_writer *writer, const struct finding_advice *advice)
{
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "primitive", json_text(advice->primitive));
    json_put(writer, object, "from_line", json_line(advice->from_line));
    json_put(writer, object, "to_line", json_line(advice->to_line));
    json_put(writer, object, "text", json_text(advice->text));
    return object;
}

/* Null where there is no baseline. */
static cJSON *json_novelty(const struct report_input *input, const struct finding *finding)
{
    if (input->baseline == NULL)
        return cJSON_CreateNull();
    return json_text(finding->known ? TEXT("known") : TEXT("new"));
}

/* Where it was seen, and how often in each trace. */
static cJSON *json_seen(struct json_writer *writer, const struct report_input *input,
                        const struct finding *finding)
{
    struct seen seen;
    if (seen_of(&seen, input, finding) != STATUS_OK)
        writer->complete = false;
    cJSON *traces = cJSON_CreateArray(), *counts = cJSON_CreateArray();
    for (size_t i = 0; i < finding->sighting_count; i++) {
        json_push(writer, traces, json_number(finding->sightings[i].trace));
        json_push(writer, counts, json_number(finding->sightings[i].count));
    }
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "first", json_text_or_null(seen.first));
    json_put(writer, object, "last", json_text_or_null(seen.last));
    json_put(writer, object, "hosts", json_number(seen.hosts));
    json_put(writer, object, "traces", traces);
    json_put(writer, object, "counts", counts);
    return object;
}

/* What happened, without where it was seen and what is made of it. */
static void put_content(struct json_writer *writer, cJSON *object, const struct finding *finding)
{
    json_put(writer, object, "cell", json_cell(writer, &finding->cell));
    json_put(writer, object, "first", json_place(writer, &finding->first));
    json_put(writer, object, "window", json_window(writer, &finding->window));
    json_put(writer, object, "other", json_place(writer, &finding->other));
    json_put(writer, object, "last", json_place(writer, &finding->last));
    json_put(writer, object, "values", json_values(writer, &finding->values));
    json_put(writer, object, "locks", json_locks(writer, finding));
    json_put(writer, object, "advice", json_advice(writer, &finding->advice));
    json_put(writer, object, "between_threads", cJSON_CreateBool(finding->between_threads));
    json_put(writer, object, "every_run", cJSON_CreateBool(finding->every_run));
    json_put(writer, object, "released_between", cJSON_CreateBool(finding->released_between));
    json_put(writer, object, "lock_in_vain", cJSON_CreateBool(finding->lock_in_vain));
    json_put(writer, object, "act_is_use", cJSON_CreateBool(finding->act_is_use));
    json_put(writer, object, "acts_on_other_cell", cJSON_CreateBool(finding->acts_on_other_cell));
}

cJSON *json_finding(struct json_writer *writer, const struct report_input *input,
                    const struct finding *finding)
{
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "id", json_text(text_of(finding->id)));
    json_put(writer, object, "kind", json_text(text_of(kinds_name(finding->kind))));
    json_put(writer, object, "form", json_text_or_null(text_of(kinds_form_name(finding->form))));
    json_put(writer, object, "status", json_text(text_of(kinds_status_name(finding->status))));
    json_put(writer, object, "confidence", json_text(text_of(kinds_confidence_name(finding->confidence))));
    const char *doubt = doubt_about(finding);
    json_put(writer, object, "doubt", json_text_or_null(doubt != NULL ? text_of(doubt) : TEXT_NONE));
    json_put(writer, object, "count", json_number(finding->count));
    json_put(writer, object, "cells", json_number(finding->cells));
    json_put(writer, object, "baseline", json_novelty(input, finding));
    json_put(writer, object, "trace",
             finding->trace == FINDING_TRACE_NONE ? cJSON_CreateNull() : json_number(finding->trace));
    json_put(writer, object, "seen", json_seen(writer, input, finding));
    put_content(writer, object, finding);
    return object;
}

static cJSON *json_findings(struct json_writer *writer, const struct report_input *input,
                            const struct tally *tally)
{
    cJSON *array = cJSON_CreateArray();
    struct tally_cursor cursor = {0};
    for (const struct finding *finding; (finding = tally_next(input, tally, &cursor)) != NULL;)
        json_push(writer, array, json_finding(writer, input, finding));
    return array;
}

/* ---- Summary ---- */

static cJSON *json_summary(struct json_writer *writer, const struct tally *tally)
{
    cJSON *kinds = cJSON_CreateObject();
    for (int kind = 0; kind < FINDING_KIND_COUNT; kind++)
        json_put(writer, kinds, kinds_name((enum finding_kind)kind), json_number(tally->by_kind[kind]));
    cJSON *statuses = cJSON_CreateObject();
    for (int status = FINDING_PREDICTED; status <= FINDING_CONFIRMED; status++)
        json_put(writer, statuses, kinds_status_name((enum finding_status)status),
                 json_number(tally->by_status[status]));

    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "findings", json_number(tally->shown));
    json_put(writer, object, "by_kind", kinds);
    json_put(writer, object, "by_status", statuses);
    json_put(writer, object, "listed", json_number(tally->listed));
    json_put(writer, object, "hidden", json_number(tally->hidden));
    json_put(writer, object, "suppressed", json_number(tally->suppressed));
    json_put(writer, object, "ignored", json_number(tally->ignored));
    json_put(writer, object, "known", json_number(tally->known));
    return object;
}

static cJSON *json_ignore(struct json_writer *writer, const struct ignore *ignore)
{
    cJSON *kinds = cJSON_CreateArray(), *unknown = cJSON_CreateArray();
    struct text name;
    for (size_t cursor = 0; ignores_next_kind(ignore, &cursor, &name);)
        json_push(writer, kinds, json_text(name));
    for (size_t cursor = 0; ignores_next_unknown(ignore, &cursor, &name);)
        json_push(writer, unknown, json_text(name));
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "file", json_text(ignore->file));
    json_put(writer, object, "line", json_line(ignore->line));
    json_put(writer, object, "kinds", kinds);
    json_put(writer, object, "unknown_kinds", unknown);
    json_put(writer, object, "reason", json_text_or_null(ignore->reason));
    json_put(writer, object, "findings", json_number(ignore->used));
    json_put(writer, object, "state", json_text(text_of(ignored_state_name(ignore))));
    return object;
}

static cJSON *json_ignores(struct json_writer *writer, const struct report_input *input)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; input->ignores != NULL && i < input->ignores->rows.count; i++)
        json_push(writer, array, json_ignore(writer, &input->ignores->rows.items[i]));
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
            json_push(writer, gone, json_text(text_of(id)));
    }
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "path",
             input->baseline_path != NULL ? json_text(text_of(input->baseline_path)) : cJSON_CreateNull());
    json_put(writer, object, "findings", json_number(input->baseline->entries.count));
    json_put(writer, object, "gone", gone);
    return object;
}

static cJSON *json_suppression(struct json_writer *writer, const struct rules_suppression *rule,
                               size_t number)
{
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "number", json_number(number));
    json_put(writer, object, "line", json_number(rule->line));
    json_put(writer, object, "id", json_text_or_null(rule->id));
    json_put(writer, object, "cell", json_text_or_null(rule->cell));
    json_put(writer, object, "file", json_text_or_null(rule->file));
    json_put(writer, object, "function", json_text_or_null(rule->function));
    json_put(writer, object, "kind", json_text_or_null(rule->kind));
    json_put(writer, object, "reason", json_text(rule->reason));
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
        json_push(writer, unused, json_suppression(writer, rule, number));
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "path",
             input->rules_path != NULL ? json_text(text_of(input->rules_path)) : cJSON_CreateNull());
    json_put(writer, object, "unused_suppressions", unused);
    return object;
}

/* ---- The report ---- */

static cJSON *json_tool(struct json_writer *writer, const struct report_input *input)
{
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "name", json_text(TEXT("staleread")));
    json_put(writer, object, "version", json_text(text_of(input->version)));
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
    json_put(&writer, report, "schema", json_text(TEXT("staleread-report/1")));
    json_put(&writer, report, "tool", json_tool(&writer, input));
    json_put(&writer, report, "traces", json_traces(&writer, input));
    json_put(&writer, report, "findings", json_findings(&writer, input, &tally));
    json_put(&writer, report, "summary", json_summary(&writer, &tally));
    json_put(&writer, report, "rules", json_rules(&writer, input));
    json_put(&writer, report, "ignores", json_ignores(&writer, input));
    json_put(&writer, report, "baseline", json_baseline(&writer, input));
    json_finish(&writer, report, out);
}

/* ---- Parts of it ---- */

/* Takes over the object. */
static enum status add_bytes(const struct json_writer *writer, cJSON *object, struct buffer *out)
{
    char *printed = writer->complete ? cJSON_PrintUnformatted(object) : NULL;
    if (printed != NULL)
        buffer_add_string(out, printed);
    enum status status = printed != NULL ? buffer_status(out) : STATUS_NOMEM;
    cJSON_free(printed);
    cJSON_Delete(object);
    return status;
}

enum status json_add_trace(const struct report_trace *trace, struct buffer *out)
{
    struct json_writer writer = {.complete = true};
    cJSON *object = json_trace(&writer, trace);
    return add_bytes(&writer, object, out);
}

enum status json_add_content(const struct finding *finding, struct buffer *out)
{
    struct json_writer writer = {.complete = true};
    cJSON *object = cJSON_CreateObject();
    json_put(&writer, object, "form", json_text(text_of(kinds_form_name(finding->form))));
    put_content(&writer, object, finding);
    return add_bytes(&writer, object, out);
}
