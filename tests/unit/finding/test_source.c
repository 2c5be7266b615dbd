/* In: source lines. Out: what they tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "finding/source.h"

static void test_source_has(void **state)
{
    (void)state;
    assert_true(source_has(TEXT("x += await f()"), "await"));
    assert_false(source_has(TEXT("x += awaited()"), "await"));
    assert_false(source_has(TEXT("x = 'await'  # await"), "await"));
    assert_true(source_has(TEXT("x = 'it\\'s' + await f()"), "await"));
    assert_false(source_has(TEXT("x = \"unclosed await"), "await"));
    assert_true(source_has(TEXT("if self.queue.empty():"), ".empty("));
    assert_false(source_has(TEXT(""), "await"));
    assert_true(source_starts_with(TEXT("  while not x:"), "while"));
    assert_false(source_starts_with(TEXT("whiled = 1"), "while"));
    assert_false(source_starts_with(TEXT("x while"), "while"));
}

static void assert_limit(const char *source, const char *expected)
{
    struct text limit = TEXT_NONE;
    assert_int_equal(source_limit(text_of(source), &limit), expected != NULL);
    if (expected != NULL && !text_equals(limit, expected))
        fail_msg("%s: not %s", source, expected);
}

static void test_source_limit(void **state)
{
    (void)state;
    assert_limit("return self._limit - len(self._acquired)", "self._limit");
    assert_limit("if len(self.open) >= self.max_open:", "self.max_open");
    assert_limit("while self.active >= POOL_SIZE:", "POOL_SIZE");
    assert_limit("if len(jobs) < 10:", "10");
    assert_limit("if self.running < config.MAX_JOBS and ok:", "config.MAX_JOBS");
    assert_limit("while self.inside >= 1:", "1");
    assert_limit("while self.inside >= 0:", NULL);
    assert_limit("while self.items < 3:", NULL);
    assert_limit("if self.inside >= 1:", NULL);
    assert_limit("if len(jobs) > 0:", NULL);
    assert_limit("if len(jobs) >= 1:", NULL);
    assert_limit("if self.balance >= amount:", NULL);
    assert_limit("self.peak = max(self.peak - 1, 0)", NULL);
    assert_limit("if key not in self.limits:", NULL);
    assert_limit("if x > 'MAX':", NULL);
    assert_limit("", NULL);
}

static void test_source_absence(void **state)
{
    (void)state;
    static const char *const yes[] = {"if self._protocol is None:", "if key not in self._data:",
                                      "if not self.ready:",         "row = self._rows.get(session_id)",
                                      "if not hasattr(self, 'x'):", "if self._protocol is not None:",
                                      "if key in self._data:"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(source_asks_absence(text_of(yes[i])));
    assert_false(source_asks_absence(TEXT("if self.count == 3:")));
    assert_false(source_asks_absence(TEXT("if notes:")));
}

static void test_source_fills(void **state)
{
    (void)state;
    assert_true(source_fills(TEXT("self.connection = object()")));
    assert_false(source_fills(TEXT("self.connection = None")));
    assert_false(source_fills(TEXT("self.connects += 1")));
    assert_false(source_fills(TEXT("self.running.add(name)")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_source_has),
        cmocka_unit_test(test_source_limit),
        cmocka_unit_test(test_source_absence),
        cmocka_unit_test(test_source_fills),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
