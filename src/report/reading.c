/*
 * In:   a JSON report as json.c writes it, or any other bytes.
 * Out:  the traces, findings and ignores that were written.
 * Holds: what is read and written again gives the same bytes; every index of a trace is one of a trace that is there.
 * Members that a later version adds are passed over; those that an earlier one did not have yet may be missing.
 */
#include "report/reading.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

#include "base/version.h"
#include "finding/identity.h"
#include "report/document.h"
#include "report/members.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const struct document_words words = {"report", "`staleread analyze --format json -o FILE` writes one",
                                            "`staleread analyze --format json`"};

void reading_init(struct reading *reading)
{
    *reading = (struct reading){0};
    arena_init(&reading->arena, 0);
    finding_list_init(&reading->list);
    ignores_init(&reading->ignores);
}

void reading_fini(struct reading *reading)
{
    VECTOR_FINI(&reading->traces);
    ignores_fini(&reading->ignores);
    finding_list_fini(&reading->list);
    arena_fini(&reading->arena);
}

static enum status refuse(const struct members *members, const struct spot *spot, const char *what)
{
    return members_refuse(spot, members->diag, STATUS_BAD_INPUT, what);
}

/* ---- Traces ---- */

#define TRACE(name) offsetof(struct report_trace, name)

static const struct member trace_members[] = {
    {"complete", MEMBER_BOOL, TRACE(complete), false},
    {"events", MEMBER_COUNT, TRACE(events), false},
    {"actors", MEMBER_COUNT, TRACE(actors), false},
    {"lost_events", MEMBER_COUNT, TRACE(lost_events), false},
    {"damaged_frames", MEMBER_COUNT, TRACE(damaged_frames), false},
    {"python", MEMBER_TEXT_OR_NULL, TRACE(python), false},
    {"loop", MEMBER_TEXT_OR_NULL, TRACE(loop), false},
    {"started", MEMBER_TEXT_OR_NULL, TRACE(started), false},
    {"host", MEMBER_TEXT_OR_NULL, TRACE(host), true},
    {"process", MEMBER_NUMBER, TRACE(process), true},
    {"imported", MEMBER_BOOL, TRACE(imported), true},
    {"switched_off", MEMBER_BOOL, TRACE(switched_off), true},
    {"events_before", MEMBER_COUNT, TRACE(events_before), true},
    {"unfollowed", MEMBER_COUNT, TRACE(unfollowed), true},
};

static const struct member unexercised_members[] = {
    {"functions", MEMBER_COUNT, offsetof(struct report_unexercised, functions), false},
    {"functions_run", MEMBER_COUNT, offsetof(struct report_unexercised, functions_run), false},
    {"coroutines", MEMBER_COUNT, offsetof(struct report_unexercised, coroutines), false},
    {"coroutines_run", MEMBER_COUNT, offsetof(struct report_unexercised, coroutines_run), false},
};

static const struct member forgotten_members[] = {
    {"cells", MEMBER_COUNT, offsetof(struct forgotten, cells), false},
    {"writes", MEMBER_COUNT, offsetof(struct forgotten, writes), false},
    {"windows", MEMBER_COUNT, offsetof(struct forgotten, windows), false},
    {"actors", MEMBER_COUNT, offsetof(struct forgotten, actors), false},
};

static const struct member fact_members[] = {
    {"name", MEMBER_TEXT, offsetof(struct report_fact, name), false},
    {"value", MEMBER_TEXT, offsetof(struct report_fact, value), false},
};

static enum status take_unexercised(const struct members *members, const cJSON *object,
                                    const struct spot *above, struct report_unexercised *unexercised)
{
    const struct spot spot = {.above = above, .name = "unexercised"};
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, spot.name);
    if (item == NULL || cJSON_IsNull(item))
        return STATUS_OK;
    enum status status =
        members_take(members, item, &spot, unexercised_members, COUNT(unexercised_members), unexercised);
    unexercised->is_known = true;
    return status == STATUS_OK ? members_take_texts(members, item, &spot, "not_run", &unexercised->not_run,
                                                    &unexercised->not_run_count)
                               : status;
}

static enum status take_forgotten(const struct members *members, const cJSON *object,
                                  const struct spot *above, struct forgotten *forgotten)
{
    const struct spot spot = {.above = above, .name = "forgotten"};
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, spot.name);
    if (item == NULL)
        return STATUS_OK;
    return members_take(members, item, &spot, forgotten_members, COUNT(forgotten_members), forgotten);
}

static enum status take_facts(const struct members *members, const cJSON *object, const struct spot *above,
                              struct report_trace *trace)
{
    const struct spot spot = {.above = above, .name = "facts"};
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(object, spot.name), *item;
    size_t count = (size_t)cJSON_GetArraySize(array);
    struct report_fact *facts = arena_calloc(members->arena, count + 1, sizeof *facts);
    if (facts == NULL)
        return diag_set_nomem(members->diag);
    trace->facts = facts;
    cJSON_ArrayForEach(item, array)
    {
        const struct spot at = {.above = &spot, .index = trace->fact_count};
        enum status status =
            members_take(members, item, &at, fact_members, COUNT(fact_members), &facts[at.index]);
        if (status != STATUS_OK)
            return status;
        trace->fact_count++;
    }
    return STATUS_OK;
}

/* "1795422684.179409122" */
static bool parse_start(const char *text, uint64_t *nanoseconds)
{
    enum { fraction_digits = 9 };
    char *end;
    if (text[0] < '0' || text[0] > '9')
        return false;
    uint64_t seconds = strtoull(text, &end, 10);
    if (seconds > UINT64_MAX / 1000000000 - 1 || *end != '.' || strlen(end + 1) != fraction_digits ||
        strspn(end + 1, "0123456789") != fraction_digits)
        return false;
    *nanoseconds = seconds * 1000000000 + strtoull(end + 1, NULL, 10);
    return true;
}

static enum status take_start(const struct members *members, const cJSON *object, const struct spot *above,
                              struct report_trace *trace)
{
    const struct spot spot = {.above = above, .name = "start"};
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, spot.name);
    if (item == NULL || cJSON_IsNull(item))
        return STATUS_OK;
    if (!cJSON_IsString(item) || !parse_start(item->valuestring, &trace->start_nanoseconds))
        return refuse(members, &spot, "no time like 1700000000.000000000");
    return STATUS_OK;
}

static enum status take_path(const struct members *members, const cJSON *object, const struct spot *spot,
                             struct report_trace *trace)
{
    const cJSON *path = members_get(members, object, spot, "path", cJSON_IsString, "no text");
    if (path == NULL)
        return STATUS_BAD_INPUT;
    trace->path = members_text(members, path).bytes;
    return trace->path != NULL ? STATUS_OK : diag_set_nomem(members->diag);
}

static enum status take_lists(const struct members *members, const cJSON *object, const struct spot *spot,
                              struct report_trace *trace)
{
    enum status status =
        members_take_texts(members, object, spot, "notes", &trace->notes, &trace->note_count);
    if (status == STATUS_OK)
        status =
            members_take_texts(members, object, spot, "blind_spots", &trace->unseen, &trace->unseen_count);
    if (status == STATUS_OK)
        status = members_take_texts(members, object, spot, "unwatched", &trace->unwatched,
                                    &trace->unwatched_count);
    return status;
}

static enum status take_trace(const struct members *members, const cJSON *object, const struct spot *spot,
                              struct report_trace *trace)
{
    enum status status = members_take(members, object, spot, trace_members, COUNT(trace_members), trace);
    if (status == STATUS_OK)
        status = take_path(members, object, spot, trace);
    if (status == STATUS_OK)
        status = take_start(members, object, spot, trace);
    if (status == STATUS_OK)
        status = take_unexercised(members, object, spot, &trace->unexercised);
    if (status == STATUS_OK)
        status = take_lists(members, object, spot, trace);
    if (status == STATUS_OK)
        status = take_forgotten(members, object, spot, &trace->forgotten);
    return status == STATUS_OK ? take_facts(members, object, spot, trace) : status;
}

static enum status take_traces(struct reading *reading, const struct members *members, const cJSON *report)
{
    const struct spot spot = {.name = "traces"};
    const cJSON *array = members_get(members, report, NULL, spot.name, cJSON_IsArray, "no array"), *item;
    if (array == NULL)
        return STATUS_BAD_INPUT;
    cJSON_ArrayForEach(item, array)
    {
        const struct spot at = {.above = &spot, .index = reading->traces.count};
        struct report_trace trace = {.path = ""};
        enum status status = take_trace(members, item, &at, &trace);
        if (status != STATUS_OK)
            return status;
        if (VECTOR_PUSH(&reading->traces, trace) != STATUS_OK)
            return diag_set_nomem(members->diag);
    }
    return STATUS_OK;
}

/* ---- Findings ---- */

#define FINDING(name) offsetof(struct finding, name)
#define PLACE(name)   offsetof(struct finding_place, name)

static const struct member finding_members[] = {
    {"count", MEMBER_COUNT, FINDING(count), false},
    {"cells", MEMBER_COUNT, FINDING(cells), true},
    {"between_threads", MEMBER_BOOL, FINDING(between_threads), false},
    {"every_run", MEMBER_BOOL, FINDING(every_run), false},
    {"released_between", MEMBER_BOOL, FINDING(released_between), false},
    {"lock_in_vain", MEMBER_BOOL, FINDING(lock_in_vain), false},
    {"act_is_use", MEMBER_BOOL, FINDING(act_is_use), false},
    {"acts_on_other_cell", MEMBER_BOOL, FINDING(acts_on_other_cell), false},
};

static const struct member cell_members[] = {
    {"owner", MEMBER_TEXT, offsetof(struct finding_cell, owner), false},
    {"attribute", MEMBER_TEXT, offsetof(struct finding_cell, attribute), false},
    {"key", MEMBER_TEXT_OR_NULL, offsetof(struct finding_cell, key), false},
    {"text", MEMBER_TEXT, offsetof(struct finding_cell, text), false},
};

/* A window has no actor. */
static const struct member place_members[] = {
    {"file", MEMBER_TEXT_OR_NULL, PLACE(file), false},
    {"line", MEMBER_NUMBER, PLACE(line), false},
    {"function", MEMBER_TEXT_OR_NULL, PLACE(function), false},
    {"source", MEMBER_TEXT_OR_NULL, PLACE(source), false},
    {"actor", MEMBER_TEXT_OR_NULL, PLACE(actor), true},
    {"column", MEMBER_NUMBER, PLACE(column), true},
    {"end_line", MEMBER_NUMBER, PLACE(end_line), true},
    {"end_column", MEMBER_NUMBER, PLACE(end_column), true},
};

static const struct member values_members[] = {
    {"read", MEMBER_TEXT_OR_NULL, offsetof(struct finding_values, read), false},
    {"other", MEMBER_TEXT_OR_NULL, offsetof(struct finding_values, other), false},
    {"written", MEMBER_TEXT_OR_NULL, offsetof(struct finding_values, written), false},
};

static const struct member advice_members[] = {
    {"primitive", MEMBER_TEXT, offsetof(struct finding_advice, primitive), false},
    {"from_line", MEMBER_NUMBER, offsetof(struct finding_advice, from_line), false},
    {"to_line", MEMBER_NUMBER, offsetof(struct finding_advice, to_line), false},
    {"text", MEMBER_SENTENCE, offsetof(struct finding_advice, text), false},
};

/* Of a member that is a name out of a fixed set. */
static enum status refuse_word(const struct members *members, const struct spot *above, const char *name)
{
    const struct spot spot = {.above = above, .name = name};
    return members_refuse(&spot, members->diag, STATUS_UNSUPPORTED,
                          "no word that this program knows; a newer staleread may have written it");
}

static struct text word_of(const cJSON *object, const char *name)
{
    const char *word = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return word != NULL ? text_of(word) : TEXT_NONE;
}

static enum status take_words(const struct members *members, const cJSON *object, const struct spot *spot,
                              struct finding *finding)
{
    uint64_t identity;
    if (!identity_parse(word_of(object, "id"), &identity))
        return refuse(members, &(struct spot){.above = spot, .name = "id"}, "no id like SR-0123456789ab");
    identity_print(identity, finding->id);
    if (!kinds_find(word_of(object, "kind"), &finding->kind))
        return refuse_word(members, spot, "kind");
    if (!cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(object, "form")) &&
        !kinds_find_form(word_of(object, "form"), &finding->form))
        return refuse_word(members, spot, "form");
    if (!kinds_find_status(word_of(object, "status"), &finding->status))
        return refuse_word(members, spot, "status");
    if (!kinds_find_confidence(word_of(object, "confidence"), &finding->confidence))
        return refuse_word(members, spot, "confidence");
    return STATUS_OK;
}

/* ---- Findings: where they were seen ---- */

/* The index of a trace that is there. */
static enum status take_index(const struct reading *reading, const struct members *members, const cJSON *item,
                              const struct spot *spot, uint32_t *index)
{
    uint64_t number;
    if (!members_number(item, &number) || number >= reading->traces.count)
        return refuse(members, spot, "no index of one of the traces");
    *index = (uint32_t)number;
    return STATUS_OK;
}

static enum status take_sighting(const struct reading *reading, const struct members *members,
                                 const cJSON *trace, const cJSON *count, const struct spot *spot,
                                 struct finding_sighting *sighting)
{
    if (!members_number(count, &sighting->count))
        return refuse(members, spot, "traces and counts are not equally many whole numbers");
    return take_index(reading, members, trace, spot, &sighting->trace);
}

/* Traces rise, and they do not tell more occurrences than there are. */
static bool are_sound(const struct finding_sighting *sightings, size_t count, uint64_t whole)
{
    for (size_t i = 0; i < count; i++) {
        if (sightings[i].count > whole || (i > 0 && sightings[i].trace <= sightings[i - 1].trace))
            return false;
        whole -= sightings[i].count;
    }
    return true;
}

/* Reports of one trace that do not tell yet where it was seen mean that one. */
static size_t sightings_of(const struct reading *reading, const cJSON *seen)
{
    if (seen == NULL)
        return reading->traces.count == 1 ? 1 : 0;
    return (size_t)cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(seen, "traces"));
}

static enum status take_seen(const struct reading *reading, const struct members *members,
                             const cJSON *object, const struct spot *above, struct finding *finding)
{
    const struct spot spot = {.above = above, .name = "seen"};
    const cJSON *seen = cJSON_GetObjectItemCaseSensitive(object, spot.name);
    size_t count = sightings_of(reading, seen);
    struct finding_sighting *sightings = arena_calloc(members->arena, count + 1, sizeof *sightings);
    if (sightings == NULL)
        return diag_set_nomem(members->diag);
    finding->sightings = sightings;
    finding->sighting_count = count;
    if (seen == NULL) {
        sightings[0].count = finding->count;
        return STATUS_OK;
    }
    const cJSON *trace = cJSON_GetObjectItemCaseSensitive(seen, "traces");
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(seen, "counts");
    trace = trace != NULL ? trace->child : NULL;
    number = number != NULL ? number->child : NULL;
    for (size_t i = 0; i < count; i++, trace = trace->next, number = number != NULL ? number->next : NULL) {
        enum status status = take_sighting(reading, members, trace, number, &spot, &sightings[i]);
        if (status != STATUS_OK)
            return status;
    }
    if (number != NULL || !are_sound(sightings, count, finding->count))
        return refuse(members, &spot, "traces do not rise, or counts and `count` do not fit");
    return STATUS_OK;
}

static enum status take_trace_index(const struct reading *reading, const struct members *members,
                                    const cJSON *object, const struct spot *above, struct finding *finding)
{
    const struct spot spot = {.above = above, .name = "trace"};
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, spot.name);
    finding->trace = item == NULL && reading->traces.count == 1 ? 0 : FINDING_TRACE_NONE;
    if (item == NULL || cJSON_IsNull(item))
        return STATUS_OK;
    return take_index(reading, members, item, &spot, &finding->trace);
}

/* ---- Findings: their places ---- */

/* Lines of imported traces are locations; where it is not known which trace it was, 0 can only be one. */
static bool is_location(const struct reading *reading, const struct finding *finding, const cJSON *line)
{
    bool imported = finding->trace < reading->traces.count && reading->traces.items[finding->trace].imported;
    return cJSON_IsNumber(line) && (imported || line->valuedouble == 0);
}

static enum status take_event(const struct members *members, const cJSON *object, const struct spot *above,
                              struct finding_place *place)
{
    const struct spot spot = {.above = above, .name = "event"};
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, spot.name);
    uint64_t number;
    if (item == NULL || cJSON_IsNull(item))
        return STATUS_OK;
    if (!members_number(item, &number))
        return refuse(members, &spot, "no number of an event");
    place->event = number + 1;
    return STATUS_OK;
}

static enum status take_place(const struct reading *reading, const struct members *members,
                              const cJSON *object, const struct spot *above, const char *name,
                              const struct finding *finding, struct finding_place *place)
{
    const struct spot spot = {.above = above, .name = name};
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    if (place == &finding->window && item != NULL && cJSON_IsNull(item))
        return STATUS_OK;
    enum status status = members_take(members, item, &spot, place_members, COUNT(place_members), place);
    if (status == STATUS_OK)
        status = take_event(members, item, &spot, place);
    if (status == STATUS_OK)
        place->is_location = is_location(reading, finding, cJSON_GetObjectItemCaseSensitive(item, "line"));
    return status;
}

static enum status take_places(const struct reading *reading, const struct members *members,
                               const cJSON *object, const struct spot *spot, struct finding *finding)
{
    static const char *const names[] = {"first", "window", "other", "last"};
    struct finding_place *const places[] = {&finding->first, &finding->window, &finding->other,
                                            &finding->last};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < COUNT(names) && status == STATUS_OK; i++)
        status = take_place(reading, members, object, spot, names[i], finding, places[i]);
    return status;
}

static enum status take_locks_of(const struct members *members, const cJSON *locks, const struct spot *spot,
                                 const char *name, struct finding_place *place)
{
    const struct text *held;
    size_t count;
    enum status status = members_take_texts(members, locks, spot, name, &held, &count);
    for (size_t i = 0; i < count && status == STATUS_OK && i < finding_place_locks_max; i++)
        place->locks[place->lock_count++].name = held[i];
    return status;
}

static enum status take_locks(const struct members *members, const cJSON *object, const struct spot *above,
                              struct finding *finding)
{
    const struct spot spot = {.above = above, .name = "locks"};
    const cJSON *locks = members_get(members, object, above, spot.name, cJSON_IsObject, "no object");
    if (locks == NULL)
        return STATUS_BAD_INPUT;
    enum status status = take_locks_of(members, locks, &spot, "first", &finding->first);
    if (status == STATUS_OK)
        status = take_locks_of(members, locks, &spot, "other", &finding->other);
    return status == STATUS_OK ? take_locks_of(members, locks, &spot, "last", &finding->last) : status;
}

/* ---- Findings: the whole ---- */

static enum status take_parts(const struct members *members, const cJSON *object, const struct spot *above,
                              struct finding *finding)
{
    const struct {
        const char *name;
        const struct member *table;
        size_t count;
        void *into;
    } parts[] = {
        {"cell", cell_members, COUNT(cell_members), &finding->cell},
        {"values", values_members, COUNT(values_members), &finding->values},
        {"advice", advice_members, COUNT(advice_members), &finding->advice},
    };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < COUNT(parts) && status == STATUS_OK; i++) {
        const struct spot spot = {.above = above, .name = parts[i].name};
        status = members_take(members, cJSON_GetObjectItemCaseSensitive(object, parts[i].name), &spot,
                              parts[i].table, parts[i].count, parts[i].into);
    }
    return status;
}

static enum status take_finding(const struct reading *reading, const struct members *members,
                                const cJSON *object, const struct spot *spot, struct finding *finding)
{
    enum status status =
        members_take(members, object, spot, finding_members, COUNT(finding_members), finding);
    if (status == STATUS_OK)
        status = take_words(members, object, spot, finding);
    if (status == STATUS_OK)
        status = take_parts(members, object, spot, finding);
    if (status == STATUS_OK)
        status = take_trace_index(reading, members, object, spot, finding);
    if (status == STATUS_OK)
        status = take_seen(reading, members, object, spot, finding);
    if (status == STATUS_OK)
        status = take_places(reading, members, object, spot, finding);
    return status == STATUS_OK ? take_locks(members, object, spot, finding) : status;
}

static enum status take_findings(struct reading *reading, const struct members *members, const cJSON *report)
{
    const struct spot spot = {.name = "findings"};
    const cJSON *array = members_get(members, report, NULL, spot.name, cJSON_IsArray, "no array"), *item;
    if (array == NULL)
        return STATUS_BAD_INPUT;
    cJSON_ArrayForEach(item, array)
    {
        const struct spot at = {.above = &spot, .index = reading->list.findings.count};
        struct finding finding = {.cells = 1, .order = at.index};
        enum status status = take_finding(reading, members, item, &at, &finding);
        if (status != STATUS_OK)
            return status;
        if (VECTOR_PUSH(&reading->list.findings, finding) != STATUS_OK)
            return diag_set_nomem(members->diag);
    }
    return STATUS_OK;
}

/* ---- Ignores ---- */

static const struct member ignore_members[] = {
    {"file", MEMBER_TEXT, offsetof(struct ignore, file), false},
    {"line", MEMBER_NUMBER, offsetof(struct ignore, line), false},
    {"reason", MEMBER_TEXT_OR_NULL, offsetof(struct ignore, reason), false},
    {"findings", MEMBER_COUNT, offsetof(struct ignore, used), false},
};

/* The names with commas between, as they stand in the source. */
static enum status take_kinds(const struct members *members, const cJSON *object, const struct spot *spot,
                              struct ignore *ignore)
{
    const struct text *names;
    size_t count;
    struct buffer joined;
    buffer_init(&joined);
    enum status status = members_take_texts(members, object, spot, "kinds", &names, &count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        buffer_add_string(&joined, i > 0 ? "," : "");
        buffer_add(&joined, names[i]);
    }
    if (status == STATUS_OK)
        status = buffer_status(&joined) == STATUS_OK ? STATUS_OK : diag_set_nomem(members->diag);
    ignore->kinds = buffer_move(&joined, members->arena);
    return status;
}

static enum status take_state(const struct members *members, const cJSON *object, const struct spot *above,
                              struct ignore *ignore)
{
    const struct text state = word_of(object, "state");
    ignore->is_void = text_equals(state, "void");
    ignore->is_reached = text_equals(state, "used") || text_equals(state, "unused");
    return ignore->is_void || ignore->is_reached || text_equals(state, "not-reached")
               ? STATUS_OK
               : refuse_word(members, above, "state");
}

static enum status take_ignore(struct reading *reading, const struct members *members, const cJSON *item,
                               const struct spot *spot)
{
    struct ignore ignore = {0};
    enum status status = members_take(members, item, spot, ignore_members, COUNT(ignore_members), &ignore);
    if (status == STATUS_OK)
        status = take_kinds(members, item, spot, &ignore);
    if (status == STATUS_OK)
        status = take_state(members, item, spot, &ignore);
    ignore.first_line = ignore.last_line = ignore.line;
    if (status == STATUS_OK && VECTOR_PUSH(&reading->ignores.rows, ignore) != STATUS_OK)
        status = diag_set_nomem(members->diag);
    return status;
}

static enum status take_ignores(struct reading *reading, const struct members *members, const cJSON *report)
{
    const struct spot spot = {.name = "ignores"};
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(report, spot.name), *item;
    cJSON_ArrayForEach(item, array)
    {
        const struct spot at = {.above = &spot, .index = reading->ignores.rows.count};
        enum status status = take_ignore(reading, members, item, &at);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* ---- The report ---- */

enum status reading_parse(struct reading *reading, struct text content, struct diag *diag)
{
    const struct members members = {.arena = &reading->arena, .diag = diag};
    cJSON *report;
    enum status status = document_parse(&report, content, &words, diag);
    if (status != STATUS_OK)
        return status;
    status = take_traces(reading, &members, report);
    if (status == STATUS_OK)
        status = take_findings(reading, &members, report);
    if (status == STATUS_OK)
        status = take_ignores(reading, &members, report);
    cJSON_Delete(report);
    return status;
}

enum status reading_load(struct reading *reading, const char *path, struct diag *diag)
{
    struct buffer content;
    buffer_init(&content);
    enum status status = document_load(&content, path, &words, diag);
    if (status == STATUS_OK)
        status = reading_parse(reading, buffer_text(&content), diag);
    buffer_fini(&content);
    return status;
}

enum status reading_check_size(struct text content, struct diag *diag)
{
    if (document_check(content, &words, NULL) == STATUS_OK)
        return STATUS_OK;
    return diag_set(
        diag, STATUS_LIMIT,
        "the report is too large to be read again (%d bytes and %d values are the most): merge the "
        "reports of a shorter time, or of fewer hosts",
        (int)document_file_bytes_max, (int)document_values_max);
}

struct report_input reading_report(const struct reading *reading)
{
    return (struct report_input){
        .version = version_text(),
        .traces = reading->traces.items,
        .trace_count = reading->traces.count,
        .list = &reading->list,
        .ignores = &reading->ignores,
        .confidence = FINDING_LOW,
    };
}
