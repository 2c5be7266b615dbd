/* Traces by file, from memory and by callbacks: the same events, whatever the bytes come from; and calls that make no sense. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <staleread.h>

#define COUNTER TRACES_FOLDER "/racy/counter.srt"

struct bytes {
    unsigned char *bytes;
    size_t count;
    size_t at;
    size_t most;    /* of one read; 0: no bound */
    size_t reads;   /* so far */
    size_t refuses; /* the read of this number, from 1; 0: none */
    size_t lies;    /* that read says more than it was asked for */
};

static struct bytes bytes_of(const char *path)
{
    struct bytes read = {0};
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    read.count = (size_t)ftell(file);
    rewind(file);
    read.bytes = malloc(read.count);
    assert_non_null(read.bytes);
    assert_int_equal(fread(read.bytes, 1, read.count, file), read.count);
    fclose(file);
    return read;
}

static ptrdiff_t read_bytes(void *context, void *into, size_t wanted)
{
    struct bytes *from = context;
    size_t left = from->count - from->at;
    size_t taken = wanted < left ? wanted : left;
    from->reads++;
    if (from->reads == from->refuses)
        return -1;
    if (from->reads == from->lies)
        return (ptrdiff_t)wanted + 1;
    if (from->most != 0 && taken > from->most)
        taken = from->most;
    memcpy(into, from->bytes + from->at, taken);
    from->at += taken;
    return (ptrdiff_t)taken;
}

/* What every event of the trace comes to, in one number; and how many there are. */
static uint64_t hash_events(struct staleread_trace *trace, uint64_t *count)
{
    const struct staleread_event *event;
    enum staleread_status status;
    uint64_t hash = 14695981039346656037u;
    *count = 0;
    while ((status = staleread_trace_next(trace, &event)) == STALEREAD_OK) {
        assert_int_equal(event->struct_bytes, sizeof *event);
        assert_int_equal(event->number, *count);
        hash = (hash ^ event->kind) * 1099511628211u;
        hash = (hash ^ event->thread) * 1099511628211u;
        for (size_t i = 0; i < event->field_count; i++)
            hash = (hash ^ event->fields[i]) * 1099511628211u;
        ++*count;
    }
    assert_int_equal(status, STALEREAD_END);
    assert_null(event);
    assert_int_equal(staleread_trace_next(trace, &event), STALEREAD_END);
    assert_int_equal(staleread_trace_error(trace)->status, STALEREAD_OK);
    return hash;
}

static void assert_same_events(struct staleread_trace *one, struct staleread_trace *other)
{
    uint64_t one_count, other_count;
    uint64_t hash = hash_events(one, &one_count);
    assert_true(hash == hash_events(other, &other_count));
    assert_int_equal(one_count, other_count);
    assert_true(one_count > 1000);
    assert_true(staleread_trace_info(one)->complete);
    assert_true(staleread_trace_info(other)->complete);
    assert_int_equal(staleread_trace_info(one)->events, staleread_trace_info(other)->events);
    staleread_trace_free(one);
    staleread_trace_free(other);
}

static struct staleread_trace *open_file(const char *path)
{
    struct staleread_trace *trace = staleread_trace_new();
    assert_non_null(trace);
    assert_int_equal(staleread_trace_open_file(trace, path), STALEREAD_OK);
    return trace;
}

static struct staleread_trace *open_bytes(struct bytes *bytes)
{
    struct staleread_trace *trace = staleread_trace_new();
    assert_non_null(trace);
    assert_int_equal(staleread_trace_open_callbacks(trace, "bytes", read_bytes, NULL, bytes), STALEREAD_OK);
    return trace;
}

static void test_memory_is_as_good_as_a_file(void **state)
{
    (void)state;
    struct bytes bytes = bytes_of(COUNTER);
    struct staleread_trace *trace = staleread_trace_new();
    assert_int_equal(staleread_trace_open_memory(trace, "memory", bytes.bytes, bytes.count), STALEREAD_OK);
    assert_string_equal(staleread_trace_info(trace)->path, "memory");
    assert_int_equal(staleread_trace_info(trace)->file_bytes, bytes.count);
    assert_same_events(open_file(COUNTER), trace);
    free(bytes.bytes);
}

static void test_callbacks_may_hand_out_little_at_a_time(void **state)
{
    (void)state;
    struct bytes bytes = bytes_of(COUNTER);
    bytes.most = 7;
    assert_same_events(open_file(COUNTER), open_bytes(&bytes));
    free(bytes.bytes);
}

/* Reads to the end of what the source gives, which is to be an error. */
static void assert_is_refused(struct bytes *bytes)
{
    const struct staleread_event *event;
    enum staleread_status status;
    struct staleread_trace *trace = open_bytes(bytes);
    while ((status = staleread_trace_next(trace, &event)) == STALEREAD_OK)
        assert_non_null(event);
    assert_int_equal(status, STALEREAD_IO);
    const struct staleread_error *error = staleread_trace_error(trace);
    assert_int_equal(error->status, STALEREAD_IO);
    assert_string_equal(error->message, "cannot read the trace: its source refuses");
    assert_string_equal(error->file, "bytes");
    assert_true(error->has_offset);
    assert_non_null(strstr(error->text, "bytes: cannot read the trace: its source refuses (frame "));
    staleread_trace_free(trace);
}

static void test_a_callback_that_fails_is_told(void **state)
{
    (void)state;
    struct bytes bytes = bytes_of(COUNTER);
    struct bytes lying = bytes;
    bytes.most = lying.most = bytes.count / 2 + 1;
    bytes.refuses = lying.lies = 2;
    assert_is_refused(&bytes);
    assert_is_refused(&lying);
    free(bytes.bytes);
}

static void test_what_the_recording_says(void **state)
{
    (void)state;
    struct staleread_trace *trace = open_file(COUNTER);
    const char *name, *value;
    uint64_t count;
    size_t pairs = 0;
    hash_events(trace, &count);
    const char *python = staleread_trace_meta(trace, "python");
    assert_non_null(python);
    assert_int_equal(strncmp(python, "3.", 2), 0);
    assert_null(staleread_trace_meta(trace, "no such thing"));
    while ((name = staleread_trace_meta_at(trace, pairs, &value)) != NULL) {
        pairs++;
        if (strcmp(name, "python") == 0)
            assert_string_equal(value, python);
    }
    assert_true(pairs > 3);
    const struct staleread_trace_info *info = staleread_trace_info(trace);
    assert_int_equal(info->struct_bytes, sizeof *info);
    assert_int_equal(info->format_major, 1);
    assert_int_equal(info->read_bytes, info->file_bytes);
    assert_int_equal(info->lost_events + info->damaged_frames + info->unknown_events, 0);
    staleread_trace_free(trace);
}

/* How often each kind of access to `self.value` occurs at its line. */
static void test_events_lead_to_their_places(void **state)
{
    (void)state;
    struct staleread_trace *trace = open_file(COUNTER);
    const struct staleread_event *event;
    unsigned writes = 0;
    while (staleread_trace_next(trace, &event) == STALEREAD_OK) {
        const char *name = staleread_event_name(event->kind);
        assert_non_null(name);
        for (size_t i = 0; strcmp(name, "write") == 0 && i < event->field_count; i++) {
            if (strcmp(staleread_event_field_name(event->kind, i), "site") != 0)
                continue;
            const struct staleread_site *site = staleread_trace_site(trace, event->fields[i]);
            assert_non_null(site);
            const struct staleread_function *function = staleread_trace_function(trace, site->function);
            if (site->line != 13)
                continue;
            writes++;
            assert_string_equal(site->source, "self.value = value + 1");
            assert_string_equal(function->name, "Counter.increment");
            assert_string_equal(function->file, "counter.py");
        }
    }
    assert_true(writes > 100);
    assert_null(staleread_trace_site(trace, 0));
    assert_null(staleread_trace_function(trace, UINT64_MAX));
    assert_null(staleread_trace_string(trace, UINT64_MAX));
    staleread_trace_free(trace);
}

static void test_kinds_have_names(void **state)
{
    (void)state;
    assert_string_equal(staleread_event_name(STALEREAD_EVENT_GAP), "gap");
    assert_string_equal(staleread_event_field_name(STALEREAD_EVENT_GAP, 1), "events");
    assert_null(staleread_event_field_name(STALEREAD_EVENT_GAP, 2));
    assert_string_equal(staleread_event_name(1), "actor");
    assert_null(staleread_event_name(255));
    assert_null(staleread_event_name(256 + 1));
    assert_null(staleread_event_field_name(255, 0));
}

static void test_damage_is_a_gap(void **state)
{
    (void)state;
    const struct staleread_event *event;
    struct staleread_trace *trace = open_file(TRACES_FOLDER "/broken/flipped_payload.srt");
    uint64_t gaps = 0, frames = 0;
    while (staleread_trace_next(trace, &event) == STALEREAD_OK) {
        gaps += event->kind == STALEREAD_EVENT_GAP;
        frames += event->kind == STALEREAD_EVENT_GAP ? event->fields[0] : 0;
    }
    assert_int_equal(gaps, 1);
    assert_int_equal(staleread_trace_info(trace)->damaged_frames, frames);
    staleread_trace_free(trace);
}

static void test_what_is_no_trace_is_told(void **state)
{
    (void)state;
    struct staleread_trace *trace = staleread_trace_new();
    assert_int_equal(staleread_trace_open_file(trace, TRACES_FOLDER "/broken/foreign.srt"),
                     STALEREAD_BAD_INPUT);
    assert_string_equal(staleread_trace_error(trace)->file, TRACES_FOLDER "/broken/foreign.srt");
    assert_int_equal(staleread_trace_open_file(trace, TRACES_FOLDER "/broken/newer.srt"),
                     STALEREAD_UNSUPPORTED);
    assert_int_equal(staleread_trace_open_file(trace, TRACES_FOLDER), STALEREAD_IO);
    assert_int_equal(staleread_trace_open_file(trace, "no\nsuch"), STALEREAD_IO);
    assert_string_equal(staleread_trace_error(trace)->text,
                        "no\\nsuch: cannot open the trace: No such file or directory");
    assert_string_equal(staleread_trace_error(trace)->file, "no\nsuch");
    assert_int_equal(staleread_trace_open_memory(trace, "nothing", NULL, 0), STALEREAD_BAD_INPUT);
    /* After all that it can still be opened. */
    assert_int_equal(staleread_trace_open_file(trace, COUNTER), STALEREAD_OK);
    assert_int_equal(staleread_trace_error(trace)->status, STALEREAD_OK);
    staleread_trace_free(trace);
}

static void assert_refuses(const struct staleread_trace *trace, enum staleread_status status)
{
    assert_int_equal(status, STALEREAD_USAGE);
    assert_int_equal(staleread_trace_error(trace)->status, STALEREAD_USAGE);
    assert_true(strlen(staleread_trace_error(trace)->message) > 10);
}

static void test_senseless_calls_are_refused(void **state)
{
    (void)state;
    struct staleread_trace *trace = staleread_trace_new();
    const struct staleread_event *event;
    assert_refuses(trace, staleread_trace_next(trace, &event));
    assert_refuses(trace, staleread_trace_open_file(trace, NULL));
    assert_refuses(trace, staleread_trace_open_memory(trace, "x", NULL, 1));
    assert_refuses(trace, staleread_trace_open_memory(trace, NULL, "x", 1));
    assert_refuses(trace, staleread_trace_open_callbacks(trace, "x", NULL, NULL, NULL));
    assert_null(staleread_trace_info(trace));
    assert_null(staleread_trace_meta(trace, "python"));
    assert_null(staleread_trace_meta_at(trace, 0, NULL));
    assert_null(staleread_trace_string(trace, 1));
    assert_int_equal(staleread_trace_open_file(trace, COUNTER), STALEREAD_OK);
    assert_refuses(trace, staleread_trace_open_file(trace, COUNTER));
    assert_refuses(trace, staleread_trace_open_memory(trace, "x", "x", 1));
    assert_refuses(trace, staleread_trace_next(trace, NULL));
    assert_null(staleread_trace_meta(trace, NULL));
    assert_int_equal(staleread_trace_next(trace, &event), STALEREAD_OK);
    assert_int_equal(staleread_trace_error(trace)->status, STALEREAD_OK);
    staleread_trace_free(trace);
}

static void test_nothing_is_refused_too(void **state)
{
    (void)state;
    static const struct staleread_event something;
    const struct staleread_event *event = &something;
    staleread_trace_free(NULL);
    assert_refuses(NULL, staleread_trace_next(NULL, &event));
    assert_null(event);
    assert_refuses(NULL, staleread_trace_open_file(NULL, COUNTER));
    assert_refuses(NULL, staleread_trace_open_memory(NULL, "x", "x", 1));
    assert_refuses(NULL, staleread_trace_open_callbacks(NULL, "x", read_bytes, NULL, NULL));
    assert_null(staleread_trace_info(NULL));
    assert_null(staleread_trace_meta(NULL, "python"));
    assert_null(staleread_trace_meta_at(NULL, 0, NULL));
    assert_null(staleread_trace_string(NULL, 1));
    assert_null(staleread_trace_site(NULL, 1));
    assert_null(staleread_trace_function(NULL, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_is_as_good_as_a_file),
        cmocka_unit_test(test_callbacks_may_hand_out_little_at_a_time),
        cmocka_unit_test(test_a_callback_that_fails_is_told),
        cmocka_unit_test(test_what_the_recording_says),
        cmocka_unit_test(test_events_lead_to_their_places),
        cmocka_unit_test(test_kinds_have_names),
        cmocka_unit_test(test_damage_is_a_gap),
        cmocka_unit_test(test_what_is_no_trace_is_told),
        cmocka_unit_test(test_senseless_calls_are_refused),
        cmocka_unit_test(test_nothing_is_refused_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
