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
    assert_int_equal(trace_writer_open(&writer, stream, &diag), STATUS_OK);
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

static void test_full_disk(void **state)
{
    (void)state;
    struct diag diag = DIAG_NONE;
    struct trace_writer *writer;
    FILE *stream = fopen("/dev/full", "wb");
    if (stream == NULL)
        skip();
    setvbuf(stream, NULL, _IONBF, 0);
    assert_int_equal(trace_writer_open(&writer, stream, &diag), STATUS_OK);
    assert_int_equal(trace_writer_end(writer, NULL, 0, &diag), STATUS_IO);
    trace_writer_close(writer);
    fclose(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_back),
        cmocka_unit_test(test_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
