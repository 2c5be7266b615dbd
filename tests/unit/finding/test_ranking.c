/* In: findings of every status, confidence, kind and order. Out: one order, the same from any start. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "finding/ranking.h"
#include "finding/sample.h"

enum { count = 3 * 3 * FINDING_KIND_COUNT * 2 * 2 };

/* Every combination once, in the order that reports want. */
static void make_ranked(struct finding findings[count])
{
    size_t i = 0;
    for (int status = FINDING_CONFIRMED; status >= FINDING_PREDICTED; status--)
        for (int confidence = FINDING_HIGH; confidence >= FINDING_LOW; confidence--)
            for (int kind = 0; kind < FINDING_KIND_COUNT; kind++)
                for (uint64_t order = 1; order <= 2; order++)
                    for (int id = 0; id < 2; id++) {
                        findings[i] = sample_finding();
                        findings[i].status = (enum finding_status)status;
                        findings[i].confidence = (enum finding_confidence)confidence;
                        findings[i].kind = (enum finding_kind)kind;
                        findings[i].order = order;
                        snprintf(findings[i].id, sizeof findings[i].id, "SR-%012x", id);
                        i++;
                    }
    assert_int_equal(i, count);
}

static void test_total(void **state)
{
    (void)state;
    struct finding findings[count];
    make_ranked(findings);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++) {
            int order = ranking_compare(&findings[i], &findings[k]);
            assert_true(i < k ? order < 0 : i > k ? order > 0 : order == 0);
        }
}

static void test_sorts_from_any_start(void **state)
{
    (void)state;
    struct finding wanted[count], findings[count];
    make_ranked(wanted);
    uint32_t seed = 1;
    for (int round = 0; round < 50; round++) {
        memcpy(findings, wanted, sizeof wanted);
        for (size_t i = count - 1; i > 0; i--) {
            seed = seed * 1664525u + 1013904223u;
            size_t k = (seed >> 16) % (i + 1);
            struct finding kept = findings[i];
            findings[i] = findings[k];
            findings[k] = kept;
        }
        ranking_sort(findings, count);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(ranking_compare(&findings[i], &wanted[i]), 0);
    }
    ranking_sort(NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_total),
        cmocka_unit_test(test_sorts_from_any_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
