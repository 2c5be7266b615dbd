/* Pieces add up; after an error nothing changes any more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/vector.h"

static void test_pieces_add_up(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer);
    assert_string_equal(buffer_string(&buffer), "");
    buffer_add(&buffer, (struct text){"abcdef", 3});
    buffer_add_char(&buffer, '-');
    buffer_add_repeated(&buffer, '=', 4);
    buffer_add_number(&buffer, UINT64_MAX);
    buffer_add_number(&buffer, 0);
    buffer_add_format(&buffer, " %s/%d", "x", -5);
    buffer_add_string(&buffer, "!");
    assert_string_equal(buffer_string(&buffer), "abc-====184467440737095516150 x/-5!");
    assert_int_equal(buffer.length, strlen(buffer_string(&buffer)));
    buffer_clear(&buffer);
    assert_string_equal(buffer_string(&buffer), "");
    buffer_fini(&buffer);
}

static void test_it_grows(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer);
    for (unsigned i = 0; i < 10000; i++)
        buffer_add_format(&buffer, "%u,", i % 10);
    assert_int_equal(buffer_status(&buffer), STATUS_OK);
    assert_int_equal(buffer.length, 20000);
    for (unsigned i = 0; i < 10000; i++)
        assert_int_equal(buffer.bytes[2 * i], '0' + i % 10);
    buffer_fini(&buffer);
}

static void test_an_error_stays(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer);
    buffer_add_string(&buffer, "kept");
    buffer_add_repeated(&buffer, 'x', SIZE_MAX);
    buffer_add_string(&buffer, " and no more");
    assert_int_equal(buffer_status(&buffer), STATUS_NOMEM);
    assert_string_equal(buffer_string(&buffer), "kept");
    buffer_clear(&buffer);
    assert_int_equal(buffer_status(&buffer), STATUS_NOMEM);
    buffer_fini(&buffer);
}

static void test_a_full_disk_is_an_error(void **state)
{
    (void)state;
    struct buffer buffer;
    FILE *full = fopen("/dev/full", "w");
    if (full == NULL)
        skip();
    setvbuf(full, NULL, _IONBF, 0);
    buffer_init(&buffer);
    assert_int_equal(buffer_write(&buffer, full), STATUS_OK);
    buffer_add_string(&buffer, "text");
    assert_int_equal(buffer_write(&buffer, full), STATUS_IO);
    buffer_fini(&buffer);
    fclose(full);
}

static void test_a_vector_keeps_what_was_pushed(void **state)
{
    (void)state;
    VECTOR(uint32_t) numbers = {0};
    uint32_t *added = NULL;
    for (uint32_t i = 0; i < 1000; i++)
        assert_int_equal(VECTOR_PUSH(&numbers, i * 3), STATUS_OK);
    assert_int_equal(VECTOR_ADD(&numbers, &added), STATUS_OK);
    *added = 3000;
    assert_int_equal(numbers.count, 1001);
    for (uint32_t i = 0; i <= 1000; i++)
        assert_int_equal(numbers.items[i], i * 3);
    assert_int_equal(VECTOR_RESERVE(&numbers, SIZE_MAX / 2), STATUS_NOMEM);
    assert_int_equal(numbers.items[1000], 3000);
    VECTOR_FINI(&numbers);
    assert_null(numbers.items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_add_up),
        cmocka_unit_test(test_it_grows),
        cmocka_unit_test(test_an_error_stays),
        cmocka_unit_test(test_a_full_disk_is_an_error),
        cmocka_unit_test(test_a_vector_keeps_what_was_pushed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
