/* In: a check's own act and what it guards besides, of every status and confidence. Out: what is left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "finding/guarded.h"
#include "finding/sample.h"

static struct finding sample_act(enum finding_status status, enum finding_confidence confidence,
                                 bool elsewhere)
{
    struct finding finding = sample_check("if self.connection is None:",
                                          elsewhere ? "self.connects += 1" : "self.connection = connect()");
    finding.status = status;
    finding.confidence = confidence;
    finding.acts_on_other_cell = elsewhere;
    return finding;
}

/* One of each: the own act stays, the other one goes where it is no more certain in either way. */
static void test_every_pair(void **state)
{
    (void)state;
    for (int own = 0; own < 9; own++)
        for (int other = 0; other < 9; other++) {
            struct finding findings[2] = {
                sample_act((enum finding_status)(other / 3), (enum finding_confidence)(other % 3), true),
                sample_act((enum finding_status)(own / 3), (enum finding_confidence)(own % 3), false),
            };
            size_t count = 2;
            assert_int_equal(guarded_leave_out(findings, &count), STATUS_OK);
            bool told = own / 3 >= other / 3 && own % 3 >= other % 3;
            assert_int_equal(count, told ? 1 : 2);
            assert_false(findings[count - 1].acts_on_other_cell);
        }
}

/* Two own acts: neither alone is as certain as what is guarded. */
static void test_no_mixture(void **state)
{
    (void)state;
    struct finding findings[3] = {
        sample_act(FINDING_OBSERVED, FINDING_LOW, false),
        sample_act(FINDING_PREDICTED, FINDING_HIGH, false),
        sample_act(FINDING_OBSERVED, FINDING_MEDIUM, true),
    };
    size_t count = 3;
    assert_int_equal(guarded_leave_out(findings, &count), STATUS_OK);
    assert_int_equal(count, 3);
}

/* Another check of the same cell, or the same check of another cell, tells nothing. */
static void test_other_checks(void **state)
{
    (void)state;
    struct finding findings[4] = {
        sample_act(FINDING_OBSERVED, FINDING_HIGH, false), sample_act(FINDING_OBSERVED, FINDING_HIGH, true),
        sample_act(FINDING_OBSERVED, FINDING_HIGH, true), sample_act(FINDING_OBSERVED, FINDING_HIGH, true)};
    findings[1].first.source = TEXT("if not self.connection:");
    findings[2].cell.attribute = TEXT("session");
    size_t count = 4;
    assert_int_equal(guarded_leave_out(findings, &count), STATUS_OK);
    assert_int_equal(count, 3);
    assert_true(text_equals(findings[1].first.source, "if not self.connection:"));
    assert_true(text_equals(findings[2].cell.attribute, "session"));
    count = 0;
    assert_int_equal(guarded_leave_out(NULL, &count), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_pair),
        cmocka_unit_test(test_no_mixture),
        cmocka_unit_test(test_other_checks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
