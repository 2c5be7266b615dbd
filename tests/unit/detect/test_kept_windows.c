/* What is forgotten of windows changes no finding: every committed trace but the longest two gives the same whether windows are looked for after each
 * step or never. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <sys/stat.h>

#include "detect/analysis.h"
#include "finding/list.h"

enum { path_bytes = 4096, traces_least = 50, bytes_max = 5000 };

static int is_trace(const struct dirent *entry)
{
    const char *end = strrchr(entry->d_name, '.');
    return end != NULL && strcmp(end, ".srt") == 0;
}

static void analyze(const char *path, bool is_eager, struct finding_list *list)
{
    struct trace *trace;
    struct diag diag = DIAG_NONE;
    struct analysis_totals totals;
    struct analysis_options options = {.is_eager_to_forget = is_eager};
    finding_list_init(list);
    assert_int_equal(trace_open(&trace, path, &diag), STATUS_OK);
    assert_int_equal(analysis_run(trace, &options, list, &totals, &diag), STATUS_OK);
    trace_close(trace);
    assert_int_equal(finding_list_finish(list, &diag), STATUS_OK);
}

static void assert_same(const char *path, const struct finding *one, const struct finding *other)
{
    if (strcmp(one->id, other->id) == 0 && one->status == other->status &&
        one->confidence == other->confidence && one->count == other->count &&
        one->other.event == other->other.event)
        return;
    fail_msg("%s: %s, %llu times, is %s, %llu times, where windows are forgotten", path, one->id,
             (unsigned long long)one->count, other->id, (unsigned long long)other->count);
}

static void compare(const char *path)
{
    struct finding_list never, eager;
    analyze(path, false, &never);
    analyze(path, true, &eager);
    if (never.findings.count != eager.findings.count)
        fail_msg("%s: %zu findings are %zu where windows are forgotten", path, never.findings.count,
                 eager.findings.count);
    for (size_t i = 0; i < never.findings.count; i++)
        assert_same(path, &never.findings.items[i], &eager.findings.items[i]);
    finding_list_fini(&never);
    finding_list_fini(&eager);
}

/* How many traces there are. */
static int compare_all(const char *folder)
{
    struct dirent **entries;
    char path[path_bytes];
    int count = scandir(folder, &entries, is_trace, alphasort);
    assert_true(count >= 0);
    for (int i = 0; i < count; i++) {
        struct stat stat_of;
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        assert_int_equal(stat(path, &stat_of), 0);
        if (stat_of.st_size <= bytes_max)
            compare(path);
        free(entries[i]);
    }
    free(entries);
    return count;
}

static void test_forgetting_changes_no_finding(void **state)
{
    (void)state;
    assert_true(compare_all(TRACES_FOLDER "/racy") >= traces_least);
    assert_true(compare_all(TRACES_FOLDER "/clean") >= traces_least);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_forgetting_changes_no_finding)};
    return cmocka_run_group_tests_name("kept_windows", tests, NULL, NULL);
}
