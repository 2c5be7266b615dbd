/* Wide characters, what combines, and what is drawn as one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/columns.h"

static void test_what_takes_how_much(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t columns;
    } rows[] = {
        {"", 0},
        {"Counter.value", 13},
        {"\u00e9\u00e9", 2},                               /* letters with an accent in one */
        {"e\u0301e\u0301", 2},                             /* and in two */
        {"\u5728\u5eab", 4},                               /* ideographs */
        {"\uac00", 2},                                     /* a syllable */
        {"\u1100\u1161", 2},                               /* the same in two */
        {"\uff21", 2},                                     /* a full-width letter */
        {"\uff71", 1},                                     /* a half-width one */
        {"\U0001f40d", 2},                                 /* an emoji */
        {"\u2764\ufe0f", 2},                               /* one by its presentation */
        {"\U0001f469\u200d\U0001f469\u200d\U0001f467", 2}, /* one of three */
        {"\U0001f44d\U0001f3fd", 2},                       /* one with a colour */
        {"\U0001f1e9\U0001f1ea", 2},                       /* a flag */
        {"\xff\xfe", 2},                                   /* no UTF-8 */
        {"a\u0300b", 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text text = text_of(rows[i].text);
        if (columns_of(text) != rows[i].columns)
            print_error("row %zu takes %zu\n", i, columns_of(text));
        assert_int_equal(columns_of(text), rows[i].columns);
    }
}

static void test_what_is_drawn_as_one_is_not_cut(void **state)
{
    (void)state;
    struct text text = TEXT("a\u5728e\u0301\U0001f44d\U0001f3fdz");
    static const size_t lengths[] = {0, 1, 1, 4, 7, 7, 15, 16, 16};
    for (size_t columns = 0; columns < sizeof lengths / sizeof *lengths; columns++) {
        struct text start = columns_cut(text, columns);
        struct text rest = {text.bytes + start.length, text.length - start.length};
        assert_int_equal(start.length, lengths[columns]);
        assert_int_equal(columns_of(start) + columns_of(rest), columns_of(text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_takes_how_much),
        cmocka_unit_test(test_what_is_drawn_as_one_is_not_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
