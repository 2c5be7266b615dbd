/* Each allocation fails in its turn: what comes of it is STATUS_NOMEM, or the whole timeline, and nothing in between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "export/export.h"
#include "export/targets.h"
#include "failing_memory.h"
#include "judge/judgement.h"

static const struct export_progress no_progress = {.tell = NULL};

static void find(struct judgement *judgement, const char *path)
{
    struct trace *trace;
    const struct analysis_options options = {.progress = NULL};
    judgement_init(judgement);
    assert_int_equal(trace_open(&trace, path, NULL), STATUS_OK);
    assert_int_equal(judgement_replay(judgement, trace, &options, NULL), STATUS_OK);
    assert_int_equal(judgement_finish(judgement, NULL), STATUS_OK);
    trace_close(trace);
}

static enum status look(struct export_plan *plan, const char *path)
{
    struct trace *trace;
    enum status status = trace_open(&trace, path, NULL);
    if (status != STATUS_OK)
        return status;
    status = export_look(plan, trace, &no_progress, NULL);
    trace_close(trace);
    return status;
}

static enum status write_to(FILE *to, struct export_plan *plan, const char *path,
                            const struct judgement *judgement, const struct export_target *target)
{
    struct trace *trace;
    struct export_sink *sink = target->open(to);
    if (sink == NULL)
        return STATUS_NOMEM;
    enum status status = trace_open(&trace, path, NULL);
    if (status == STATUS_OK) {
        status = export_write(plan, trace, &judgement->list, FINDING_LOW, sink, &no_progress, NULL);
        trace_close(trace);
    }
    target->close(sink);
    return status;
}

/* The timeline, which is the caller's to free, if the status is STATUS_OK. */
static enum status export_once(const char *path, const struct judgement *judgement,
                               const struct export_target *target, char **bytes, size_t *count)
{
    struct export_plan plan;
    FILE *to = open_memstream(bytes, count);
    assert_non_null(to);
    export_plan_init(&plan);
    enum status status = look(&plan, path);
    if (status == STATUS_OK)
        status = write_to(to, &plan, path, judgement, target);
    export_plan_fini(&plan);
    assert_int_equal(fclose(to), 0);
    return status;
}

static void run_out_everywhere(const char *path, const struct export_target *target)
{
    struct judgement judgement;
    char *right, *bytes;
    size_t right_count, count, before = 0;
    find(&judgement, path);
    assert_int_equal(export_once(path, &judgement, target, &right, &right_count), STATUS_OK);
    do {
        has_failed = 0;
        until_failure = before++;
        enum status status = export_once(path, &judgement, target, &bytes, &count);
        until_failure = SIZE_MAX;
        if (status == STATUS_OK) {
            assert_int_equal(count, right_count);
            assert_memory_equal(bytes, right, count);
        } else {
            assert_true(has_failed);
            assert_int_equal(status, STATUS_NOMEM);
        }
        free(bytes);
    } while (has_failed);
    assert_true(before > 100);
    free(right);
    judgement_fini(&judgement);
}

static void test_memory_may_run_out_anywhere(void **state)
{
    (void)state;
    size_t count;
    const struct export_target *const *targets = targets_table(&count);
    for (size_t i = 0; i < count; i++) {
        run_out_everywhere(TRACES_FOLDER "/racy/lock_order.srt", targets[i]);
        run_out_everywhere(TRACES_FOLDER "/racy/fed_by_threads.srt", targets[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_memory_may_run_out_anywhere)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
