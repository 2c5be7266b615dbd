/* Equal texts have one number, different ones different numbers, in order of first appearance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/names.h"

static void test_numbers(void **state)
{
    (void)state;
    struct names names;
    names_init(&names);
    for (uint32_t round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 5000; i++) {
            char text[16];
            uint32_t number;
            bool added;
            snprintf(text, sizeof text, "%u", i);
            assert_int_equal(names_number(&names, text_of(text), &number, &added), STATUS_OK);
            assert_int_equal(number, i);
            assert_int_equal(added, round == 0);
        }
    }
    names_fini(&names);
}

static void test_bytes_count(void **state)
{
    (void)state;
    struct names names;
    uint32_t number;
    bool added;
    names_init(&names);
    const struct text texts[] = {TEXT(""), TEXT("a"), TEXT("a\0"), TEXT("a\0b"), TEXT("\xFF")};
    for (uint32_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(names_number(&names, texts[i], &number, &added), STATUS_OK);
        assert_int_equal(number, i);
        assert_true(added);
    }
    names_fini(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_bytes_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
