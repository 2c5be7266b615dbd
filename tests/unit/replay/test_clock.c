/* Vector clocks against plain arrays: the algebra of joins, sharing, and that nothing leaks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "replay/clock.h"

enum { slots = 5000, clocks = 12, rounds = 4000 };

/* Deterministic: xorshift. */
static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static void nothing_is_known_at_first(void **unused)
{
    (void)unused;
    assert_int_equal(clock_get(NULL, 0), 0);
    assert_int_equal(clock_get(NULL, UINT32_MAX), 0);
    assert_true(clock_covers(NULL, NULL));
}

static void raising_reaches_every_slot(void **unused)
{
    (void)unused;
    static const uint32_t places[] = {0, 1, 15, 16, 17, 255, 256, 4095, 4096, 65536, 1u << 28, UINT32_MAX};
    struct clock_pool pool;
    struct heap heap;
    heap_init(&heap);
    clock_pool_init(&pool, &heap);
    struct clock *clock = NULL;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        clock_raise(&pool, &clock, places[i], (uint32_t)i + 1);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        assert_int_equal(clock_get(clock, places[i]), i + 1);
    assert_int_equal(clock_get(clock, 2), 0);
    clock_raise(&pool, &clock, 16, 1);
    assert_int_equal(clock_get(clock, 16), 4);
    clock_release(&pool, clock);
    assert_int_equal(heap.used_bytes, 0);
    heap_fini(&heap);
}

static void a_snapshot_does_not_change(void **unused)
{
    (void)unused;
    struct clock_pool pool;
    struct heap heap;
    heap_init(&heap);
    clock_pool_init(&pool, &heap);
    struct clock *clock = NULL;
    clock_raise(&pool, &clock, 3, 1);
    clock_raise(&pool, &clock, 300, 1);
    struct clock *snapshot = clock_retain(clock);
    clock_raise(&pool, &clock, 3, 9);
    clock_raise(&pool, &clock, 70000, 2);
    assert_int_equal(clock_get(snapshot, 3), 1);
    assert_int_equal(clock_get(snapshot, 70000), 0);
    assert_int_equal(clock_get(clock, 3), 9);
    assert_true(clock_covers(clock, snapshot));
    assert_false(clock_covers(snapshot, clock));
    clock_release(&pool, snapshot);
    clock_release(&pool, clock);
    assert_int_equal(heap.used_bytes, 0);
    heap_fini(&heap);
}

static void joining_what_is_covered_shares_it(void **unused)
{
    (void)unused;
    struct clock_pool pool;
    struct heap heap;
    heap_init(&heap);
    clock_pool_init(&pool, &heap);
    struct clock *less = NULL;
    clock_raise(&pool, &less, 7, 1);
    struct clock *more = clock_retain(less);
    clock_raise(&pool, &more, 8, 1);
    clock_join(&pool, &less, more);
    assert_ptr_equal(less, more);
    clock_release(&pool, less);
    clock_release(&pool, more);
    assert_int_equal(heap.used_bytes, 0);
    heap_fini(&heap);
}

static uint32_t expected[clocks][slots];

static void check_same(const struct clock *clock, const uint32_t counts[slots], size_t round)
{
    for (uint32_t slot = 0; slot < slots; slot++)
        if (clock_get(clock, slot) != counts[slot])
            fail_msg("round %zu, slot %u: %u instead of %u", round, slot, clock_get(clock, slot),
                     counts[slot]);
}

static void random_work_agrees_with_arrays(void **unused)
{
    (void)unused;
    struct clock_pool pool;
    struct heap heap;
    heap_init(&heap);
    clock_pool_init(&pool, &heap);
    struct clock *clock[clocks] = {NULL};
    memset(expected, 0, sizeof expected);
    uint32_t random = 20240229;
    for (size_t round = 0; round < rounds; round++) {
        uint32_t one = next_random(&random) % clocks;
        uint32_t other = next_random(&random) % clocks;
        if (next_random(&random) % 3 == 0) {
            clock_join(&pool, &clock[one], clock[other]);
            bool covered = true;
            for (size_t i = 0; i < slots; i++) {
                if (expected[other][i] > expected[one][i])
                    expected[one][i] = expected[other][i];
                covered &= expected[one][i] <= expected[other][i];
            }
            assert_true(clock_covers(clock[one], clock[other]));
            assert_int_equal(clock_covers(clock[other], clock[one]), covered);
        } else {
            /* Slots near each other and far apart, so that trees of several heights meet. */
            uint32_t slot = next_random(&random) % (next_random(&random) % 4 == 0 ? slots : 40);
            uint32_t count = next_random(&random) % 50;
            clock_raise(&pool, &clock[one], slot, count);
            if (count > expected[one][slot])
                expected[one][slot] = count;
        }
        if (round % 97 == 0)
            check_same(clock[one], expected[one], round);
    }
    for (size_t i = 0; i < clocks; i++) {
        check_same(clock[i], expected[i], rounds);
        clock_release(&pool, clock[i]);
    }
    assert_false(pool.exhausted);
    assert_int_equal(heap.used_bytes, 0);
    heap_fini(&heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_known_at_first),      cmocka_unit_test(raising_reaches_every_slot),
        cmocka_unit_test(a_snapshot_does_not_change),     cmocka_unit_test(joining_what_is_covered_shares_it),
        cmocka_unit_test(random_work_agrees_with_arrays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
