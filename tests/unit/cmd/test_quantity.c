/* Numbers on the command line: what is none is refused, and so is what is too large. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "cmd/quantity.h"

static void test_numbers(void **state)
{
    (void)state;
    uint64_t number;
    assert_true(quantity_of("0", &number) && number == 0);
    assert_true(quantity_of("0042", &number) && number == 42);
    assert_true(quantity_of("18446744073709551615", &number) && number == UINT64_MAX);
    const char *const wrong[] = {"", "-1", "+1", " 1", "1 ", "1k", "0x10", "18446744073709551616", "1e3"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(quantity_of(wrong[i], &number));
}

static void test_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        uint64_t bytes;
    } right[] = {
        {"0", 0},
        {"123", 123},
        {"1k", 1024},
        {"64M", UINT64_C(64) << 20},
        {"2G", UINT64_C(2) << 30},
        {"2GB", UINT64_C(2) << 30},
        {"2GiB", UINT64_C(2) << 30},
        {"3t", UINT64_C(3) << 40},
        {"16777215T", UINT64_C(16777215) << 40},
    };
    uint64_t bytes;
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        assert_true(quantity_of_bytes(right[i].word, &bytes) && bytes == right[i].bytes);
    const char *const wrong[] = {"", "G", "-2G", "2 G", "2X", "2GX", "2Gi", "2GBs", "1.5G", "16777216T"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(quantity_of_bytes(wrong[i], &bytes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
