/* What is printed is valid, on one line, and commands nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/text.h"

static void assert_escaped(struct text text, const char *expected)
{
    struct buffer buffer;
    buffer_init(&buffer);
    buffer_add_escaped(&buffer, text);
    assert_int_equal(buffer_status(&buffer), STATUS_OK);
    assert_string_equal(buffer_string(&buffer), expected);
    buffer_fini(&buffer);
}

static void test_what_is_printable_stays(void **state)
{
    (void)state;
    assert_escaped(TEXT("plain \\ 'quoted'"), "plain \\ 'quoted'");
    assert_escaped(TEXT("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x8d"), "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x8d");
    assert_escaped(TEXT_NONE, "");
}

static void test_what_commands_a_terminal_is_escaped(void **state)
{
    (void)state;
    assert_escaped(TEXT("a\nb\rc\td"), "a\\nb\\rc\\td");
    assert_escaped(TEXT("\x1b[31m\x07\x7f"), "\\x1b[31m\\x07\\x7f");
    assert_escaped((struct text){"a\0b", 3}, "a\\x00b");
    assert_escaped(TEXT("\xc2\x9b"
                        "31m"),
                   "\\xc2\\x9b31m"); /* C1 control */
    assert_escaped(TEXT("\xe2\x80\xae"
                        "x"),
                   "\\xe2\\x80\\xaex"); /* writes backwards */
    assert_escaped(TEXT("\xe2\x80\xa8\xef\xbb\xbf"), "\\xe2\\x80\\xa8\\xef\\xbb\\xbf");
}

static void test_what_is_not_utf8_is_escaped(void **state)
{
    (void)state;
    assert_escaped(TEXT("\xff\x80"), "\\xff\\x80");
    assert_escaped(TEXT("\xc0\x80"), "\\xc0\\x80"); /* longer than need be */
    assert_escaped(TEXT("\xe0\x80\x80"), "\\xe0\\x80\\x80");
    assert_escaped(TEXT("\xed\xa0\x80"), "\\xed\\xa0\\x80");          /* a surrogate */
    assert_escaped(TEXT("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80"); /* beyond the last */
    assert_escaped(TEXT("\xe2\x82"), "\\xe2\\x82");                   /* cut off */
    assert_escaped(TEXT("\xe2\x82"
                        "a"),
                   "\\xe2\\x82"
                   "a");
}

/* Escaping is the identity on its own result. */
static void test_escaping_twice_changes_nothing(void **state)
{
    (void)state;
    for (unsigned first = 0; first < 256; first++)
        for (unsigned second = 0; second < 256; second += 5) {
            const char bytes[] = {(char)first, (char)second, (char)0xA0};
            struct buffer once;
            buffer_init(&once);
            buffer_add_escaped(&once, (struct text){bytes, sizeof bytes});
            assert_escaped(buffer_text(&once), buffer_string(&once));
            buffer_fini(&once);
        }
}

static void test_ends(void **state)
{
    (void)state;
    assert_true(text_ends_with(TEXT("abc"), TEXT("bc")));
    assert_false(text_ends_with(TEXT("c"), TEXT("bc")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_printable_stays),
        cmocka_unit_test(test_what_commands_a_terminal_is_escaped),
        cmocka_unit_test(test_what_is_not_utf8_is_escaped),
        cmocka_unit_test(test_escaping_twice_changes_nothing),
        cmocka_unit_test(test_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
