/* What is written is read back: every kind of event, over several frames, strings before what refers to them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "trace/reader.h"
#include "trace/writer.h"

enum { events_max = 40000 };

struct written {
    enum event_kind kind;
    uint32_t thread;
    uint64_t fields[event_fields_max];
};

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Of all sizes, so that all widths of columns occur. */
static uint64_t number_of_some_size(uint64_t *random)
{
    uint64_t number = next_random(random);
    return number >> (next_random(random) % 64);
}

static struct written *make_events(uint64_t *random)
{
    static const enum event_kind kinds[] = {EVENT_READ_AT, EVENT_WRITE_AT, EVENT_ACQUIRE, EVENT_ACTOR,
                                            EVENT_BLOCK};
    struct written *events = calloc(events_max, sizeof *events);
    assert_non_null(events);
    for (size_t i = 0; i < events_max; i++) {
        events[i].kind = kinds[next_random(random) % (sizeof kinds / sizeof *kinds)];
        events[i].thread = (uint32_t)(next_random(random) % 5);
        bool rises = i / 10000 % 2 != 0; /* so that deltas are worth their while */
        for (size_t j = 0; j < event_fields_max; j++)
            events[i].fields[j] = rises ? i * 300 + j : number_of_some_size(random);
    }
    return events;
}

static void write_events(FILE *stream, const struct written *events)
{
    struct diag diag = DIAG_NONE;
    struct trace_writer *writer;
    assert_int_equal(trace_writer_open(&writer, stream, NULL, &diag), STATUS_OK);
    const struct meta_pair origin = {TEXT("imported"), TEXT("test")};
    trace_writer_meta(writer, &origin, 1);
    for (size_t i = 0; i < events_max; i++) {
        if (i % 1000 == 0) {
            char text[24];
            snprintf(text, sizeof text, "string %zu", i / 1000 + 1);
            assert_int_equal(trace_writer_string(writer, text_of(text)), i / 1000 + 1);
        }
        trace_writer_event(writer, events[i].kind, events[i].thread, events[i].fields);
    }
    const struct meta_pair end = {TEXT("events"), TEXT("40000")};
    assert_int_equal(trace_writer_end(writer, &end, 1, &diag), STATUS_OK);
    assert_int_equal(trace_writer_events(writer), events_max);
    trace_writer_close(writer);
}

static void read_events(const char *path, const struct written *events)
{
    struct diag diag = DIAG_NONE;
    struct trace *trace;
    const struct event *event;
    assert_int_equal(trace_open(&trace, path, &diag), STATUS_OK);
    for (size_t i = 0; i < events_max; i++) {
        assert_int_equal(trace_next(trace, &event, &diag), STATUS_OK);
        assert_int_equal(event->kind, events[i].kind);
        assert_int_equal(event->thread, events[i].thread);
        for (size_t j = 0; j < event->field_count; j++)
            assert_true(event->field[j] == events[i].fields[j]);
        char text[24];
        snprintf(text, sizeof text, "string %zu", i / 1000 + 1);
        assert_true(text_equals(trace_string(trace, i / 1000 + 1), text));
    }
    assert_int_equal(trace_next(trace, &event, &diag), STATUS_END);
    assert_true(trace_info(trace)->complete);
    assert_true(trace_info(trace)->frames > 4);
    assert_int_equal(trace_info(trace)->damaged_frames, 0);
    assert_true(text_equals(trace_meta(trace, "imported"), "test"));
    assert_true(text_equals(trace_meta(trace, "events"), "40000"));
    trace_close(trace);
}

static void test_read_back(void **state)
{
    (void)state;
    uint64_t random = 20;
    struct written *events = make_events(&random);
    char path[] = "/tmp/test_writer.XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    FILE *stream = fdopen(descriptor, "wb");
    assert_non_null(stream);
    write_events(stream, events);
    assert_int_equal(fclose(stream), 0);
    read_events(path, events);
    unlink(path);
    free(events);
}

/* ---- rows ---- */

static const uint32_t few[] = {3, 400, 70000};
static const uint32_t one[] = {9};

static const struct trace_function function = {
    .number = 300,
    .name = 1,
    .file = 2,
    .line = 30,
    .flags = FUNCTION_FLAG_METHOD,
    .parameters = few,
    .parameter_count = 3,
    .return_data = {few, 2},
    .return_control = {one, 1},
    .return_waited = {few, 3},
};

static const struct trace_argument arguments[] = {
    {.slot = 0, .name = 0, .data = {few, 1}, .control = {few, 3}},
    {.slot = 3, .name = 2, .data = {one, 1}, .control = {NULL, 0}},
};

static const struct trace_site site = {
    .number = 5000,
    .function = 300,
    .operation = SITE_CALL,
    .flags = SITE_FLAG_USE,
    .line = 31,
    .column = 8,
    .end_line = 32,
    .end_column = 900,
    .expression = 1,
    .source = 2,
    .name = 3,
    .data = {few, 2},
    .control = {one, 1},
    .waited = {NULL, 0},
    .arguments = arguments,
    .argument_count = 2,
};

static void assert_same_sources(struct trace_sources read, struct trace_sources written)
{
    assert_int_equal(read.count, written.count);
    for (uint32_t i = 0; i < written.count; i++)
        assert_int_equal(read.references[i], written.references[i]);
}

static void assert_function_read(const struct trace *trace)
{
    const struct trace_function *row = trace_function(trace, 300);
    assert_non_null(row);
    assert_int_equal(row->name, 1);
    assert_int_equal(row->file, 2);
    assert_int_equal(row->line, 30);
    assert_int_equal(row->flags, FUNCTION_FLAG_METHOD);
    assert_int_equal(row->parameter_count, 3);
    assert_int_equal(row->parameters[2], 70000);
    assert_same_sources(row->return_data, function.return_data);
    assert_same_sources(row->return_control, function.return_control);
    assert_same_sources(row->return_waited, function.return_waited);
}

static void assert_site_read(const struct trace *trace)
{
    const struct trace_site *row = trace_site(trace, 5000);
    assert_non_null(row);
    assert_int_equal(row->function, 300);
    assert_int_equal(row->operation, SITE_CALL);
    assert_int_equal(row->flags, SITE_FLAG_USE);
    assert_int_equal(row->end_line, 32);
    assert_int_equal(row->end_column, 900);
    assert_int_equal(row->name, 3);
    assert_same_sources(row->data, site.data);
    assert_same_sources(row->control, site.control);
    assert_int_equal(row->waited.count, 0);
    assert_int_equal(row->argument_count, 2);
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(row->arguments[i].slot, arguments[i].slot);
        assert_int_equal(row->arguments[i].name, arguments[i].name);
        assert_same_sources(row->arguments[i].data, arguments[i].data);
        assert_same_sources(row->arguments[i].control, arguments[i].control);
    }
}

/* A string as large as a frame takes, behind others. */
static struct text large_string(void)
{
    size_t length = frame_inflated_bytes_max - 16;
    char *bytes = malloc(length);
    assert_non_null(bytes);
    memset(bytes, 'x', length);
    return (struct text){bytes, length};
}

static void write_rows(FILE *stream, struct text large)
{
    struct diag diag = DIAG_NONE;
    struct trace_writer *writer;
    const struct trace_writer_origin origin = {.process = 77, .start_nanoseconds = UINT64_C(1) << 60};
    const struct meta_pair python = {TEXT("python"), TEXT("3.12.1")};
    const uint64_t actor[] = {1, ACTOR_TASK, 2, 0, 300, 5000};
    assert_int_equal(trace_writer_open(&writer, stream, &origin, &diag), STATUS_OK);
    trace_writer_segment(writer, &python, 1);
    trace_writer_numbered_string(writer, 2, TEXT("two"));
    trace_writer_numbered_string(writer, 4, large);
    trace_writer_function(writer, &function);
    trace_writer_site(writer, &site);
    trace_writer_ignore(writer, &(struct trace_ignore){.file = 2, .line = 8, .last_line = 9, .reason = 4});
    trace_writer_event(writer, EVENT_ACTOR, 0, actor);
    trace_writer_state_over(writer);
    trace_writer_event(writer, EVENT_ACTOR, 0, actor);
    assert_int_equal(trace_writer_end(writer, NULL, 0, &diag), STATUS_OK);
    trace_writer_close(writer);
}

static void test_rows_and_state_read_back(void **state)
{
    (void)state;
    char path[] = "/tmp/test_writer.XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    FILE *stream = fdopen(descriptor, "wb");
    assert_non_null(stream);
    struct text large = large_string();
    write_rows(stream, large);
    assert_int_equal(fclose(stream), 0);
    struct diag diag = DIAG_NONE;
    struct trace *trace;
    const struct event *event;
    assert_int_equal(trace_open(&trace, path, &diag), STATUS_OK);
    assert_int_equal(trace_next(trace, &event, &diag), STATUS_OK);
    assert_true(event->is_state);
    assert_int_equal(trace_next(trace, &event, &diag), STATUS_OK);
    assert_false(event->is_state);
    assert_int_equal(trace_next(trace, &event, &diag), STATUS_END);
    assert_int_equal(trace_info(trace)->damaged_frames, 0);
    assert_int_equal(trace_info(trace)->process, 77);
    assert_true(trace_info(trace)->start_nanoseconds == UINT64_C(1) << 60);
    assert_true(text_equals(trace_meta(trace, "python"), "3.12.1"));
    assert_true(text_equals(trace_string(trace, 2), "two"));
    assert_true(text_equal(trace_string(trace, 4), large));
    assert_function_read(trace);
    assert_site_read(trace);
    assert_int_equal(trace_ignores(trace)->line, 8);
    assert_int_equal(trace_ignores(trace)->last_line, 9);
    assert_null(trace_ignores(trace)->next);
    trace_close(trace);
    unlink(path);
    free((void *)large.bytes);
}

static void test_full_disk(void **state)
{
    (void)state;
    struct diag diag = DIAG_NONE;
    struct trace_writer *writer;
    FILE *stream = fopen("/dev/full", "wb");
    if (stream == NULL)
        skip();
    setvbuf(stream, NULL, _IONBF, 0);
    assert_int_equal(trace_writer_open(&writer, stream, NULL, &diag), STATUS_OK);
    assert_int_equal(trace_writer_end(writer, NULL, 0, &diag), STATUS_IO);
    trace_writer_close(writer);
    fclose(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_back),
        cmocka_unit_test(test_rows_and_state_read_back),
        cmocka_unit_test(test_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
