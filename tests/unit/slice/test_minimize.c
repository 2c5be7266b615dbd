/* In: parts, and random demands on which of them must stay together. Out: what is left will do, and nothing of it can go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "slice/minimize.h"

enum { parts_max = 3000, clauses_max = 8, clause_parts = 3 };

/* Of each clause at least one part must be there; of a group all are there or none. */
struct demand {
    size_t count;
    size_t clauses[clauses_max][clause_parts];
    size_t clause_count;
    size_t sweeps; /* a part that goes with the one before it; 0: none */
    size_t tests;
    size_t tests_max; /* 0: no bound */
};

static unsigned next_random(unsigned *state)
{
    return *state = *state * 1103515245u + 12345u;
}

static bool will_do(const struct demand *demand, const unsigned char *kept)
{
    for (size_t i = 0; i < demand->clause_count; i++) {
        bool is_met = false;
        for (size_t j = 0; j < clause_parts; j++)
            is_met = is_met || kept[demand->clauses[i][j]];
        if (!is_met)
            return false;
    }
    return true;
}

static enum status test(void *context, unsigned char *kept, bool *result)
{
    struct demand *demand = context;
    if (demand->tests_max != 0 && demand->tests == demand->tests_max)
        return STATUS_STOPPED;
    demand->tests++;
    if (demand->sweeps != 0 && !kept[demand->sweeps - 1])
        kept[demand->sweeps] = 0;
    *result = will_do(demand, kept);
    return STATUS_OK;
}

static struct demand make_demand(unsigned seed)
{
    struct demand demand = {.count = 1 + next_random(&seed) / 65536 % parts_max};
    demand.clause_count = next_random(&seed) / 65536 % clauses_max;
    demand.sweeps = demand.count > 2 ? next_random(&seed) / 65536 % 2 * (demand.count - 1) : 0;
    for (size_t i = 0; i < demand.clause_count; i++)
        for (size_t j = 0; j < clause_parts; j++)
            demand.clauses[i][j] = next_random(&seed) / 65536 % demand.count;
    return demand;
}

static enum status run(struct demand *demand, unsigned char *kept, bool *is_minimal)
{
    const struct minimize task = {
        .test = test, .context = demand, .count = demand->count, .group_count = demand->count};
    enum status status;
    memset(kept, 1, demand->count);
    *is_minimal = false;
    while ((status = minimize(&task, kept, is_minimal)) == STATUS_OK && !*is_minimal)
        ; /* little was left of many */
    return status;
}

static void test_nothing_can_go(void **state)
{
    (void)state;
    static unsigned char kept[parts_max], other[parts_max];
    for (unsigned seed = 1; seed <= 60; seed++) {
        struct demand demand = make_demand(seed);
        bool is_minimal;
        assert_int_equal(run(&demand, kept, &is_minimal), STATUS_OK);
        assert_true(will_do(&demand, kept));
        for (size_t i = 0; i < demand.count; i++) {
            if (!kept[i])
                continue;
            kept[i] = 0;
            assert_false(will_do(&demand, kept));
            kept[i] = 1;
        }
        assert_int_equal(run(&demand, other, &is_minimal), STATUS_OK);
        assert_memory_equal(kept, other, demand.count);
    }
}

/* Few of many are found in few tests. */
static void test_is_quick(void **state)
{
    (void)state;
    static unsigned char kept[parts_max];
    struct demand demand = {.count = parts_max,
                            .clauses = {{7, 7, 7}, {1500, 1500, 1500}, {2999, 2999, 2999}}};
    demand.clause_count = 3;
    bool is_minimal;
    assert_int_equal(run(&demand, kept, &is_minimal), STATUS_OK);
    assert_true(kept[7] && kept[1500] && kept[2999]);
    assert_true(demand.tests < 120);
}

static void test_groups_go_as_one(void **state)
{
    (void)state;
    unsigned char kept[12];
    size_t groups[12];
    struct demand demand = {.count = 12, .clauses = {{5, 5, 5}}, .clause_count = 1};
    for (size_t i = 0; i < 12; i++)
        groups[i] = i / 4;
    memset(kept, 1, sizeof kept);
    const struct minimize task = {
        .test = test, .context = &demand, .count = 12, .groups = groups, .group_count = 3};
    bool is_minimal;
    assert_int_equal(minimize(&task, kept, &is_minimal), STATUS_OK);
    assert_true(is_minimal);
    for (size_t i = 0; i < 12; i++)
        assert_int_equal(kept[i], i / 4 == 1);
}

static void test_what_is_left_when_stopped_will_do(void **state)
{
    (void)state;
    static unsigned char kept[parts_max];
    for (size_t tests = 1; tests < 20; tests++) {
        struct demand demand = make_demand(3);
        bool is_minimal;
        demand.tests_max = tests;
        assert_int_equal(run(&demand, kept, &is_minimal), STATUS_STOPPED);
        assert_false(is_minimal);
        assert_true(will_do(&demand, kept));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_can_go),
        cmocka_unit_test(test_is_quick),
        cmocka_unit_test(test_groups_go_as_one),
        cmocka_unit_test(test_what_is_left_when_stopped_will_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
