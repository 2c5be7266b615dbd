/* What Protocol Buffers' description of its wire format gives as examples, and the ends of what numbers there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "export/wire.h"

static void expect(struct buffer *buffer, const char *bytes, size_t length)
{
    assert_int_equal(buffer_status(buffer), STATUS_OK);
    assert_int_equal(buffer->length, length);
    assert_memory_equal(buffer_string(buffer), bytes, length);
    buffer_fini(buffer);
}

static void test_numbers_are_varints(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer);
    wire_number(&buffer, 1, 150);
    expect(&buffer, "\x08\x96\x01", 3);
    wire_number(&buffer, 1, 0);
    expect(&buffer, "\x08\x00", 2);
    wire_number(&buffer, 16, 127);
    expect(&buffer, "\x80\x01\x7f", 3);
    wire_number(&buffer, 1, UINT64_MAX);
    expect(&buffer, "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11);
}

static void test_fixed_numbers_have_eight_bytes(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer);
    wire_fixed(&buffer, 47, UINT64_C(0x8877665544332211));
    expect(&buffer, "\xf9\x02\x11\x22\x33\x44\x55\x66\x77\x88", 10);
}

static void test_bytes_have_their_length(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer);
    wire_bytes(&buffer, 2, TEXT("testing"));
    expect(&buffer, "\x12\x07testing", 9);
    wire_bytes(&buffer, 2, TEXT_NONE);
    expect(&buffer, "\x12\x00", 2);
}

static void test_messages_stand_in_messages(void **state)
{
    (void)state;
    struct buffer inner, outer;
    buffer_init(&inner);
    buffer_init(&outer);
    wire_number(&inner, 1, 150);
    wire_bytes(&outer, 3, buffer_text(&inner));
    buffer_fini(&inner);
    expect(&outer, "\x1a\x03\x08\x96\x01", 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_varints),
        cmocka_unit_test(test_fixed_numbers_have_eight_bytes),
        cmocka_unit_test(test_bytes_have_their_length),
        cmocka_unit_test(test_messages_stand_in_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
