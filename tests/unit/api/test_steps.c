/* A replay step by step: it comes to the same, whatever it is asked in between, also while the trace is being written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <staleread.h>

#define COUNTER TRACES_FOLDER "/racy/counter.srt"
#define LATENT  TRACES_FOLDER "/racy/latent.srt"
#define CLEAN   TRACES_FOLDER "/clean/counter.srt"
#define BROKEN  TRACES_FOLDER "/broken/flipped_payload.srt"

static struct staleread_trace *open_trace(const char *path)
{
    struct staleread_trace *trace = staleread_trace_new();
    assert_int_equal(staleread_trace_open_file(trace, path), STALEREAD_OK);
    return trace;
}

/* The JSON report, for the caller to free. */
static char *report_of(struct staleread_analysis *analysis)
{
    const char *text;
    assert_int_equal(staleread_analysis_finish(analysis), STALEREAD_OK);
    assert_int_equal(staleread_analysis_report(analysis, "json", &text, NULL), STALEREAD_OK);
    char *kept = strdup(text);
    staleread_analysis_free(analysis);
    return kept;
}

static char *report_at_once(const char *path)
{
    struct staleread_analysis *analysis = staleread_analysis_new();
    assert_int_equal(staleread_analysis_replay_file(analysis, path), STALEREAD_OK);
    return report_of(analysis);
}

static void assert_same(char *one, char *other)
{
    assert_string_equal(one, other);
    free(one);
    free(other);
}

/* Looks now and then, which must change nothing. Returns how often. */
static size_t step_to_the_end(struct staleread_analysis *analysis)
{
    const struct staleread_event *event;
    enum staleread_status status;
    size_t looks = 0, findings = 0;
    while ((status = staleread_analysis_step(analysis, &event)) == STALEREAD_OK) {
        assert_non_null(event);
        if (event->number % 20 != 0)
            continue;
        assert_int_equal(staleread_analysis_look(analysis), STALEREAD_OK);
        assert_true(staleread_analysis_finding_count(analysis) >= findings);
        findings = staleread_analysis_finding_count(analysis);
        assert_int_equal(staleread_analysis_summary(analysis)->findings, findings);
        assert_int_equal(staleread_analysis_recording_count(analysis), 0);
        looks++;
    }
    assert_int_equal(status, STALEREAD_END);
    assert_null(event);
    return looks;
}

static void test_it_comes_to_the_same(void **state)
{
    (void)state;
    static const char *const paths[] = {COUNTER, LATENT, CLEAN, BROKEN};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct staleread_analysis *analysis = staleread_analysis_new();
        struct staleread_trace *trace = open_trace(paths[i]);
        assert_int_equal(staleread_analysis_begin(analysis, trace), STALEREAD_OK);
        assert_true(step_to_the_end(analysis) > 0);
        assert_int_equal(staleread_analysis_step(analysis, NULL), STALEREAD_USAGE);
        staleread_trace_free(trace);
        assert_same(report_of(analysis), report_at_once(paths[i]));
    }
}

static void test_a_look_shows_what_there_is(void **state)
{
    (void)state;
    struct staleread_analysis *analysis = staleread_analysis_new();
    struct staleread_trace *trace = open_trace(COUNTER);
    assert_int_equal(staleread_analysis_look(analysis), STALEREAD_OK);
    assert_int_equal(staleread_analysis_finding_count(analysis), 0);
    assert_int_equal(staleread_analysis_begin(analysis, trace), STALEREAD_OK);
    do {
        assert_int_equal(staleread_analysis_step(analysis, NULL), STALEREAD_OK);
        assert_int_equal(staleread_analysis_look(analysis), STALEREAD_OK);
    } while (staleread_analysis_finding_count(analysis) == 0);
    const struct staleread_finding *finding = staleread_analysis_finding(analysis, 0);
    assert_string_equal(finding->kind, "lost-update");
    assert_non_null(finding->advice->text);
    assert_true(staleread_trace_info(trace)->read_bytes > 0);
    uint64_t count = finding->count;
    while (staleread_analysis_step(analysis, NULL) == STALEREAD_OK)
        continue;
    assert_int_equal(finding->count, count); /* it lives until the next look */
    assert_int_equal(staleread_analysis_look(analysis), STALEREAD_OK);
    assert_true(staleread_analysis_finding(analysis, 0)->count > count);
    staleread_trace_free(trace);
    staleread_analysis_free(analysis);
}

/* ---- a trace that is still being written ---- */

struct whole {
    char *bytes;
    size_t length;
};

static struct whole read_whole(const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    struct whole whole = {.bytes = malloc(1 << 20)};
    whole.length = fread(whole.bytes, 1, 1 << 20, file);
    fclose(file);
    return whole;
}

static void test_a_trace_that_grows(void **state)
{
    (void)state;
    char path[] = "/tmp/staleread-XXXXXX";
    int descriptor = mkstemp(path);
    struct whole whole = read_whole(COUNTER);
    size_t pieces = 7, waits = 0;
    assert_int_equal(write(descriptor, whole.bytes, whole.length / pieces), whole.length / pieces);
    struct staleread_analysis *analysis = staleread_analysis_new();
    struct staleread_trace *trace = open_trace(path);
    assert_int_equal(staleread_trace_follow(trace), STALEREAD_OK);
    assert_int_equal(staleread_analysis_replay(analysis, trace), STALEREAD_USAGE);
    assert_int_equal(staleread_analysis_begin(analysis, trace), STALEREAD_OK);
    for (size_t at = whole.length / pieces; at < whole.length;) {
        const struct staleread_event *event;
        enum staleread_status status = staleread_analysis_step(analysis, &event);
        if (status == STALEREAD_OK)
            continue;
        assert_int_equal(status, STALEREAD_WAIT);
        assert_null(event);
        assert_int_equal(staleread_analysis_error(analysis)->status, STALEREAD_OK);
        size_t more = whole.length / pieces < whole.length - at ? whole.length / pieces : whole.length - at;
        assert_int_equal(write(descriptor, whole.bytes + at, more), more);
        at += more;
        waits++;
    }
    close(descriptor);
    assert_true(waits >= pieces - 1);
    enum staleread_status status;
    while ((status = staleread_analysis_step(analysis, NULL)) == STALEREAD_OK)
        continue;
    assert_int_equal(status, STALEREAD_WAIT);
    assert_true(staleread_trace_info(trace)->complete);
    staleread_trace_end_here(trace);
    assert_int_equal(staleread_analysis_step(analysis, NULL), STALEREAD_END);
    staleread_trace_free(trace);
    assert_same(report_of(analysis), report_at_once(path));
    unlink(path);
    free(whole.bytes);
}

static void test_events_of_a_trace_that_grows(void **state)
{
    (void)state;
    char path[] = "/tmp/staleread-XXXXXX";
    int descriptor = mkstemp(path);
    struct whole whole = read_whole(COUNTER);
    assert_int_equal(write(descriptor, whole.bytes, whole.length / 2), whole.length / 2);
    close(descriptor);
    const struct staleread_event *event;
    struct staleread_trace *trace = open_trace(path);
    assert_int_equal(staleread_trace_follow(trace), STALEREAD_OK);
    enum staleread_status status;
    while ((status = staleread_trace_next(trace, &event)) == STALEREAD_OK)
        continue;
    assert_int_equal(status, STALEREAD_WAIT);
    assert_int_equal(staleread_trace_next(trace, &event), STALEREAD_WAIT);
    assert_int_equal(staleread_trace_error(trace)->status, STALEREAD_OK);
    staleread_trace_end_here(trace);
    while ((status = staleread_trace_next(trace, &event)) == STALEREAD_OK)
        continue;
    assert_int_equal(status, STALEREAD_END);
    assert_false(staleread_trace_info(trace)->complete);
    staleread_trace_free(trace);
    unlink(path);
    free(whole.bytes);
}

static void test_what_cannot_be_followed(void **state)
{
    (void)state;
    const struct staleread_event *event;
    struct whole whole = read_whole(COUNTER);
    struct staleread_trace *trace = staleread_trace_new();
    assert_int_equal(staleread_trace_follow(NULL), STALEREAD_USAGE);
    assert_int_equal(staleread_trace_follow(trace), STALEREAD_USAGE);
    assert_false(staleread_trace_is_abandoned(trace));
    staleread_trace_end_here(trace);
    assert_int_equal(staleread_trace_open_memory(trace, "memory", whole.bytes, whole.length), STALEREAD_OK);
    assert_int_equal(staleread_trace_follow(trace), STALEREAD_UNSUPPORTED);
    assert_int_equal(staleread_trace_next(trace, &event), STALEREAD_OK);
    assert_int_equal(staleread_trace_follow(trace), STALEREAD_USAGE);
    staleread_trace_end_here(trace); /* means nothing to it */
    assert_int_equal(staleread_trace_next(trace, &event), STALEREAD_OK);
    staleread_trace_free(trace);
    free(whole.bytes);
}

/* ---- calls at the wrong time ---- */

static void test_one_trace_at_a_time(void **state)
{
    (void)state;
    const struct staleread_event *event;
    struct staleread_analysis *analysis = staleread_analysis_new(), *other = staleread_analysis_new();
    struct staleread_trace *trace = open_trace(LATENT), *second = open_trace(CLEAN);
    assert_int_equal(staleread_analysis_begin(NULL, trace), STALEREAD_USAGE);
    assert_int_equal(staleread_analysis_begin(analysis, NULL), STALEREAD_USAGE);
    assert_int_equal(staleread_analysis_step(NULL, &event), STALEREAD_USAGE);
    assert_int_equal(staleread_analysis_step(analysis, &event), STALEREAD_USAGE);
    assert_int_equal(staleread_analysis_look(NULL), STALEREAD_USAGE);
    assert_int_equal(staleread_analysis_begin(analysis, trace), STALEREAD_OK);
    assert_int_equal(staleread_analysis_begin(analysis, second), STALEREAD_USAGE);
    assert_int_equal(staleread_analysis_begin(other, trace), STALEREAD_USAGE);
    assert_int_equal(staleread_analysis_replay(analysis, second), STALEREAD_USAGE);
    assert_int_equal(staleread_analysis_replay_file(analysis, CLEAN), STALEREAD_USAGE);
    assert_int_equal(staleread_analysis_join(other, analysis), STALEREAD_USAGE);
    assert_int_equal(staleread_analysis_join(analysis, other), STALEREAD_USAGE);
    assert_int_equal(staleread_trace_next(trace, &event), STALEREAD_USAGE);
    assert_int_equal(staleread_analysis_step(analysis, &event), STALEREAD_OK);
    assert_int_equal(event->number, 0);
    staleread_analysis_free(other);
    staleread_trace_free(second);
    staleread_trace_free(trace);
    staleread_analysis_free(analysis);
}

static void test_either_may_go_first(void **state)
{
    (void)state;
    const struct staleread_event *event;
    struct staleread_analysis *analysis = staleread_analysis_new();
    struct staleread_trace *trace = open_trace(COUNTER);
    assert_int_equal(staleread_analysis_begin(analysis, trace), STALEREAD_OK);
    do
        assert_int_equal(staleread_analysis_step(analysis, &event), STALEREAD_OK);
    while (event->number < 100);
    staleread_trace_free(trace);
    assert_int_equal(staleread_analysis_step(analysis, &event), STALEREAD_USAGE);
    trace = open_trace(LATENT);
    assert_int_equal(staleread_analysis_begin(analysis, trace), STALEREAD_OK);
    assert_int_equal(staleread_analysis_step(analysis, NULL), STALEREAD_OK);
    staleread_analysis_free(analysis);
    assert_int_equal(staleread_trace_next(trace, &event), STALEREAD_OK);
    staleread_trace_free(trace);
}

static void test_the_end_gives_up_what_is_under_way(void **state)
{
    (void)state;
    struct staleread_analysis *analysis = staleread_analysis_new();
    struct staleread_trace *trace = open_trace(COUNTER);
    assert_int_equal(staleread_analysis_begin(analysis, trace), STALEREAD_OK);
    do {
        assert_int_equal(staleread_analysis_step(analysis, NULL), STALEREAD_OK);
        assert_int_equal(staleread_analysis_look(analysis), STALEREAD_OK);
    } while (staleread_analysis_finding_count(analysis) == 0);
    assert_int_equal(staleread_analysis_finish(analysis), STALEREAD_OK);
    assert_int_equal(staleread_analysis_finding_count(analysis), 1);
    assert_int_equal(staleread_analysis_recording_count(analysis), 0);
    assert_int_equal(staleread_analysis_step(analysis, NULL), STALEREAD_USAGE);
    assert_int_equal(staleread_analysis_look(analysis), STALEREAD_USAGE);
    staleread_analysis_free(analysis);
    staleread_trace_free(trace);
}

/* ---- events as text ---- */

static void test_events_are_lines_of_text(void **state)
{
    (void)state;
    const struct staleread_event *event;
    struct staleread_analysis *analysis = staleread_analysis_new();
    struct staleread_trace *trace = open_trace(LATENT), *again = open_trace(LATENT);
    assert_null(staleread_trace_event_text(NULL));
    assert_null(staleread_trace_event_text(trace));
    assert_int_equal(staleread_analysis_begin(analysis, trace), STALEREAD_OK);
    size_t writes = 0;
    while (staleread_analysis_step(analysis, &event) == STALEREAD_OK) {
        const char *text = staleread_trace_event_text(trace);
        assert_null(strchr(text, '\n'));
        writes += strstr(text, " write site=<latent.py:14 self.balance> ") != NULL;
        assert_int_equal(staleread_trace_next(again, &event), STALEREAD_OK);
        assert_string_equal(text, staleread_trace_event_text(again));
    }
    assert_int_equal(writes, 2);
    assert_null(staleread_trace_event_text(trace));
    staleread_trace_free(trace);
    staleread_trace_free(again);
    staleread_analysis_free(analysis);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_comes_to_the_same),
        cmocka_unit_test(test_a_look_shows_what_there_is),
        cmocka_unit_test(test_a_trace_that_grows),
        cmocka_unit_test(test_events_of_a_trace_that_grows),
        cmocka_unit_test(test_what_cannot_be_followed),
        cmocka_unit_test(test_one_trace_at_a_time),
        cmocka_unit_test(test_either_may_go_first),
        cmocka_unit_test(test_the_end_gives_up_what_is_under_way),
        cmocka_unit_test(test_events_are_lines_of_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
