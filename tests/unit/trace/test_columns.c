/* Every encoding gives back what an encoder of the same letter put in; what is cut off or unknown is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "trace/columns.h"

enum { values_max = 300, column_bytes_max = 9 + 8 * values_max };

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static size_t put_u64(unsigned char *to, uint64_t number)
{
    for (size_t i = 0; i < 8; i++)
        to[i] = (unsigned char)(number >> (8 * i));
    return 8;
}

/* The numbers by plane, as formats/trace.md lays down. */
static size_t put_planes(unsigned char *to, const uint64_t *numbers, size_t count, size_t width)
{
    for (size_t plane = 0; plane < width; plane++)
        for (size_t i = 0; i < count; i++)
            *to++ = (unsigned char)(numbers[i] >> (8 * plane));
    return width * count;
}

static size_t put_plain(unsigned char *to, const uint64_t *values, size_t count, size_t width, uint64_t base)
{
    uint64_t numbers[values_max];
    for (size_t i = 0; i < count; i++)
        numbers[i] = values[i] - base;
    to[0] = (unsigned char)width;
    put_u64(to + 1, base);
    return 9 + put_planes(to + 9, numbers, count, width);
}

static size_t put_delta(unsigned char *to, const uint64_t *values, size_t count, size_t width)
{
    uint64_t numbers[values_max];
    for (size_t i = 0; i + 1 < count; i++)
        numbers[i] = values[i + 1] - values[i];
    to[0] = (unsigned char)(16 + width);
    put_u64(to + 1, values[0]);
    return 9 + put_planes(to + 9, numbers, count - 1, width);
}

/* Decodes into every third place, and sees to it that the places between stay. */
static void assert_decodes(const unsigned char *bytes, size_t length, const uint64_t *values, size_t count)
{
    enum { stride = 3 };
    uint64_t decoded[stride * values_max];
    struct bytes_cursor cursor = bytes_cursor(bytes, length);
    memset(decoded, 0xAB, sizeof decoded);
    assert_true(columns_decode(&cursor, count, decoded, stride));
    assert_int_equal(bytes_left(&cursor), 0);
    for (size_t i = 0; i < count; i++) {
        assert_true(decoded[i * stride] == values[i]);
        assert_true(decoded[i * stride + 1] == 0xABABABABABABABABull);
    }
    for (size_t cut = 0; cut < length; cut++) {
        cursor = bytes_cursor(bytes, cut);
        assert_false(columns_decode(&cursor, count, decoded, stride));
    }
    cursor = bytes_cursor(bytes, length);
    assert_true(columns_decode(&cursor, count, NULL, 0));
    assert_int_equal(bytes_left(&cursor), 0);
}

static void test_plain(void **state)
{
    (void)state;
    unsigned char bytes[column_bytes_max];
    uint64_t values[values_max], random = 12345;
    const size_t counts[] = {1, 2, 17, values_max}, widths[] = {1, 2, 4, 8};
    for (size_t c = 0; c < 4; c++)
        for (size_t w = 0; w < 4; w++) {
            uint64_t base = next_random(&random); /* sums wrap around, too */
            for (size_t i = 0; i < counts[c]; i++)
                values[i] = base + (next_random(&random) >> (64 - 8 * widths[w]));
            assert_decodes(bytes, put_plain(bytes, values, counts[c], widths[w], base), values, counts[c]);
        }
}

static void test_delta(void **state)
{
    (void)state;
    unsigned char bytes[column_bytes_max];
    uint64_t values[values_max], random = 54321;
    const size_t counts[] = {1, 2, 17, values_max}, widths[] = {1, 2, 4, 8};
    for (size_t c = 0; c < 4; c++)
        for (size_t w = 0; w < 4; w++) {
            values[0] = next_random(&random);
            for (size_t i = 1; i < counts[c]; i++) {
                /* A signed number of that width, both of its ends among them. */
                int64_t step = (int64_t)next_random(&random) >> (64 - 8 * widths[w]);
                if (i <= 2)
                    step = i == 1 ? INT64_MIN >> (64 - 8 * widths[w]) : INT64_MAX >> (64 - 8 * widths[w]);
                values[i] = values[i - 1] + (uint64_t)step;
            }
            assert_decodes(bytes, put_delta(bytes, values, counts[c], widths[w]), values, counts[c]);
        }
}

static void test_constant(void **state)
{
    (void)state;
    unsigned char bytes[9] = {0};
    uint64_t values[values_max];
    put_u64(bytes + 1, UINT64_MAX - 5);
    for (size_t i = 0; i < values_max; i++)
        values[i] = UINT64_MAX - 5;
    assert_decodes(bytes, sizeof bytes, values, values_max);
    assert_decodes(bytes, sizeof bytes, values, 0);
}

static void test_other_encodings_are_refused(void **state)
{
    (void)state;
    for (unsigned encoding = 0; encoding < 256; encoding++) {
        const unsigned known[] = {0, 1, 2, 4, 8, 17, 18, 20, 24};
        unsigned char bytes[9 + 16] = {(unsigned char)encoding};
        uint64_t values[2];
        struct bytes_cursor cursor = bytes_cursor(bytes, sizeof bytes);
        int is_known = 0;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            is_known |= known[i] == encoding;
        assert_int_equal(columns_decode(&cursor, 2, values, 1), is_known);
    }
}

static void test_huge_counts_are_refused(void **state)
{
    (void)state;
    unsigned char bytes[64] = {8};
    struct bytes_cursor cursor = bytes_cursor(bytes, sizeof bytes);
    assert_false(columns_decode(&cursor, SIZE_MAX, NULL, 0));
    bytes[0] = 24;
    cursor = bytes_cursor(bytes, sizeof bytes);
    assert_false(columns_decode(&cursor, SIZE_MAX / 8 + 2, NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_delta),
        cmocka_unit_test(test_constant),
        cmocka_unit_test(test_other_encodings_are_refused),
        cmocka_unit_test(test_huge_counts_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
