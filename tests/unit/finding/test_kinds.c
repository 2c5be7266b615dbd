/* In: names and enums. Out: each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "finding/kinds.h"

static void test_kinds(void **state)
{
    (void)state;
    for (int i = 0; i < FINDING_KIND_COUNT; i++) {
        enum finding_kind kind = FINDING_KIND_COUNT;
        assert_true(kinds_find(text_of(kinds_name((enum finding_kind)i)), &kind));
        assert_int_equal(kind, i);
    }
    for (int i = FINDING_LOW; i <= FINDING_HIGH; i++) {
        enum finding_confidence confidence = FINDING_LOW;
        assert_true(
            kinds_find_confidence(text_of(kinds_confidence_name((enum finding_confidence)i)), &confidence));
        assert_int_equal(confidence, i);
    }
    for (int i = FINDING_FAIL_ON_PREDICTED; i <= FINDING_FAIL_ON_NEVER; i++) {
        enum finding_fail_on fail_on = FINDING_FAIL_ON_PREDICTED;
        assert_true(kinds_find_fail_on(text_of(kinds_fail_on_name((enum finding_fail_on)i)), &fail_on));
        assert_int_equal(fail_on, i);
    }
    enum finding_kind kind = FINDING_CHECK_THEN_ACT;
    assert_false(kinds_find(TEXT("lost-updat"), &kind));
    assert_false(kinds_find(TEXT(""), &kind));
    assert_int_equal(kind, FINDING_CHECK_THEN_ACT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
