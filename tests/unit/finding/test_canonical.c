/* In: lines of any bytes. Out: what of them counts; a walk that ends, and stays ended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "finding/canonical.h"

static void assert_canonical(const char *source, const char *expected)
{
    char out[256];
    size_t length = 0;
    struct canonical walk = {.source = text_of(source)};
    for (int byte; (byte = canonical_next(&walk)) >= 0;) {
        assert_true(length + 1 < sizeof out);
        out[length++] = (char)byte;
    }
    out[length] = '\0';
    assert_string_equal(out, expected);
    assert_int_equal(canonical_next(&walk), -1);
}

static void test_what_counts(void **state)
{
    (void)state;
    assert_canonical("", "");
    assert_canonical("value = self.value", "value=self.value");
    assert_canonical("  if not  x :", "if not x:");
    assert_canonical("if not(x):", "if not x:");
    assert_canonical("f(a, b,)", "f a,b");
    assert_canonical("x = [1, 2, ]  # two", "x=[1,2]");
    assert_canonical("return(x)", "return x");
    assert_canonical("d[\"a # b\"]", "d['a # b']");
    assert_canonical("a = b or \\", "a=b or");
    assert_canonical("'a  b'", "'a  b'");
    assert_canonical("'\\n'", "'\\n'");
    assert_canonical("\xC3\xA9 = \xFF", "\xC3\xA9=\xFF");
}

/* Two words stay two, and no blank comes that means nothing. */
static void test_blanks(void **state)
{
    (void)state;
    assert_canonical("a b", "a b");
    assert_canonical("a  (b)", "a b");
    assert_canonical("a + b", "a+b");
    assert_canonical("a 'b'", "a'b'");
    assert_canonical("'b' in a", "'b'in a");
}

/* What is cut off anywhere is walked to its end all the same. */
static void test_every_cut(void **state)
{
    (void)state;
    static const char source[] = "x['it\\'s', \"a\\\\\"] = (await f(\"b\", )), # c";
    for (size_t length = 0; length <= sizeof source - 1; length++) {
        char *cut = malloc(length + 1);
        assert_non_null(cut);
        memcpy(cut, source, length);
        struct canonical walk = {.source = {cut, length}};
        size_t bytes = 0;
        while (canonical_next(&walk) >= 0)
            bytes++;
        assert_true(bytes <= length);
        free(cut);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_counts),
        cmocka_unit_test(test_blanks),
        cmocka_unit_test(test_every_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
