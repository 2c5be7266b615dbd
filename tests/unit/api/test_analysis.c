/* Findings through the library: what is known of a few committed traces, options, and calls at the wrong time. */
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

static struct staleread_analysis *analysis_of(const char *path)
{
    struct staleread_analysis *analysis = staleread_analysis_new();
    assert_non_null(analysis);
    assert_int_equal(staleread_analysis_replay_file(analysis, path), STALEREAD_OK);
    assert_int_equal(staleread_analysis_finish(analysis), STALEREAD_OK);
    return analysis;
}

static void test_a_finding_says_all_of_it(void **state)
{
    (void)state;
    struct staleread_analysis *analysis = analysis_of(LATENT);
    assert_int_equal(staleread_analysis_finding_count(analysis), 1);
    const struct staleread_finding *finding = staleread_analysis_finding(analysis, 0);
    assert_int_equal(finding->struct_bytes, sizeof *finding);
    assert_int_equal(strncmp(finding->id, "SR-", 3), 0);
    assert_string_equal(finding->kind, "lost-update");
    assert_null(finding->form);
    assert_int_equal(finding->status, STALEREAD_PREDICTED);
    assert_int_equal(finding->confidence, STALEREAD_HIGH);
    assert_int_equal(finding->count, 2);
    assert_string_equal(finding->cell->owner, "Account");
    assert_string_equal(finding->cell->attribute, "balance");
    assert_null(finding->cell->key);
    assert_string_equal(finding->cell->text, "Account.balance");
    assert_string_equal(finding->first->file, "latent.py");
    assert_string_equal(finding->first->source, "balance = self.balance");
    assert_int_equal(finding->first->line, 12);
    assert_int_equal(finding->first->lock_count, 0);
    assert_int_equal(finding->window->line, 13);
    assert_null(finding->window->actor);
    assert_int_equal(finding->other->line, 14);
    assert_int_equal(finding->last->line, 14);
    assert_string_not_equal(finding->first->actor, finding->other->actor);
    assert_string_equal(finding->first->actor, finding->last->actor);
    assert_string_equal(finding->advice->primitive, "asyncio.Lock");
    assert_int_equal(finding->advice->from_line, 12);
    assert_int_equal(finding->advice->to_line, 14);
    assert_null(staleread_analysis_finding(analysis, 1));
    assert_null(staleread_analysis_finding(analysis, SIZE_MAX));
    staleread_analysis_free(analysis);
}

static void test_a_recording_says_what_silence_is_worth(void **state)
{
    (void)state;
    struct staleread_analysis *analysis = analysis_of(CLEAN);
    assert_int_equal(staleread_analysis_finding_count(analysis), 0);
    assert_int_equal(staleread_analysis_summary(analysis)->findings, 0);
    assert_int_equal(staleread_analysis_recording_count(analysis), 1);
    const struct staleread_recording *recording = staleread_analysis_recording(analysis, 0);
    assert_int_equal(recording->struct_bytes, sizeof *recording);
    assert_string_equal(recording->path, CLEAN);
    assert_true(recording->complete);
    assert_true(recording->events > 100);
    assert_true(recording->actors > 2);
    assert_int_equal(recording->lost_events + recording->damaged_frames, 0);
    assert_non_null(recording->python);
    assert_true(recording->has_functions);
    assert_true(recording->functions >= recording->coroutines);
    assert_null(staleread_analysis_recording(analysis, 1));
    staleread_analysis_free(analysis);
}

static void test_several_traces_are_one_analysis(void **state)
{
    (void)state;
    struct staleread_analysis *analysis = staleread_analysis_new();
    const char *const paths[] = {COUNTER, LATENT, CLEAN};
    for (size_t i = 0; i < 3; i++) {
        struct staleread_trace *trace = staleread_trace_new();
        assert_int_equal(staleread_trace_open_file(trace, paths[i]), STALEREAD_OK);
        assert_int_equal(staleread_analysis_replay(analysis, trace), STALEREAD_OK);
        assert_true(staleread_trace_info(trace)->complete);
        staleread_trace_free(trace);
    }
    assert_int_equal(staleread_analysis_finish(analysis), STALEREAD_OK);
    assert_int_equal(staleread_analysis_finding_count(analysis), 2);
    assert_int_equal(staleread_analysis_finding(analysis, 0)->status, STALEREAD_OBSERVED);
    assert_int_equal(staleread_analysis_finding(analysis, 1)->status, STALEREAD_PREDICTED);
    assert_int_equal(staleread_analysis_recording_count(analysis), 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(staleread_analysis_recording(analysis, i)->path, paths[i]);
    staleread_analysis_free(analysis);
}

/* Writes the JSON report on a trace to a file of that name. */
static void write_report(const char *trace, char *path)
{
    const char *text;
    struct staleread_analysis *analysis = analysis_of(trace);
    assert_int_equal(staleread_analysis_report(analysis, "json", &text, NULL), STALEREAD_OK);
    int descriptor = mkstemp(path);
    assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
    close(descriptor);
    staleread_analysis_free(analysis);
}

static void test_a_baseline_knows_what_was_found_before(void **state)
{
    (void)state;
    char path[] = "/tmp/staleread-XXXXXX";
    write_report(LATENT, path);
    struct staleread_analysis *analysis = staleread_analysis_new();
    assert_int_equal(staleread_analysis_load_baseline(analysis, path), STALEREAD_OK);
    assert_int_equal(staleread_analysis_load_baseline(analysis, path), STALEREAD_USAGE);
    assert_int_equal(staleread_analysis_replay_file(analysis, COUNTER), STALEREAD_OK);
    assert_int_equal(staleread_analysis_look(analysis), STALEREAD_OK);
    assert_int_equal(staleread_analysis_summary(analysis)->gone, 1);
    assert_int_equal(staleread_analysis_finding(analysis, 0)->novelty, STALEREAD_NEW);
    assert_int_equal(staleread_analysis_replay_file(analysis, LATENT), STALEREAD_OK);
    assert_int_equal(staleread_analysis_finish(analysis), STALEREAD_OK);
    assert_int_equal(staleread_analysis_finding_count(analysis), 2);
    assert_int_equal(staleread_analysis_finding(analysis, 0)->novelty, STALEREAD_NEW);
    assert_int_equal(staleread_analysis_finding(analysis, 1)->novelty, STALEREAD_KNOWN);
    assert_int_equal(staleread_analysis_summary(analysis)->findings, 2);
    assert_int_equal(staleread_analysis_summary(analysis)->known, 1);
    assert_int_equal(staleread_analysis_summary(analysis)->gone, 0);
    staleread_analysis_free(analysis);
    unlink(path);
}

static void test_a_baseline_that_is_none(void **state)
{
    (void)state;
    struct staleread_analysis *analysis = staleread_analysis_new();
    assert_int_equal(staleread_analysis_load_baseline(analysis, NULL), STALEREAD_USAGE);
    assert_int_equal(staleread_analysis_load_baseline(analysis, LATENT), STALEREAD_BAD_INPUT);
    assert_string_equal(staleread_analysis_error(analysis)->file, LATENT);
    assert_int_equal(staleread_analysis_finish(analysis), STALEREAD_USAGE);
    staleread_analysis_free(analysis);
}

static void test_what_cannot_be_read_leaves_the_rest(void **state)
{
    (void)state;
    struct staleread_analysis *analysis = staleread_analysis_new();
    assert_int_equal(staleread_analysis_replay_file(analysis, "nowhere"), STALEREAD_IO);
    assert_string_equal(staleread_analysis_error(analysis)->file, "nowhere");
    assert_int_equal(staleread_analysis_replay_file(analysis, TRACES_FOLDER "/broken/foreign.srt"),
                     STALEREAD_BAD_INPUT);
    assert_int_equal(staleread_analysis_replay_file(analysis, LATENT), STALEREAD_OK);
    assert_int_equal(staleread_analysis_error(analysis)->status, STALEREAD_OK);
    assert_int_equal(staleread_analysis_finish(analysis), STALEREAD_OK);
    assert_int_equal(staleread_analysis_recording_count(analysis), 1);
    assert_int_equal(staleread_analysis_finding_count(analysis), 1);
    staleread_analysis_free(analysis);
}

static void write_rules(char *path, const char *content)
{
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, content, strlen(content)), (ssize_t)strlen(content));
    close(descriptor);
}

static void test_rules_suppress(void **state)
{
    (void)state;
    char path[] = "/tmp/staleread-rules-XXXXXX";
    write_rules(path, "version: 1\nsuppress:\n  - cell: Account.balance\n    reason: known\n");
    struct staleread_analysis *analysis = staleread_analysis_new();
    assert_int_equal(staleread_analysis_load_rules(analysis, path), STALEREAD_OK);
    assert_int_equal(staleread_analysis_load_rules(analysis, path), STALEREAD_USAGE);
    assert_int_equal(staleread_analysis_replay_file(analysis, LATENT), STALEREAD_OK);
    assert_int_equal(staleread_analysis_finish(analysis), STALEREAD_OK);
    assert_int_equal(staleread_analysis_finding_count(analysis), 0);
    assert_int_equal(staleread_analysis_summary(analysis)->suppressed, 1);
    staleread_analysis_free(analysis);
    unlink(path);
}

static void test_bad_rules_spoil_the_analysis(void **state)
{
    (void)state;
    char path[] = "/tmp/staleread-rules-XXXXXX";
    write_rules(path, "version: 1\nsupress: []\n");
    struct staleread_analysis *analysis = staleread_analysis_new();
    assert_int_equal(staleread_analysis_load_rules(analysis, path), STALEREAD_BAD_INPUT);
    assert_string_equal(staleread_analysis_error(analysis)->file, path);
    assert_int_equal(staleread_analysis_replay_file(analysis, LATENT), STALEREAD_USAGE);
    assert_int_equal(staleread_analysis_finish(analysis), STALEREAD_USAGE);
    staleread_analysis_free(analysis);
    unlink(path);
}

/* Something of another confidence than high is there in both. */
static void test_confidence_hides(void **state)
{
    (void)state;
    uint64_t shown[3], hidden[3];
    for (int least = STALEREAD_LOW; least <= STALEREAD_HIGH; least++) {
        struct staleread_analysis *analysis = staleread_analysis_new();
        assert_int_equal(staleread_analysis_set_confidence(analysis, (enum staleread_confidence)least),
                         STALEREAD_OK);
        assert_int_equal(staleread_analysis_replay_file(analysis, TRACES_FOLDER "/racy/stale_object.srt"),
                         STALEREAD_OK);
        assert_int_equal(staleread_analysis_finish(analysis), STALEREAD_OK);
        shown[least] = staleread_analysis_summary(analysis)->findings;
        hidden[least] = staleread_analysis_summary(analysis)->hidden;
        assert_int_equal(staleread_analysis_finding_count(analysis), shown[least]);
        for (size_t i = 0; i < shown[least]; i++)
            assert_true((int)staleread_analysis_finding(analysis, i)->confidence >= least);
        staleread_analysis_free(analysis);
    }
    assert_int_equal(hidden[STALEREAD_LOW], 0);
    assert_true(shown[STALEREAD_HIGH] < shown[STALEREAD_LOW]);
    assert_int_equal(shown[STALEREAD_HIGH] + hidden[STALEREAD_HIGH], shown[STALEREAD_LOW]);
}

static void test_how_long_a_step_may_block(void **state)
{
    (void)state;
    size_t found[2];
    for (size_t i = 0; i < 2; i++) {
        struct staleread_analysis *analysis = staleread_analysis_new();
        assert_int_equal(
            staleread_analysis_set_blocking_microseconds(analysis, i == 0 ? 0 : UINT64_C(60000000)),
            STALEREAD_OK);
        assert_int_equal(staleread_analysis_replay_file(analysis, TRACES_FOLDER "/racy/sleep_in_loop.srt"),
                         STALEREAD_OK);
        assert_int_equal(staleread_analysis_finish(analysis), STALEREAD_OK);
        found[i] = staleread_analysis_finding_count(analysis);
        staleread_analysis_free(analysis);
    }
    assert_true(found[0] > found[1]);
}

static void test_reports_are_those_of_the_program(void **state)
{
    (void)state;
    const char *text;
    size_t byte_count;
    struct staleread_analysis *analysis = analysis_of(LATENT);
    assert_int_equal(staleread_analysis_report(analysis, "json", &text, &byte_count), STALEREAD_OK);
    assert_int_equal(strlen(text), byte_count);
    assert_non_null(strstr(text, "\"schema\":\t\"staleread-report/1\""));
    assert_non_null(strstr(text, staleread_analysis_finding(analysis, 0)->id));
    assert_int_equal(staleread_analysis_report(analysis, "text", &text, NULL), STALEREAD_OK);
    assert_non_null(strstr(text, "Account.balance"));
    assert_int_equal(staleread_analysis_report(analysis, "text", NULL, NULL), STALEREAD_OK);
    assert_int_equal(staleread_analysis_report(analysis, "no such", &text, NULL), STALEREAD_USAGE);
    assert_int_equal(staleread_analysis_report(analysis, NULL, &text, NULL), STALEREAD_USAGE);
    assert_null(text);
    staleread_analysis_free(analysis);
}

static void assert_refuses(const struct staleread_analysis *analysis, enum staleread_status status)
{
    assert_int_equal(status, STALEREAD_USAGE);
    assert_int_equal(staleread_analysis_error(analysis)->status, STALEREAD_USAGE);
    assert_true(strlen(staleread_analysis_error(analysis)->message) > 10);
}

static void assert_is_silent(const struct staleread_analysis *analysis)
{
    assert_int_equal(staleread_analysis_finding_count(analysis), 0);
    assert_int_equal(staleread_analysis_recording_count(analysis), 0);
    assert_null(staleread_analysis_finding(analysis, 0));
    assert_null(staleread_analysis_recording(analysis, 0));
    assert_null(staleread_analysis_summary(analysis));
}

static void test_everything_has_its_time(void **state)
{
    (void)state;
    const char *text;
    const struct staleread_event *event;
    struct staleread_analysis *analysis = staleread_analysis_new();
    struct staleread_trace *trace = staleread_trace_new();
    assert_is_silent(analysis);
    assert_refuses(analysis, staleread_analysis_report(analysis, "json", &text, NULL));
    assert_refuses(analysis, staleread_analysis_load_rules(analysis, NULL));
    assert_refuses(analysis, staleread_analysis_set_confidence(analysis, (enum staleread_confidence)3));
    assert_refuses(analysis, staleread_analysis_replay(analysis, NULL));
    assert_refuses(analysis, staleread_analysis_replay(analysis, trace));
    assert_refuses(analysis, staleread_analysis_replay_file(analysis, NULL));
    assert_int_equal(staleread_trace_open_file(trace, LATENT), STALEREAD_OK);
    assert_int_equal(staleread_trace_next(trace, &event), STALEREAD_OK);
    assert_refuses(analysis, staleread_analysis_replay(analysis, trace));
    assert_int_equal(staleread_analysis_replay_file(analysis, LATENT), STALEREAD_OK);
    assert_is_silent(analysis);
    assert_refuses(analysis, staleread_analysis_load_rules(analysis, "rules.yaml"));
    assert_refuses(analysis, staleread_analysis_set_blocking_microseconds(analysis, 1));
    assert_refuses(analysis, staleread_analysis_set_memory_bytes(analysis, 1));
    assert_int_equal(staleread_analysis_finish(analysis), STALEREAD_OK);
    assert_refuses(analysis, staleread_analysis_finish(analysis));
    assert_refuses(analysis, staleread_analysis_replay_file(analysis, LATENT));
    assert_refuses(analysis, staleread_analysis_set_confidence(analysis, STALEREAD_LOW));
    assert_refuses(analysis, staleread_analysis_set_progress(analysis, NULL, NULL));
    assert_int_equal(staleread_analysis_finding_count(analysis), 1);
    staleread_trace_free(trace);
    staleread_analysis_free(analysis);
}

static void test_a_trace_is_replayed_once(void **state)
{
    (void)state;
    struct staleread_analysis *analysis = staleread_analysis_new();
    struct staleread_trace *trace = staleread_trace_new();
    const struct staleread_event *event;
    assert_int_equal(staleread_trace_open_file(trace, LATENT), STALEREAD_OK);
    assert_int_equal(staleread_analysis_replay(analysis, trace), STALEREAD_OK);
    assert_refuses(analysis, staleread_analysis_replay(analysis, trace));
    assert_int_equal(staleread_trace_next(trace, &event), STALEREAD_END);
    staleread_trace_free(trace);
    staleread_analysis_free(analysis);
}

static char *report_of(struct staleread_analysis *analysis)
{
    const char *text;
    assert_int_equal(staleread_analysis_finish(analysis), STALEREAD_OK);
    assert_int_equal(staleread_analysis_report(analysis, "json", &text, NULL), STALEREAD_OK);
    char *kept = strdup(text);
    assert_non_null(kept);
    staleread_analysis_free(analysis);
    return kept;
}

static void test_parts_make_a_whole(void **state)
{
    (void)state;
    const char *const paths[] = {LATENT, COUNTER, LATENT, CLEAN};
    struct staleread_analysis *joined = staleread_analysis_new(), *one = staleread_analysis_new();
    for (size_t i = 0; i < 4; i++) {
        struct staleread_analysis *part = staleread_analysis_new();
        assert_int_equal(staleread_analysis_replay_file(part, paths[i]), STALEREAD_OK);
        assert_int_equal(staleread_analysis_replay_file(one, paths[i]), STALEREAD_OK);
        assert_int_equal(staleread_analysis_join(joined, part), STALEREAD_OK);
        assert_refuses(joined, staleread_analysis_join(joined, part));
        assert_refuses(part, staleread_analysis_finish(part));
        staleread_analysis_free(part);
    }
    assert_refuses(joined, staleread_analysis_join(joined, joined));
    assert_refuses(joined, staleread_analysis_join(joined, NULL));
    char *joined_report = report_of(joined), *one_report = report_of(one);
    assert_string_equal(joined_report, one_report);
    free(joined_report);
    free(one_report);
}

static void test_nothing_is_refused_too(void **state)
{
    (void)state;
    staleread_analysis_free(NULL);
    assert_is_silent(NULL);
    assert_refuses(NULL, staleread_analysis_replay_file(NULL, LATENT));
    assert_refuses(NULL, staleread_analysis_finish(NULL));
    assert_refuses(NULL, staleread_analysis_report(NULL, "json", NULL, NULL));
    assert_refuses(NULL, staleread_analysis_set_progress(NULL, NULL, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_finding_says_all_of_it),
        cmocka_unit_test(test_a_recording_says_what_silence_is_worth),
        cmocka_unit_test(test_several_traces_are_one_analysis),
        cmocka_unit_test(test_a_baseline_knows_what_was_found_before),
        cmocka_unit_test(test_a_baseline_that_is_none),
        cmocka_unit_test(test_what_cannot_be_read_leaves_the_rest),
        cmocka_unit_test(test_rules_suppress),
        cmocka_unit_test(test_bad_rules_spoil_the_analysis),
        cmocka_unit_test(test_confidence_hides),
        cmocka_unit_test(test_how_long_a_step_may_block),
        cmocka_unit_test(test_reports_are_those_of_the_program),
        cmocka_unit_test(test_everything_has_its_time),
        cmocka_unit_test(test_a_trace_is_replayed_once),
        cmocka_unit_test(test_parts_make_a_whole),
        cmocka_unit_test(test_nothing_is_refused_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
