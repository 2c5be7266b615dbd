/* Pools: items are apart from each other, come back, and are counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/pool.h"

enum { item_bytes = 20, items_max = 5000 };

static void test_items_are_apart(void **state)
{
    (void)state;
    struct pool pool;
    unsigned char *items[items_max];
    pool_init(&pool, item_bytes);
    for (int i = 0; i < items_max; i++) {
        items[i] = pool_take(&pool);
        assert_non_null(items[i]);
        assert_int_equal((uintptr_t)items[i] % sizeof(void *), 0);
        memset(items[i], i % 251, item_bytes);
    }
    for (int i = 0; i < items_max; i++)
        for (int j = 0; j < item_bytes; j++)
            assert_int_equal(items[i][j], i % 251);
    assert_int_equal(pool.used_count, items_max);
    for (int i = 0; i < items_max; i++)
        pool_give(&pool, items[i]);
    assert_int_equal(pool.used_count, 0);
    pool_fini(&pool);
}

static void test_counts_what_is_used(void **state)
{
    (void)state;
    struct pool pool;
    pool_init(&pool, item_bytes);
    void *first = pool_take(&pool), *second = pool_take(&pool);
    pool_give(&pool, first);
    assert_int_equal(pool.used_count, 1);
    assert_int_equal(pool_used_bytes(&pool), 24); /* a multiple of what a pointer takes */
    void *third = pool_take(&pool);
    assert_non_null(third);
    assert_ptr_not_equal(third, second);
    assert_int_equal(pool.used_count, 2);
    pool_give(&pool, second);
    pool_give(&pool, third);
    pool_fini(&pool);
}

static void test_can_be_used_again(void **state)
{
    (void)state;
    struct pool pool;
    pool_init(&pool, item_bytes);
    pool_give(&pool, pool_take(&pool));
    pool_fini(&pool);
    void *item = pool_take(&pool);
    assert_non_null(item);
    pool_give(&pool, item);
    pool_fini(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_items_are_apart),
        cmocka_unit_test(test_counts_what_is_used),
        cmocka_unit_test(test_can_be_used_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
