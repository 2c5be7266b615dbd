/* Handles that were queued: which are remembered, and which others stand for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "replay/actor.h"
#include "replay/fifo.h"

enum { loop = 1, handles = 2 };

struct fixture {
    struct heap heap;
    struct clock_pool clocks;
    struct fifo fifo;
    struct actor sender;
    struct actor runner;
    struct handle *queued[handles]; /* in this order */
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    heap_init(&fixture->heap);
    clock_pool_init(&fixture->clocks, &fixture->heap);
    fixture->fifo = (struct fifo){.heap = &fixture->heap, .clocks = &fixture->clocks};
    fixture->sender = (struct actor){.references = 1, .number = 1, .slot = 0, .epoch = 1};
    fixture->runner = (struct actor){.references = 1, .number = 2, .slot = 1, .epoch = 1};
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    for (uint32_t i = 0; i < handles; i++)
        fifo_handle_release(&fixture->fifo, fixture->queued[i]);
    assert_int_equal(fixture->runner.references, 1);
    assert_int_equal(fixture->heap.used_bytes, 0);
    heap_fini(&fixture->heap);
    free(fixture);
    return 0;
}

/* Both are queued and run; the latter may be one that a lock's release queued. */
static void queue_and_run(struct fixture *fixture, bool is_latter_wake)
{
    for (uint32_t i = 0; i < handles; i++) {
        bool is_wake = i == handles - 1 && is_latter_wake;
        fixture->queued[i] = fifo_handle_new(&fixture->fifo, &fixture->sender, loop, is_wake);
        assert_non_null(fixture->queued[i]);
    }
    for (uint32_t i = 0; i < handles; i++) {
        fixture->runner.epoch++;
        fifo_handle_ran(&fixture->fifo, fixture->queued[i], &fixture->runner);
    }
}

/* How many handles somebody who knows nothing gets of a backlog that has the two in this order. */
static uint32_t received(struct fixture *fixture, uint32_t first, uint32_t second)
{
    struct backlog *sent = NULL;
    struct backlog *got = NULL;
    struct backlog_view view = {0};
    assert_int_equal(fifo_add(&fixture->fifo, &sent, fixture->queued[first]), STATUS_OK);
    assert_int_equal(fifo_add(&fixture->fifo, &sent, fixture->queued[second]), STATUS_OK);
    fifo_look(&fixture->fifo, &view, sent);
    assert_int_equal(fifo_add_all(&fixture->fifo, &got, &view, NULL), STATUS_OK);
    uint32_t count = got->count;
    fifo_view_release(&fixture->fifo, &view);
    fifo_backlog_release(&fixture->fifo, sent);
    fifo_backlog_release(&fixture->fifo, got);
    return count;
}

static void the_latest_stands_for_those_before_it(void **state)
{
    queue_and_run(*state, false);
    assert_int_equal(received(*state, 0, 1), 1);
}

/* Backlogs that were put together have handles of one sender in any order. */
static void one_queued_before_stands_for_none_after_it(void **state)
{
    queue_and_run(*state, false);
    assert_int_equal(received(*state, 1, 0), 2);
}

static void one_that_a_release_queued_stands_for_none(void **state)
{
    queue_and_run(*state, true);
    assert_int_equal(received(*state, 0, 1), 2);
}

/* A backlog that nobody else refers to loses handles in place, one that somebody looks at is made anew. */
static void who_runs_a_handle_forgets_it_and_views_do_not(void **state)
{
    struct fixture *fixture = *state;
    struct actor *runner = &fixture->runner;
    struct backlog_view view = {0};
    queue_and_run(fixture, true);
    for (uint32_t i = 0; i < handles; i++)
        assert_int_equal(fifo_add(&fixture->fifo, &runner->backlog, fixture->queued[i]), STATUS_OK);
    fifo_look(&fixture->fifo, &view, runner->backlog);
    assert_int_equal(fifo_handle_begins(&fixture->fifo, fixture->queued[0], runner), STATUS_OK);
    assert_int_equal(view.backlog->count, handles);
    assert_int_equal(runner->backlog->count, 1);
    assert_ptr_equal(runner->backlog->handles[0], fixture->queued[1]);
    fifo_view_release(&fixture->fifo, &view);
    assert_int_equal(fifo_handle_begins(&fixture->fifo, fixture->queued[1], runner), STATUS_OK);
    assert_null(runner->backlog);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_latest_stands_for_those_before_it, setup, teardown),
        cmocka_unit_test_setup_teardown(one_queued_before_stands_for_none_after_it, setup, teardown),
        cmocka_unit_test_setup_teardown(one_that_a_release_queued_stands_for_none, setup, teardown),
        cmocka_unit_test_setup_teardown(who_runs_a_handle_forgets_it_and_views_do_not, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
