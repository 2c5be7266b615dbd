/* Acquisitions and sets of them: what a window asks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "replay/lockset.h"

static const struct lock one_lock = {.kind = LOCK_ASYNCIO, .permits = 1};
static const struct lock other_lock = {.kind = LOCK_THREADING, .permits = 1};

static void a_set_knows_what_is_held(void **unused)
{
    (void)unused;
    struct lockset *set = NULL;
    bool held;
    assert_false(lockset_holds(set, &one_lock, NULL));
    assert_int_equal(lockset_acquire(&set, &one_lock, 1), STATUS_OK);
    assert_int_equal(lockset_acquire(&set, &other_lock, 2), STATUS_OK);
    assert_true(lockset_holds(set, &one_lock, NULL));
    assert_false(lockset_holds(set, &one_lock, set->held[0]));
    assert_int_equal(lockset_drop(&set, &one_lock, NULL, 3, &held), STATUS_OK);
    assert_true(held);
    assert_false(lockset_holds(set, &one_lock, NULL));
    assert_true(lockset_holds(set, &other_lock, NULL));
    assert_int_equal(lockset_drop(&set, &one_lock, NULL, 4, &held), STATUS_OK);
    assert_false(held);
    assert_int_equal(lockset_drop(&set, &other_lock, NULL, 5, &held), STATUS_OK);
    assert_null(set);
}

static void a_snapshot_learns_of_the_release(void **unused)
{
    (void)unused;
    struct lockset *set = NULL;
    bool held;
    assert_int_equal(lockset_acquire(&set, &one_lock, 1), STATUS_OK);
    struct lockset *snapshot = lockset_retain(set);
    assert_int_equal(snapshot->held[0]->released, 0);
    assert_int_equal(lockset_drop(&set, &one_lock, NULL, 9, &held), STATUS_OK);
    assert_int_equal(lockset_acquire(&set, &one_lock, 10), STATUS_OK);
    assert_int_equal(snapshot->held[0]->released, 9);
    assert_true(lockset_holds(set, &one_lock, snapshot->held[0]));
    lockset_release(snapshot);
    lockset_release(set);
}

static void a_reentrant_lock_is_released_inside_out(void **unused)
{
    (void)unused;
    struct lockset *set = NULL;
    bool held;
    assert_int_equal(lockset_acquire(&set, &other_lock, 1), STATUS_OK);
    assert_int_equal(lockset_acquire(&set, &other_lock, 2), STATUS_OK);
    assert_int_equal(lockset_drop(&set, &other_lock, NULL, 3, &held), STATUS_OK);
    assert_int_equal(set->held[0]->since, 1);
    assert_int_equal(set->held[0]->released, 0);
    lockset_release(set);
}

static void lent_locks_count_while_they_are_held(void **unused)
{
    (void)unused;
    struct lockset *lender = NULL;
    struct lockset *own = NULL;
    struct lockset *all;
    bool held;
    assert_int_equal(lockset_acquire(&lender, &one_lock, 1), STATUS_OK);
    assert_int_equal(lockset_acquire(&own, &other_lock, 2), STATUS_OK);
    struct lockset *lent = lockset_retain(lender);
    assert_int_equal(lockset_held(&all, own, lent), STATUS_OK);
    assert_true(lockset_holds(all, &one_lock, NULL));
    assert_true(lockset_holds(all, &other_lock, NULL));
    lockset_release(all);
    assert_int_equal(lockset_drop(&lender, &one_lock, NULL, 3, &held), STATUS_OK);
    assert_int_equal(lockset_held(&all, own, lent), STATUS_OK);
    assert_false(lockset_holds(all, &one_lock, NULL));
    lockset_release(all);
    lockset_release(lent);
    lockset_release(own);
}

static void only_one_permit_excludes(void **unused)
{
    (void)unused;
    assert_true(lock_excludes(&one_lock));
    assert_false(lock_excludes(&(struct lock){.kind = LOCK_ASYNCIO_SEMAPHORE, .permits = 3}));
    assert_true(lock_excludes(&(struct lock){.kind = LOCK_ASYNCIO_SEMAPHORE, .permits = 1}));
    assert_false(
        lock_excludes(&(struct lock){.kind = LOCK_ASYNCIO_SEMAPHORE, .permits = 1, .is_signal = true}));
    assert_false(lock_excludes(&(struct lock){.is_flag = true, .permits = 1, .is_broken = true}));
    assert_true(lock_is_asyncio(&one_lock));
    assert_false(lock_is_asyncio(&other_lock));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_knows_what_is_held),
        cmocka_unit_test(a_snapshot_learns_of_the_release),
        cmocka_unit_test(a_reentrant_lock_is_released_inside_out),
        cmocka_unit_test(lent_locks_count_while_they_are_held),
        cmocka_unit_test(only_one_permit_excludes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
