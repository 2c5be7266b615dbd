/* Each allocation fails in its turn: what comes of it is STALEREAD_NO_MEMORY, or the whole answer, and nothing in between. Unless
 * STALEREAD_THOROUGH is set (`./dev fuzz` sets it), one of a few does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <staleread.h>

#include "failing_memory.h"

/* All that one does with a trace; the reports, one behind the other, go to `answer`. */
static enum staleread_status analyze(struct staleread_analysis *analysis, const char *path, char *answer,
                                     size_t answer_bytes)
{
    static const char *const formats[] = {"json", "text", "markdown", "html", "sarif", "junit", "github"};
    size_t used = 0;
    enum staleread_status status = staleread_analysis_replay_file(analysis, path);
    if (status == STALEREAD_OK)
        status = staleread_analysis_finish(analysis);
    for (size_t i = 0; i < sizeof formats / sizeof *formats && status == STALEREAD_OK; i++) {
        const char *text;
        size_t byte_count;
        status = staleread_analysis_report(analysis, formats[i], &text, &byte_count);
        if (status != STALEREAD_OK)
            break;
        assert_true(used + byte_count < answer_bytes);
        memcpy(answer + used, text, byte_count + 1);
        used += byte_count;
    }
    return status;
}

/* Whether an allocation failed: the one after so many others. */
static int try_once(const char *path, size_t before, const char *right_answer)
{
    static char answer[1 << 18];
    has_failed = 0;
    until_failure = before;
    struct staleread_analysis *analysis = staleread_analysis_new();
    enum staleread_status status = analyze(analysis, path, answer, sizeof answer);
    until_failure = SIZE_MAX;
    if (analysis == NULL) {
        assert_int_equal(status, STALEREAD_USAGE);
    } else if (status == STALEREAD_OK) {
        assert_string_equal(answer, right_answer);
    } else {
        assert_true(has_failed);
        assert_int_equal(status, STALEREAD_NO_MEMORY);
        assert_string_equal(staleread_analysis_error(analysis)->message, "out of memory");
    }
    staleread_analysis_free(analysis);
    return has_failed;
}

static void test_memory_may_run_out_anywhere(void **state)
{
    (void)state;
    static const char *const paths[] = {TRACES_FOLDER "/racy/latent.srt",
                                        TRACES_FOLDER "/racy/key_in_cache.srt"};
    static char right_answer[1 << 18];
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct staleread_analysis *analysis = staleread_analysis_new();
        assert_int_equal(analyze(analysis, paths[i], right_answer, sizeof right_answer), STALEREAD_OK);
        staleread_analysis_free(analysis);
        const size_t step = getenv("STALEREAD_THOROUGH") != NULL ? 1 : 4;
        size_t before = i;
        while (try_once(paths[i], before, right_answer))
            before += step;
        assert_true(before > 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_memory_may_run_out_anywhere)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
