/* In: patterns and texts. Out: which match, and that none takes long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "finding/glob.h"

static bool matches(const char *pattern, const char *text)
{
    return glob_matches(text_of(pattern), text_of(text));
}

static void test_glob(void **state)
{
    (void)state;
    assert_true(matches("", ""));
    assert_false(matches("", "a"));
    assert_true(matches("*", ""));
    assert_true(matches("*", "abc"));
    assert_true(matches("a*c", "ac"));
    assert_true(matches("a*c", "abcbc"));
    assert_false(matches("a*c", "abcb"));
    assert_true(matches("*.py", "app/x.py"));
    assert_true(matches("Cache._data['k']", "Cache._data['k']"));
    assert_false(matches("Cache._data['k']", "Cache._datak"));
    assert_true(matches("Cache._data[*", "Cache._data['k']"));
    assert_true(matches("a?c", "a\xC3\xA9"
                               "c"));
    assert_true(matches("a?c", "a\xFF"
                               "c"));
    assert_false(matches("a?c", "ac"));
    assert_false(matches("?", ""));
    assert_true(matches("**a**", "xax"));
}

/* Would take centuries if every star were tried again. */
static void test_glob_is_fast(void **state)
{
    (void)state;
    char text[20001];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_false(matches("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
    assert_true(matches("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*", text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_glob),
        cmocka_unit_test(test_glob_is_fast),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
