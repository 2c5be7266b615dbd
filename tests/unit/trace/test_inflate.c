/* What zlib deflated comes back; what is cut off, too long, damaged or followed by something is refused, and nothing is
 * written beyond the declared size. Built with each of the libraries that may inflate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "trace/inflate.h"

enum { plain_bytes = 100000, guard_bytes = 16, guard = 0xa5 };

struct fixture {
    struct inflater inflater;
    unsigned char plain[plain_bytes];
    unsigned char stored[plain_bytes + 1000];
    size_t stored_bytes;
    unsigned char inflated[plain_bytes + guard_bytes];
};

/* Bytes with some pattern to them, deflated. */
static void fill(struct fixture *fixture, int level)
{
    uint32_t state = 12345;
    for (size_t i = 0; i < plain_bytes; i++) {
        state = state * 1664525 + 1013904223;
        fixture->plain[i] = i % 3 == 0 ? (unsigned char)(state >> 24) : (unsigned char)(i >> 8);
    }
    uLongf stored_bytes = sizeof fixture->stored;
    assert_int_equal(compress2(fixture->stored, &stored_bytes, fixture->plain, plain_bytes, level), Z_OK);
    fixture->stored_bytes = stored_bytes;
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    inflater_init(&fixture->inflater);
    fill(fixture, 1);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    inflater_fini(&fixture->inflater);
    free(fixture);
    return 0;
}

/* Inflates, and sees to it that nothing was written beyond the size. */
static enum status inflate_to(struct fixture *fixture, size_t stored_bytes, size_t inflated_bytes)
{
    memset(fixture->inflated, guard, sizeof fixture->inflated);
    enum status status =
        inflater_run(&fixture->inflater, fixture->stored, stored_bytes, fixture->inflated, inflated_bytes);
    for (size_t i = inflated_bytes; i < inflated_bytes + guard_bytes; i++)
        assert_int_equal(fixture->inflated[i], guard);
    return status;
}

static void test_every_level_comes_back(void **state)
{
    struct fixture *fixture = *state;
    for (int level = 0; level <= 9; level++) {
        fill(fixture, level);
        assert_int_equal(inflate_to(fixture, fixture->stored_bytes, plain_bytes), STATUS_OK);
        assert_memory_equal(fixture->inflated, fixture->plain, plain_bytes);
    }
}

static void test_another_size_is_refused(void **state)
{
    struct fixture *fixture = *state;
    const size_t sizes[] = {0, 1, plain_bytes / 2, plain_bytes - 1};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        assert_int_equal(inflate_to(fixture, fixture->stored_bytes, sizes[i]), STATUS_BAD_INPUT);
    fill(fixture, 9);
    unsigned char *larger = malloc(plain_bytes + 1);
    assert_non_null(larger);
    assert_int_equal(
        inflater_run(&fixture->inflater, fixture->stored, fixture->stored_bytes, larger, plain_bytes + 1),
        STATUS_BAD_INPUT);
    free(larger);
}

static void test_what_is_cut_off_is_refused(void **state)
{
    struct fixture *fixture = *state;
    for (size_t length = 0; length < fixture->stored_bytes; length += length < 64 ? 1 : 997)
        assert_int_equal(inflate_to(fixture, length, plain_bytes), STATUS_BAD_INPUT);
    assert_int_equal(inflate_to(fixture, fixture->stored_bytes - 1, plain_bytes), STATUS_BAD_INPUT);
}

static void test_what_stands_behind_is_refused(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(inflate_to(fixture, fixture->stored_bytes + 1, plain_bytes), STATUS_BAD_INPUT);
}

/* The checksum at the end of the stream makes every flipped bit show, and a good stream inflates after a bad one. */
static void test_flipped_bits_are_refused(void **state)
{
    struct fixture *fixture = *state;
    for (size_t at = 0; at < fixture->stored_bytes; at += at < 64 ? 1 : 1009) {
        fixture->stored[at] ^= 0x10;
        assert_int_equal(inflate_to(fixture, fixture->stored_bytes, plain_bytes), STATUS_BAD_INPUT);
        fixture->stored[at] ^= 0x10;
    }
    assert_int_equal(inflate_to(fixture, fixture->stored_bytes, plain_bytes), STATUS_OK);
}

static void test_nothing_comes_back_as_nothing(void **state)
{
    struct fixture *fixture = *state;
    uLongf stored_bytes = sizeof fixture->stored;
    assert_int_equal(compress2(fixture->stored, &stored_bytes, fixture->plain, 0, 6), Z_OK);
    assert_int_equal(inflate_to(fixture, stored_bytes, 0), STATUS_OK);
    assert_int_equal(inflate_to(fixture, stored_bytes, 1), STATUS_BAD_INPUT);
    assert_int_equal(inflate_to(fixture, 0, 0), STATUS_BAD_INPUT);
}

static void test_a_preset_dictionary_is_refused(void **state)
{
    struct fixture *fixture = *state;
    z_stream stream = {
        .next_in = fixture->plain, .avail_in = 1000, .next_out = fixture->stored, .avail_out = 4000};
    assert_int_equal(deflateInit(&stream, 6), Z_OK);
    assert_int_equal(deflateSetDictionary(&stream, fixture->plain, 500), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t stored_bytes = stream.total_out;
    deflateEnd(&stream);
    assert_int_equal(inflate_to(fixture, stored_bytes, 1000), STATUS_BAD_INPUT);
}

static void test_checksums_are_those_of_zlib(void **state)
{
    struct fixture *fixture = *state;
    for (size_t length = 0; length < 300; length += 7)
        assert_int_equal(inflate_crc32(fixture->plain + length % 5, length),
                         crc32(0, fixture->plain + length % 5, (uInt)length));
    assert_int_equal(inflate_crc32((const unsigned char *)"123456789", 9), 0xcbf43926);
}

static void test_the_library_is_named(void **state)
{
    (void)state;
    assert_int_equal(strncmp(inflate_library(), INFLATES_BY " ", strlen(INFLATES_BY " ")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_level_comes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_another_size_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_cut_off_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_stands_behind_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_flipped_bits_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_comes_back_as_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_preset_dictionary_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_checksums_are_those_of_zlib, set_up, tear_down),
        cmocka_unit_test(test_the_library_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
