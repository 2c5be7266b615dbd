/* A file that grows is read as it will have been when it is whole: nothing twice, nothing lost, no damage that is none. */
#include "sample.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "trace/frame.h"
#include "trace/writer_gone.h"

enum { path_bytes = 64 };

struct reading {
    struct trace *trace;
    uint64_t sum; /* of all events */
    uint64_t gaps;
};

static enum status read_on(struct reading *reading)
{
    const struct event *event;
    struct diag diag = DIAG_NONE;
    enum status status;
    while ((status = trace_next(reading->trace, &event, &diag)) == STATUS_OK) {
        reading->sum = sample_mix_event(reading->sum, event);
        reading->gaps += event->kind == EVENT_GAP;
    }
    assert_int_equal(diag.status, STATUS_OK);
    return status;
}

static void open_trace(struct reading *reading, const char *path, bool follows)
{
    struct diag diag = DIAG_NONE;
    *reading = (struct reading){.sum = 0};
    assert_int_equal(trace_open(&reading->trace, path, &diag), STATUS_OK);
    if (follows)
        assert_int_equal(trace_follow(reading->trace, &diag), STATUS_OK);
}

static struct trace_info close_trace(struct reading *reading)
{
    struct trace_info info = *trace_info(reading->trace);
    trace_close(reading->trace);
    info.path = NULL;
    return info;
}

static void put(int descriptor, const void *bytes, size_t length)
{
    assert_int_equal(write(descriptor, bytes, length), (ssize_t)length);
}

/* Writes the sample in pieces and reads after each; then it must be as if it had been read at once. */
static void grow(const struct sample *sample, size_t piece_bytes)
{
    char path[path_bytes];
    struct reading followed, whole;
    int descriptor = sample_open(path, sizeof path);
    put(descriptor, sample->bytes, header_bytes);
    open_trace(&followed, path, true);
    for (size_t at = header_bytes; at < sample->length; at += piece_bytes) {
        assert_int_equal(read_on(&followed), STATUS_WAIT);
        size_t left = sample->length - at;
        put(descriptor, sample->bytes + at, left < piece_bytes ? left : piece_bytes);
    }
    assert_int_equal(read_on(&followed), STATUS_WAIT);
    trace_end_here(followed.trace);
    assert_int_equal(read_on(&followed), STATUS_END);
    open_trace(&whole, path, false);
    assert_int_equal(read_on(&whole), STATUS_END);
    assert_int_equal(followed.sum, whole.sum);
    assert_int_equal(followed.gaps, whole.gaps);
    struct trace_info one = close_trace(&followed), other = close_trace(&whole);
    assert_int_equal(one.complete, other.complete);
    assert_int_equal(one.torn, other.torn);
    assert_int_equal(one.frames, other.frames);
    assert_int_equal(one.damaged_frames, other.damaged_frames);
    assert_int_equal(one.damaged_events, other.damaged_events);
    assert_int_equal(one.read_bytes, other.read_bytes);
    close(descriptor);
}

static void test_a_trace_that_grows(void **state)
{
    (void)state;
    static const char *const paths[] = {
        TRACES_FOLDER "/racy/counter.srt", TRACES_FOLDER "/clean/condition.srt",
        TRACES_FOLDER "/broken/missing_frame.srt", TRACES_FOLDER "/broken/no_end.srt"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct sample sample = sample_load(paths[i]);
        grow(&sample, 1);
        grow(&sample, 29);
        grow(&sample, 4096);
        free(sample.bytes);
    }
}

/* The same where every frame in turn is damaged: in its header, or in its payload. */
static void test_damage_in_a_trace_that_grows(void **state)
{
    (void)state;
    struct sample sample = sample_load(TRACES_FOLDER "/clean/tiny.srt");
    struct frame_header header;
    for (size_t at = header_bytes; at + frame_header_bytes <= sample.length;
         at += frame_header_bytes + header.stored_bytes) {
        assert_true(frame_header_parse(sample.bytes + at, &header));
        for (size_t place = at + 5; place <= at + frame_header_bytes + 1; place += frame_header_bytes - 4) {
            sample.bytes[place] ^= 0x10;
            grow(&sample, 1);
            sample.bytes[place] ^= 0x10;
        }
    }
    free(sample.bytes);
}

/* Where the disk was full the agent takes the half of a frame back, and goes on in its place later. */
static void test_half_a_frame_that_is_taken_back(void **state)
{
    (void)state;
    char path[path_bytes];
    struct reading followed;
    struct sample sample = sample_load(TRACES_FOLDER "/clean/tiny.srt");
    static const unsigned char half[] = {'S', 'R', 'F', 'R', 3, 1, 0, 0, 9, 9, 9, 9};
    int descriptor = sample_open(path, sizeof path);
    put(descriptor, sample.bytes, header_bytes);
    open_trace(&followed, path, true);
    put(descriptor, half, sizeof half);
    assert_int_equal(read_on(&followed), STATUS_WAIT);
    assert_int_equal(ftruncate(descriptor, header_bytes), 0);
    assert_int_equal(read_on(&followed), STATUS_WAIT);
    assert_true(lseek(descriptor, header_bytes, SEEK_SET) == header_bytes);
    put(descriptor, sample.bytes + header_bytes, sample.length - header_bytes);
    assert_int_equal(read_on(&followed), STATUS_WAIT);
    struct trace_info info = close_trace(&followed);
    assert_true(info.complete);
    assert_int_equal(info.damaged_frames, 0);
    free(sample.bytes);
    close(descriptor);
}

/* Whoever begins anew in the same file has ended what was followed. */
static void test_a_file_that_is_begun_anew(void **state)
{
    (void)state;
    char path[path_bytes];
    struct reading followed;
    struct sample sample = sample_load(TRACES_FOLDER "/clean/tiny.srt");
    int descriptor = sample_open(path, sizeof path);
    put(descriptor, sample.bytes, sample.length - 40);
    open_trace(&followed, path, true);
    assert_int_equal(read_on(&followed), STATUS_WAIT);
    assert_int_equal(ftruncate(descriptor, 0), 0);
    assert_int_equal(read_on(&followed), STATUS_END);
    assert_false(close_trace(&followed).complete);
    free(sample.bytes);
    close(descriptor);
}

static void test_a_tail_that_is_given_up_is_torn(void **state)
{
    (void)state;
    char path[path_bytes];
    struct reading followed;
    struct sample sample = sample_load(TRACES_FOLDER "/clean/tiny.srt");
    int descriptor = sample_open(path, sizeof path);
    put(descriptor, sample.bytes, sample.length - 1);
    open_trace(&followed, path, true);
    assert_int_equal(read_on(&followed), STATUS_WAIT);
    trace_end_here(followed.trace);
    assert_int_equal(read_on(&followed), STATUS_END);
    struct trace_info info = close_trace(&followed);
    assert_true(info.torn);
    assert_false(info.complete);
    assert_int_equal(info.damaged_frames, 0);
    free(sample.bytes);
    close(descriptor);
}

static void test_a_pipe(void **state)
{
    (void)state;
    int ends[2];
    char path[path_bytes];
    struct reading followed;
    struct sample sample = sample_load(TRACES_FOLDER "/racy/counter.srt");
    assert_int_equal(pipe(ends), 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
    put(ends[1], sample.bytes, header_bytes + frame_header_bytes);
    open_trace(&followed, path, true);
    assert_int_equal(read_on(&followed), STATUS_WAIT);
    for (size_t at = header_bytes + frame_header_bytes; at < sample.length; at++) {
        put(ends[1], sample.bytes + at, 1);
        assert_int_equal(read_on(&followed), STATUS_WAIT);
    }
    close(ends[1]);
    assert_int_equal(read_on(&followed), STATUS_END);
    assert_true(close_trace(&followed).complete);
    close(ends[0]);
    free(sample.bytes);
}

static void test_a_ring_is_not_followed(void **state)
{
    (void)state;
    char path[path_bytes];
    struct trace *trace;
    struct diag diag = DIAG_NONE;
    struct sample sample = sample_load(TRACES_FOLDER "/clean/tiny.srt");
    int descriptor = sample_open(path, sizeof path);
    sample.bytes[24] |= HEADER_RING;
    uint32_t sum = (uint32_t)crc32(0, sample.bytes, 28);
    for (size_t i = 0; i < 4; i++)
        sample.bytes[28 + i] = (unsigned char)(sum >> 8 * i);
    put(descriptor, sample.bytes, sample.length);
    assert_int_equal(trace_open(&trace, path, &diag), STATUS_OK);
    assert_int_equal(trace_follow(trace, &diag), STATUS_UNSUPPORTED);
    trace_close(trace);
    free(sample.bytes);
    close(descriptor);
}

/* The process of the header is a child that has ended, or lives and has the file open or not. */
static void test_who_has_left(void **state)
{
    (void)state;
    char path[] = "/tmp/staleread-follow-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    int reader = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(reader >= 0);
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_false(writer_gone(reader, (uint32_t)child)); /* it is open for writing here */
    close(descriptor);
    assert_true(writer_gone(reader, (uint32_t)child));
    assert_false(writer_gone(reader, (uint32_t)getpid()));
    assert_true(writer_gone(reader, 0));
    assert_false(writer_gone(reader, UINT32_MAX));
    close(reader);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_trace_that_grows),
        cmocka_unit_test(test_damage_in_a_trace_that_grows),
        cmocka_unit_test(test_half_a_frame_that_is_taken_back),
        cmocka_unit_test(test_a_file_that_is_begun_anew),
        cmocka_unit_test(test_a_tail_that_is_given_up_is_torn),
        cmocka_unit_test(test_a_pipe),
        cmocka_unit_test(test_a_ring_is_not_followed),
        cmocka_unit_test(test_who_has_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
