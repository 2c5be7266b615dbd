/* Numbers go out as they came in; what is cut off, too long or too great is refused and moves nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "trace/bytes.h"

static size_t put_varint(unsigned char *to, uint64_t number)
{
    size_t length = 0;
    for (; number >= 0x80; number >>= 7)
        to[length++] = (unsigned char)(number | 0x80);
    to[length++] = (unsigned char)number;
    return length;
}

static void test_varints_round_trip_and_cut_ones_are_refused(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits <= 64; bits++)
        for (int off = -1; off <= 1; off++) {
            uint64_t number = (bits == 64 ? 0 : (uint64_t)1 << bits) + (uint64_t)off, taken = 0;
            unsigned char bytes[10];
            size_t length = put_varint(bytes, number);
            struct bytes_cursor cursor = bytes_cursor(bytes, length);
            assert_true(bytes_take_varint(&cursor, &taken));
            assert_true(taken == number);
            assert_int_equal(bytes_left(&cursor), 0);
            for (size_t cut = 0; cut < length; cut++) {
                cursor = bytes_cursor(bytes, cut);
                assert_false(bytes_take_varint(&cursor, &taken));
                assert_int_equal(bytes_left(&cursor), cut);
            }
        }
}

static void test_varints_beyond_64_bits_are_refused(void **state)
{
    (void)state;
    unsigned char bytes[12];
    uint64_t taken;
    memset(bytes, 0xFF, sizeof bytes);
    struct bytes_cursor cursor = bytes_cursor(bytes, sizeof bytes);
    assert_false(bytes_take_varint(&cursor, &taken)); /* never ends */
    bytes[9] = 0x02;
    assert_false(bytes_take_varint(&cursor, &taken)); /* bit 64 */
    assert_int_equal(bytes_left(&cursor), sizeof bytes);
    bytes[9] = 0x01;
    assert_true(bytes_take_varint(&cursor, &taken));
    assert_true(taken == UINT64_MAX);
}

static void test_varints_of_32_bits(void **state)
{
    (void)state;
    unsigned char bytes[10];
    uint32_t taken;
    struct bytes_cursor cursor = bytes_cursor(bytes, put_varint(bytes, UINT32_MAX));
    assert_true(bytes_take_varint32(&cursor, &taken));
    assert_true(taken == UINT32_MAX);
    cursor = bytes_cursor(bytes, put_varint(bytes, (uint64_t)UINT32_MAX + 1));
    assert_false(bytes_take_varint32(&cursor, &taken));
    assert_int_equal(bytes_left(&cursor), 5);
}

static void test_pieces_never_reach_beyond_the_end(void **state)
{
    (void)state;
    const unsigned char bytes[] = {3, 'a', 'b', 'c', 2, 'd'};
    struct bytes_cursor cursor = bytes_cursor(bytes, sizeof bytes);
    struct text text;
    assert_true(bytes_take_text(&cursor, &text));
    assert_true(text_equals(text, "abc"));
    assert_false(bytes_take_text(&cursor, &text));
    assert_int_equal(bytes_left(&cursor), 2);
    assert_null(bytes_take(&cursor, SIZE_MAX));
    unsigned char huge[10];
    cursor = bytes_cursor(huge, put_varint(huge, UINT64_MAX));
    assert_false(bytes_take_text(&cursor, &text));
}

static void test_little_endian(void **state)
{
    (void)state;
    const unsigned char bytes[] = {1, 2, 3, 4, 5, 6, 7, 0xF8};
    assert_int_equal(bytes_u16(bytes), 0x0201);
    assert_true(bytes_u32(bytes + 4) == 0xF8070605u);
    assert_true(bytes_u64(bytes) == 0xF807060504030201ull);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_varints_round_trip_and_cut_ones_are_refused),
        cmocka_unit_test(test_varints_beyond_64_bits_are_refused),
        cmocka_unit_test(test_varints_of_32_bits),
        cmocka_unit_test(test_pieces_never_reach_beyond_the_end),
        cmocka_unit_test(test_little_endian),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
