/* Frames that a thread reads ahead are those that would have been read as it goes, whatever is wrong with the file; and who
 * stops in the middle waits for nobody. */
#include "sample.h"

#include <dirent.h>
#include <unistd.h>

#include "trace/header.h"

enum { path_bytes = 512, flips = 40 };

struct reading {
    uint64_t sum; /* of all events */
    struct trace_info info;
    enum status opened;
};

/* Whole, or up to so many events. */
static struct reading read_trace(const char *path, bool reads_ahead, uint64_t events_max)
{
    struct trace *trace;
    struct diag diag = DIAG_NONE;
    struct reading reading = {.opened = trace_open(&trace, path, &diag)};
    const struct event *event;
    if (reading.opened != STATUS_OK)
        return reading;
    if (reads_ahead)
        trace_read_ahead(trace);
    enum status status = STATUS_OK;
    for (uint64_t i = 0; i < events_max && (status = trace_next(trace, &event, &diag)) == STATUS_OK; i++)
        reading.sum = sample_mix_event(reading.sum, event);
    if (events_max == UINT64_MAX) {
        assert_int_equal(status, STATUS_END);
        assert_int_equal(trace_next(trace, &event, &diag), STATUS_END);
    }
    reading.info = *trace_info(trace);
    trace_close(trace);
    return reading;
}

static void assert_same(const char *path)
{
    struct reading one = read_trace(path, false, UINT64_MAX), other = read_trace(path, true, UINT64_MAX);
    assert_int_equal(one.opened, other.opened);
    assert_int_equal(one.sum, other.sum);
    assert_int_equal(one.info.complete, other.info.complete);
    assert_int_equal(one.info.torn, other.info.torn);
    assert_int_equal(one.info.frames, other.info.frames);
    assert_int_equal(one.info.events, other.info.events);
    assert_int_equal(one.info.unknown_events, other.info.unknown_events);
    assert_int_equal(one.info.lost_events, other.info.lost_events);
    assert_int_equal(one.info.damaged_frames, other.info.damaged_frames);
    assert_int_equal(one.info.damaged_events, other.info.damaged_events);
    assert_int_equal(one.info.read_bytes, other.info.read_bytes);
}

static int is_trace(const struct dirent *entry)
{
    const char *ending = strrchr(entry->d_name, '.');
    return ending != NULL && strcmp(ending, ".srt") == 0;
}

static void test_every_committed_trace(void **state)
{
    (void)state;
    static const char *const folders[] = {"clean", "racy", "broken"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char folder[path_bytes], path[2 * path_bytes];
        struct dirent **entries;
        snprintf(folder, sizeof folder, "%s/%s", TRACES_FOLDER, folders[i]);
        int count = scandir(folder, &entries, is_trace, alphasort);
        assert_true(count > 0);
        for (int j = 0; j < count; j++) {
            snprintf(path, sizeof path, "%s/%s", folder, entries[j]->d_name);
            assert_same(path);
            free(entries[j]);
        }
        free(entries);
    }
}

static void write_file(int descriptor, const struct sample *sample, size_t length)
{
    assert_int_equal(ftruncate(descriptor, 0), 0);
    assert_int_equal(pwrite(descriptor, sample->bytes, length, 0), (ssize_t)length);
}

static void test_damaged_and_cut_traces(void **state)
{
    (void)state;
    struct sample sample = sample_load(TRACES_FOLDER "/racy/counter.srt");
    char path[path_bytes];
    int descriptor = sample_open(path, sizeof path);
    size_t step = (sample.length - header_bytes) / flips;
    for (size_t at = header_bytes; at < sample.length; at += step) {
        sample.bytes[at] ^= 0x20;
        write_file(descriptor, &sample, sample.length);
        assert_same(path);
        sample.bytes[at] ^= 0x20;
        write_file(descriptor, &sample, at);
        assert_same(path);
    }
    free(sample.bytes);
}

static void test_who_stops_in_the_middle(void **state)
{
    (void)state;
    for (uint64_t events = 0; events < 60; events += 7) {
        struct reading one = read_trace(TRACES_FOLDER "/racy/counter.srt", false, events);
        struct reading other = read_trace(TRACES_FOLDER "/racy/counter.srt", true, events);
        assert_int_equal(one.sum, other.sum);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_committed_trace),
        cmocka_unit_test(test_damaged_and_cut_traces),
        cmocka_unit_test(test_who_stops_in_the_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
