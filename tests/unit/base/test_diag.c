/* The first cause wins; what is printed is one line. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/diag.h"

static void assert_prints(const struct diag *diag, const char *expected)
{
    char printed[2048];
    FILE *file = tmpfile();
    assert_non_null(file);
    diag_print(diag, file);
    rewind(file);
    printed[fread(printed, 1, sizeof printed - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(printed, expected);
}

static void test_the_first_cause_wins(void **state)
{
    (void)state;
    struct diag diag = DIAG_NONE;
    assert_int_equal(diag_set(&diag, STATUS_BAD_INPUT, "%d is odd", 3), STATUS_BAD_INPUT);
    assert_int_equal(diag_set(&diag, STATUS_IO, "another"), STATUS_IO);
    diag_set_frame(&diag, 7);
    diag_set_frame(&diag, 8);
    diag_set_offset(&diag, 99);
    diag_set_offset(&diag, 100);
    diag_set_file(&diag, "one.srt");
    diag_set_file(&diag, "other.srt");
    assert_int_equal(diag.status, STATUS_BAD_INPUT);
    assert_prints(&diag, "staleread: one.srt: 3 is odd (frame 7, offset 99)\n");
}

static void test_only_what_is_known_is_said(void **state)
{
    (void)state;
    struct diag diag = DIAG_NONE;
    diag_set_nomem(&diag);
    assert_prints(&diag, "staleread: out of memory\n");
    diag_set_offset(&diag, 5);
    assert_prints(&diag, "staleread: out of memory (offset 5)\n");
    diag_clear(&diag);
    diag_set_errno(&diag, ENOENT, "cannot open");
    diag_set_frame(&diag, 1);
    assert_prints(&diag, "staleread: cannot open: No such file or directory (frame 1)\n");
}

static void test_it_is_one_line(void **state)
{
    (void)state;
    struct diag diag = DIAG_NONE;
    diag_set(&diag, STATUS_IO, "a\nb\x1b");
    diag_set_file(&diag, "c\nd");
    assert_prints(&diag, "staleread: c\\nd: a\\nb\\x1b\n");
}

static void test_long_texts_are_cut(void **state)
{
    (void)state;
    struct diag diag = DIAG_NONE;
    char text[3000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    diag_set(&diag, STATUS_IO, "%s", text);
    diag_set_file(&diag, text);
    assert_int_equal(strlen(diag.message), diag_message_bytes_max - 1);
    assert_int_equal(strlen(diag.file), diag_file_bytes_max - 1);
}

static void test_nobody_need_listen(void **state)
{
    (void)state;
    assert_int_equal(diag_set(NULL, STATUS_LIMIT, "x"), STATUS_LIMIT);
    diag_set_file(NULL, "x");
    diag_set_frame(NULL, 1);
    diag_set_offset(NULL, 1);
    diag_clear(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_cause_wins), cmocka_unit_test(test_only_what_is_known_is_said),
        cmocka_unit_test(test_it_is_one_line),       cmocka_unit_test(test_long_texts_are_cut),
        cmocka_unit_test(test_nobody_need_listen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
