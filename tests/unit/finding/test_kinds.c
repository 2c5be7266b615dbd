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
    for (int i = FINDING_LOW; i <= FINDING_HIGH; i++) {
        enum finding_confidence confidence = FINDING_LOW;
        assert_true(
            kinds_find_confidence(text_of(kinds_confidence_name((enum finding_confidence)i)), &confidence));
        assert_int_equal(confidence, i);
    }
    enum finding_fail_on fail_on = FINDING_FAIL_ON_PREDICTED;
    assert_true(kinds_find_fail_on(TEXT("never"), &fail_on));
    assert_int_equal(fail_on, FINDING_FAIL_ON_NEVER);
    assert_false(kinds_find_fail_on(TEXT("neve"), &fail_on));
    assert_false(kinds_find_fail_on(TEXT(""), &fail_on));
    assert_int_equal(fail_on, FINDING_FAIL_ON_NEVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
