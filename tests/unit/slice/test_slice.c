/* Every finding of every committed racy trace is sliced: it stands in the slice, with all that is said of it; no access, await or edge of
 * the slice can be left out; the slice is a trace that could have been recorded; and it is small. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>

#include "base/map.h"
#include "detect/analysis.h"
#include "finding/identity.h"
#include "slice/oracle.h"
#include "slice/record.h"
#include "slice/slice.h"
#include "trace/writer.h"

enum { path_bytes = 4096, events_max = 60, bytes_max = 1400, records_max = 256 };

/* A slice, read back. */
struct read_back {
    struct record records[records_max];
    size_t count;
    struct trace *trace; /* for its tables */
};

struct memory {
    const char *bytes;
    size_t length; /* left */
};

static ptrdiff_t read_memory(void *context, void *into, size_t bytes)
{
    struct memory *memory = context;
    size_t count = bytes < memory->length ? bytes : memory->length;
    memcpy(into, memory->bytes, count);
    memory->bytes += count;
    memory->length -= count;
    return (ptrdiff_t)count;
}

static void read_slice(struct read_back *slice, const struct buffer *bytes)
{
    struct memory memory = {bytes->bytes, bytes->length};
    const struct trace_source source = {.read = read_memory, .context = &memory, .bytes = bytes->length};
    struct diag diag = DIAG_NONE;
    const struct event *event;
    slice->count = 0;
    assert_int_equal(trace_open_source(&slice->trace, "slice", &source, &diag), STATUS_OK);
    while (trace_next(slice->trace, &event, &diag) == STATUS_OK) {
        assert_true(slice->count < records_max);
        slice->records[slice->count++] = record_of(event);
    }
    assert_true(trace_info(slice->trace)->complete);
    assert_int_equal(trace_info(slice->trace)->damaged_frames, 0);
}

/* ---- it could have been recorded ---- */

/* What the events have declared, begun and sent so far; a key is a kind of thing and its number. */
enum thing {
    THING_ACTOR,
    THING_OBJECT,
    THING_LOCK,
    THING_LOOP,
    THING_KEY,
    THING_VALUE,
    THING_TOKEN,
    THING_OPEN
};

static uint64_t key_of(enum thing thing, uint64_t number)
{
    return number << 3 | thing;
}

static void assert_known(const struct map *known, enum thing thing, uint64_t number)
{
    if (number != 0)
        assert_true(map_get(known, key_of(thing, number), NULL));
}

static void note(struct map *known, enum thing thing, uint64_t number)
{
    assert_int_equal(map_put(known, key_of(thing, number), 1), STATUS_OK);
}

static void note_declared(struct map *known, const struct record *record)
{
    static const struct {
        enum event_kind kind;
        enum thing thing;
    } rows[] = {
        {EVENT_ACTOR, THING_ACTOR},    {EVENT_OBJECT, THING_OBJECT}, {EVENT_LOCK, THING_LOCK},
        {EVENT_LOOP, THING_LOOP},      {EVENT_KEY, THING_KEY},       {EVENT_VALUE, THING_VALUE},
        {EVENT_SCHEDULE, THING_TOKEN}, {EVENT_WAKE, THING_TOKEN},    {EVENT_SEND, THING_TOKEN},
        {EVENT_SEND_NOW, THING_TOKEN}, {EVENT_MERGE, THING_TOKEN},   {EVENT_MERGE_NOW, THING_TOKEN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (record->kind == rows[i].kind)
            note(known, rows[i].thing, record->field[0]);
}

static void check_value(const struct map *known, uint64_t value)
{
    if (cells_value_kind(value) == VALUE_NUMBERED)
        assert_known(known, THING_VALUE, cells_value_rest(value));
}

static void check_fields(const struct map *known, const struct trace *trace, const struct record *record)
{
    const struct event_kind_info *info = event_kinds_info(record->kind);
    for (size_t i = 0; i < info->field_count; i++) {
        uint64_t number = record->field[i];
        switch (info->fields[i].type) {
        case FIELD_ACTOR:
            assert_known(known, THING_ACTOR, number);
            break;
        case FIELD_OBJECT:
            assert_known(known, THING_OBJECT, number);
            break;
        case FIELD_LOOP:
            assert_known(known, THING_LOOP, number);
            break;
        case FIELD_TOKEN:
            assert_known(known, THING_TOKEN, number);
            break;
        case FIELD_VALUE:
            check_value(known, number);
            break;
        case FIELD_SITE:
            assert_true(number == 0 || trace_site(trace, number) != NULL);
            break;
        case FIELD_FUNCTION:
            assert_true(number == 0 || trace_function(trace, number) != NULL);
            break;
        default:
            break;
        }
    }
}

/* Steps nest, and end if anything comes after them. */
static void check_steps(const struct read_back *slice)
{
    int open = 0;
    for (size_t i = 0; i < slice->count; i++) {
        open += slice->records[i].kind == EVENT_BEGIN;
        open -= slice->records[i].kind == EVENT_END;
        assert_true(open >= 0);
    }
}

static void check_events(const struct read_back *slice)
{
    struct map known;
    map_init(&known);
    for (size_t i = 0; i < slice->count; i++) {
        const struct record *record = &slice->records[i];
        note_declared(&known, record);
        check_fields(&known, slice->trace, record);
        if (record->kind == EVENT_ACQUIRE || record->kind == EVENT_RELEASE ||
            record->kind == EVENT_ACQUIRE_AT || record->kind == EVENT_RELEASE_AT)
            assert_known(&known, THING_LOCK, record->field[0]);
    }
    map_fini(&known);
}

/* ---- nothing can be left out ---- */

static bool may_stand_alone(uint8_t kind)
{
    switch (kind) {
    case EVENT_READ:
    case EVENT_WRITE:
    case EVENT_AWAIT:
    case EVENT_KEEP:
    case EVENT_LOCAL:
    case EVENT_SCHEDULE:
    case EVENT_WAKE:
    case EVENT_SEND:
    case EVENT_SEND_NOW:
    case EVENT_RECV:
    case EVENT_WAIT:
    case EVENT_NOTIFY:
    case EVENT_FINISH:
    case EVENT_DROP:
    case EVENT_BLOCKED:
    case EVENT_ABANDONED:
    case EVENT_FOREIGN:
        return true;
    default:
        return false;
    }
}

static void write_strings(const struct trace *trace, struct trace_writer *writer)
{
    for (uint64_t number = 1; number < 4096; number++) {
        struct text text = trace_string(trace, number);
        if (text.length > 0)
            trace_writer_numbered_string(writer, number, text);
        if (trace_function(trace, number) != NULL)
            trace_writer_function(writer, trace_function(trace, number));
        if (trace_site(trace, number) != NULL)
            trace_writer_site(writer, trace_site(trace, number));
    }
}

/* The slice without one event, whatever that does to the others. */
static void write_without(const struct read_back *slice, size_t without, char **bytes, size_t *length)
{
    struct diag diag = DIAG_NONE;
    struct trace_writer *writer;
    FILE *stream = open_memstream(bytes, length);
    assert_non_null(stream);
    assert_int_equal(trace_writer_open(&writer, stream, NULL, &diag), STATUS_OK);
    write_strings(slice->trace, writer);
    for (size_t i = 0; i < slice->count; i++)
        if (i != without)
            trace_writer_event(writer, slice->records[i].kind, slice->records[i].thread,
                               slice->records[i].field);
    assert_int_equal(trace_writer_end(writer, NULL, 0, &diag), STATUS_OK);
    trace_writer_close(writer);
    fclose(stream);
}

static bool is_as_good(const struct oracle *oracle, const struct read_back *slice, size_t without,
                       unsigned same)
{
    char *bytes = NULL;
    size_t length = 0;
    struct diag diag = DIAG_NONE;
    struct answer answer;
    write_without(slice, without, &bytes, &length);
    assert_int_equal(oracle_ask(oracle, bytes, length, &answer, &diag), STATUS_OK);
    free(bytes);
    return answer.stands && !answer.is_new && (answer.same & same) == same;
}

static void check_minimal(const struct oracle *oracle, const struct read_back *slice, unsigned same)
{
    assert_true(is_as_good(oracle, slice, slice->count, same)); /* nothing is left out */
    for (size_t i = 0; i < slice->count; i++)
        if (may_stand_alone(slice->records[i].kind))
            assert_false(is_as_good(oracle, slice, i, same));
}

/* ---- every finding ---- */

static void analyze(const char *path, struct finding_list *list, struct map *ids)
{
    struct diag diag = DIAG_NONE;
    const struct analysis_options options = {.progress = NULL};
    struct analysis_totals totals;
    struct trace *trace;
    finding_list_init(list);
    map_init(ids);
    assert_int_equal(trace_open(&trace, path, &diag), STATUS_OK);
    assert_int_equal(analysis_run(trace, &options, list, &totals, &diag), STATUS_OK);
    assert_int_equal(finding_list_finish(list, &diag), STATUS_OK);
    trace_close(trace);
    for (size_t i = 0; i < list->findings.count; i++) {
        uint64_t identity;
        assert_true(identity_parse(text_of(list->findings.items[i].id), &identity));
        assert_int_equal(map_put(ids, identity, 1), STATUS_OK);
    }
}

static void check_slice(const char *path, const struct finding_list *list, const struct map *ids,
                        const struct finding *finding)
{
    struct diag diag = DIAG_NONE;
    struct slice_result result;
    static struct read_back slice;
    const struct slice_request request = {.path = path, .wanted = finding, .list = list};
    const struct oracle oracle = {.wanted = finding, .known = ids};
    struct answer answer;
    assert_int_equal(slice_make(&request, &result, &diag), STATUS_OK);
    assert_true(result.is_minimal);
    assert_int_equal(result.same, ORACLE_ALL);
    assert_true(result.events <= events_max);
    assert_true(result.bytes.length <= bytes_max);
    assert_int_equal(oracle_ask(&oracle, result.bytes.bytes, result.bytes.length, &answer, &diag), STATUS_OK);
    assert_true(answer.stands && !answer.is_new);
    read_slice(&slice, &result.bytes);
    assert_int_equal(slice.count, result.events);
    check_steps(&slice);
    check_events(&slice);
    check_minimal(&oracle, &slice, result.same);
    trace_close(slice.trace);
    slice_fini(&result);
}

static size_t check_trace(const char *path)
{
    struct finding_list list;
    struct map ids;
    analyze(path, &list, &ids);
    size_t count = list.findings.count;
    for (size_t i = 0; i < count; i++)
        check_slice(path, &list, &ids, &list.findings.items[i]);
    finding_list_fini(&list);
    map_fini(&ids);
    return count;
}

static void test_every_finding(void **state)
{
    (void)state;
    DIR *folder = opendir(TRACES_FOLDER "/racy");
    assert_non_null(folder);
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char path[path_bytes];
        if (!text_ends_with(text_of(entry->d_name), TEXT(".srt")))
            continue;
        snprintf(path, sizeof path, "%s/racy/%s", TRACES_FOLDER, entry->d_name);
        count += check_trace(path);
    }
    closedir(folder);
    assert_true(count > 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_finding)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
