/* Every committed clean trace, cut at every byte and with every bit of every header flipped: it opens or says why, what is whole
 * is read, and what was read is judged. What is clean does not become a finding for what is missing of it.
 *
 * What a damaged trace gives is read each time, and judged once for each different stream of events that comes of it. Unless
 * STALEREAD_THOROUGH is set (`./dev fuzz` sets it), one of a few bytes and bits takes its turn, another one in each trace and frame, and
 * besides them each cut that leaves a frame whole or takes the first or last byte of one. */
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
#include "judge/judgement.h"
#include "trace/frame.h"
#include "trace/header.h"
#include "trace/source.h"

enum { frames_max = 256, path_bytes = 4096, quick_events_max = 4096, quick_step = 5, hasty_step = 41 };

/* A trace in memory, and where its frames stand. */
struct sample {
    char path[path_bytes];
    unsigned char *bytes;
    size_t length;
    size_t bounds[frames_max + 1]; /* frame i from bounds[i] to bounds[i + 1] */
    uint64_t events[frames_max];
    size_t frame_count;
    size_t step;  /* from one damage to the next */
    size_t first; /* below that */
};

/* ---- samples ---- */

static void find_frames(struct sample *sample)
{
    struct frame_header header;
    size_t at = header_bytes;
    uint64_t events = 0;
    for (sample->frame_count = 0; at < sample->length; sample->frame_count++) {
        assert_true(sample->frame_count < frames_max);
        assert_true(frame_header_parse(sample->bytes + at, &header));
        sample->bounds[sample->frame_count] = at;
        sample->events[sample->frame_count] = header.event_count;
        events += header.event_count;
        at += frame_header_bytes + (size_t)header.stored_bytes;
    }
    assert_int_equal(at, sample->length);
    sample->bounds[sample->frame_count] = at;
    sample->step = getenv("STALEREAD_THOROUGH") != NULL ? 1
                   : events > quick_events_max          ? hasty_step
                                                        : quick_step;
}

static void load(struct sample *sample, const char *name, size_t number)
{
    snprintf(sample->path, sizeof sample->path, "%s/clean/%s", TRACES_FOLDER, name);
    FILE *file = fopen(sample->path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    sample->length = (size_t)ftell(file);
    rewind(file);
    sample->bytes = malloc(sample->length + 1);
    assert_non_null(sample->bytes);
    assert_int_equal(fread(sample->bytes, 1, sample->length, file), sample->length);
    fclose(file);
    find_frames(sample);
    sample->first = number % sample->step;
}

static int is_trace(const struct dirent *entry)
{
    const char *end = strrchr(entry->d_name, '.');
    return end != NULL && strcmp(end, ".srt") == 0;
}

/* ---- reading ---- */

struct view {
    const unsigned char *bytes;
    size_t length;
    size_t next;
};

static ptrdiff_t read_view(void *context, void *into, size_t wanted)
{
    struct view *view = context;
    size_t left = view->length - view->next;
    size_t got = wanted < left ? wanted : left;
    memcpy(into, view->bytes + view->next, got);
    view->next += got;
    return (ptrdiff_t)got;
}

static int seek_view(void *context, uint64_t offset)
{
    struct view *view = context;
    view->next = offset < view->length ? (size_t)offset : view->length;
    return 0;
}

static enum status open_view(struct trace **trace, struct view *view, struct diag *diag)
{
    struct trace_source source = {
        .context = view, .read = read_view, .seek = seek_view, .bytes = view->length};
    view->next = 0;
    return trace_open_source(trace, "damaged.srt", &source, diag);
}

/* What one reading came to. */
struct outcome {
    bool is_open;
    uint64_t sum; /* of all events */
    struct trace_info info;
};

static struct outcome read_events(struct view *view)
{
    struct outcome outcome = {.sum = 0};
    struct trace *trace;
    struct diag diag = DIAG_NONE;
    const struct event *event;
    enum status status = open_view(&trace, view, &diag);
    if (status != STATUS_OK) {
        assert_int_not_equal(diag.message[0], '\0');
        return outcome;
    }
    while ((status = trace_next(trace, &event, &diag)) == STATUS_OK) {
        outcome.sum = map_mix(outcome.sum, event->number << 8 | event->kind);
        for (size_t i = 0; i < event->field_count; i++)
            outcome.sum = map_mix(outcome.sum, event->field[i]);
    }
    assert_int_equal(status, STATUS_END);
    outcome.is_open = true;
    outcome.info = *trace_info(trace);
    trace_close(trace);
    return outcome;
}

/* How many findings people would see. */
static size_t judge(struct view *view)
{
    struct judgement judgement;
    struct trace *trace;
    struct diag diag = DIAG_NONE;
    const struct analysis_options options = {.progress = NULL};
    size_t shown = 0;
    judgement_init(&judgement);
    assert_int_equal(open_view(&trace, view, &diag), STATUS_OK);
    assert_int_equal(judgement_replay(&judgement, trace, &options, &diag), STATUS_OK);
    trace_close(trace);
    assert_int_equal(judgement_finish(&judgement, &diag), STATUS_OK);
    for (size_t i = 0; i < judgement.list.findings.count; i++)
        shown += finding_list_shows(&judgement.list.findings.items[i], FINDING_MEDIUM);
    judgement_fini(&judgement);
    return shown;
}

/* Judges what comes of the view, unless just this was judged before. */
static void judge_once(struct map *judged, struct view *view, const struct outcome *outcome)
{
    bool is_new;
    assert_non_null(map_entry(judged, outcome->sum, &is_new));
    if (is_new)
        assert_int_equal(judge(view), 0);
}

/* ---- damage ---- */

/* Whether `frames` frames and the byte before or behind them are left, or it is the turn of this length. */
static bool is_cut(const struct sample *sample, size_t length, size_t frames)
{
    size_t bound = sample->bounds[frames];
    bool is_edge =
        length <= bound + 1 || (frames < sample->frame_count && length + 1 >= sample->bounds[frames + 1]);
    return is_edge || length % sample->step == sample->first;
}

static void cut(const struct sample *sample)
{
    struct map judged = {0};
    uint64_t events = 0;
    size_t frames = 0;
    for (size_t length = 0; length <= sample->length; length++) {
        while (frames < sample->frame_count && sample->bounds[frames + 1] <= length)
            events += sample->events[frames++];
        if (!is_cut(sample, length, frames))
            continue;
        struct view view = {.bytes = sample->bytes, .length = length};
        struct outcome outcome = read_events(&view);
        assert_int_equal(outcome.is_open, length >= header_bytes);
        if (!outcome.is_open)
            continue;
        assert_int_equal(outcome.info.frames, frames);
        assert_int_equal(outcome.info.events, events);
        assert_int_equal(outcome.info.damaged_frames, 0);
        assert_int_equal(outcome.info.complete, length == sample->length);
        assert_int_equal(outcome.info.torn, length > header_bytes && length != sample->bounds[frames]);
        judge_once(&judged, &view, &outcome);
    }
    map_fini(&judged);
}

/* The bits of the header of the frame; -1: of the file. */
static void flip(const struct sample *sample, ptrdiff_t frame, struct map *judged)
{
    size_t start = frame < 0 ? 0 : sample->bounds[frame];
    size_t first = (sample->first + (size_t)(frame + 1)) % sample->step;
    for (size_t bit = first; bit < 8 * header_bytes; bit += sample->step) {
        unsigned char *byte = &sample->bytes[start + bit / 8];
        struct view view = {.bytes = sample->bytes, .length = sample->length};
        *byte ^= (unsigned char)(1u << bit % 8);
        struct outcome outcome = read_events(&view);
        assert_true(outcome.is_open);
        assert_int_equal(outcome.info.header_damaged, frame < 0);
        assert_int_equal(outcome.info.frames, sample->frame_count - (frame >= 0));
        assert_int_equal(outcome.info.damaged_frames, frame >= 0);
        judge_once(judged, &view, &outcome);
        *byte ^= (unsigned char)(1u << bit % 8);
    }
}

static void flip_all(const struct sample *sample)
{
    struct map judged = {0};
    for (ptrdiff_t frame = -1; frame < (ptrdiff_t)sample->frame_count; frame++)
        flip(sample, frame, &judged);
    map_fini(&judged);
}

static void for_each_sample(void (*damage)(const struct sample *sample))
{
    struct dirent **entries;
    int count = scandir(TRACES_FOLDER "/clean", &entries, is_trace, alphasort);
    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        struct sample sample;
        load(&sample, entries[i]->d_name, (size_t)i);
        damage(&sample);
        free(sample.bytes);
        free(entries[i]);
    }
    free(entries);
}

static void test_cut(void **state)
{
    (void)state;
    for_each_sample(cut);
}

static void test_flipped_headers(void **state)
{
    (void)state;
    for_each_sample(flip_all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_flipped_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
