/* Every committed trace analyzed by several threads at once, each with objects of its own: the reports are those of one
 * after the other, byte for byte. Meant for the thread sanitizer as well. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <glob.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <staleread.h>

enum { threads_max = 4 };

/* The report on a trace, or what is wrong with it; for the caller to free. */
static char *report_on(const char *path)
{
    const char *text;
    struct staleread_analysis *analysis = staleread_analysis_new();
    if (staleread_analysis_replay_file(analysis, path) != STALEREAD_OK ||
        staleread_analysis_finish(analysis) != STALEREAD_OK ||
        staleread_analysis_report(analysis, "json", &text, NULL) != STALEREAD_OK)
        text = staleread_analysis_error(analysis)->text;
    char *kept = strdup(text);
    staleread_analysis_free(analysis);
    return kept;
}

struct share {
    const glob_t *paths;
    char **reports; /* one for each path */
};

/* All of them by each thread: the same file is read by several at once, too. */
static void *report_on_all(void *context)
{
    struct share *share = context;
    for (size_t i = 0; i < share->paths->gl_pathc; i++)
        share->reports[i] = report_on(share->paths->gl_pathv[i]);
    return NULL;
}

static void free_share(struct share *share)
{
    for (size_t i = 0; i < share->paths->gl_pathc; i++)
        free(share->reports[i]);
    free(share->reports);
}

static void test_threads_do_not_meet(void **state)
{
    (void)state;
    glob_t paths;
    pthread_t threads[threads_max];
    struct share shares[threads_max + 1];
    assert_int_equal(glob(TRACES_FOLDER "/*/*.srt", 0, NULL, &paths), 0);
    assert_true(paths.gl_pathc > 100);
    for (size_t i = 0; i <= threads_max; i++) {
        shares[i] = (struct share){.paths = &paths, .reports = calloc(paths.gl_pathc, sizeof(char *))};
        assert_non_null(shares[i].reports);
    }
    for (size_t i = 0; i < threads_max; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, report_on_all, &shares[i]), 0);
    for (size_t i = 0; i < threads_max; i++)
        pthread_join(threads[i], NULL);
    report_on_all(&shares[threads_max]);
    for (size_t i = 0; i < threads_max; i++)
        for (size_t j = 0; j < paths.gl_pathc; j++)
            assert_string_equal(shares[i].reports[j], shares[threads_max].reports[j]);
    for (size_t i = 0; i <= threads_max; i++)
        free_share(&shares[i]);
    globfree(&paths);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_threads_do_not_meet)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
