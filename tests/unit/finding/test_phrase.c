/* In: names, places and numbers, hostile ones too. Out: pieces of sentences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "finding/phrase.h"
#include "finding/sample.h"

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        uint64_t count;
        const char *text;
    } rows[] = {{0, "0 times"},
                {1, "once"},
                {2, "twice"},
                {3, "3 times"},
                {999, "999 times"},
                {1000, "1,000 times"},
                {1234567, "1,234,567 times"},
                {UINT64_MAX, "18,446,744,073,709,551,615 times"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer buffer;
        buffer_init(&buffer);
        phrase_add_times(&buffer, rows[i].count);
        assert_string_equal(buffer_string(&buffer), rows[i].text);
        buffer_fini(&buffer);
    }
}

static void test_code_is_harmless(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer);
    phrase_add_code(&buffer, TEXT("a`b``\x1b[2J\n\xFF"));
    phrase_add_code(&buffer, TEXT_NONE);
    assert_string_equal(buffer_string(&buffer), "`a'b''\\x1b[2J\\n\\xff``?`");
    buffer_fini(&buffer);
}

static void test_spans(void **state)
{
    (void)state;
    struct finding_place one = sample_place(9, "", ""), other = sample_place(11, "", "");
    struct buffer buffer;
    buffer_init(&buffer);
    phrase_add_span(&buffer, &one, &other);
    assert_string_equal(buffer_string(&buffer), "from line 9 to line 11");
    buffer_clear(&buffer);
    phrase_add_span(&buffer, &one, &one);
    assert_string_equal(buffer_string(&buffer), "around line 9");
    buffer_clear(&buffer);
    phrase_add_span(&buffer, &other, &one);
    assert_string_equal(buffer_string(&buffer), "from line 11 to line 9 of the next round");
    buffer_clear(&buffer);
    other.function = TEXT("Counter.save");
    phrase_add_span(&buffer, &one, &other);
    assert_string_equal(buffer_string(&buffer),
                        "from line 9 in `Counter.increment` to line 11 in `Counter.save`");
    buffer_clear(&buffer);
    other.file = TEXT("store.py");
    phrase_add_span(&buffer, &one, &other);
    assert_string_equal(buffer_string(&buffer),
                        "from line 9 of `counter.py` in `Counter.increment` to line 11 of "
                        "`store.py` in `Counter.save`");
    buffer_fini(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_code_is_harmless),
        cmocka_unit_test(test_spans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
