/* What a cell remembers of writes: which come before which, and for how long what they knew is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "replay/actor.h"
#include "replay/cell.h"
#include "replay/clock.h"
#include "replay/situation.h"

enum { key = 5, actors = cell_writes_max + 2 };

struct fixture {
    struct heap heap;
    struct clock_pool clocks;
    struct cell_table table;
    struct cell *cell;
    struct actor actor[actors];
    uint64_t now;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    heap_init(&fixture->heap);
    clock_pool_init(&fixture->clocks, &fixture->heap);
    cell_table_init(&fixture->table, &fixture->clocks, &fixture->heap);
    fixture->cell = cell_table_cell(&fixture->table, 1, key, 0);
    assert_non_null(fixture->cell);
    for (uint32_t i = 0; i < actors; i++)
        fixture->actor[i] =
            (struct actor){.references = 1, .number = 1 + i, .slot = i, .epoch = 1, .loop = 1};
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    for (uint32_t i = 0; i < actors; i++) {
        situation_leave(&fixture->table, &fixture->actor[i]);
        clock_release(&fixture->clocks, fixture->actor[i].clock);
    }
    cell_table_fini(&fixture->table);
    assert_int_equal(fixture->heap.used_bytes, 0);
    heap_fini(&fixture->heap);
    free(fixture);
    return 0;
}

static void learn(struct fixture *fixture, uint32_t who, uint32_t of)
{
    clock_raise(&fixture->clocks, &fixture->actor[who].clock, of, fixture->actor[of].epoch);
}

/* The actor writes, in a step of its own; returns the write's number. */
static uint64_t write_by(struct fixture *fixture, uint32_t who, uint64_t base)
{
    struct actor *actor = &fixture->actor[who];
    actor->step = ++fixture->now;
    struct situation *situation = situation_of(&fixture->table, actor);
    assert_non_null(situation);
    struct write write = {.at = situation_retain(situation),
                          .number = fixture->now,
                          .slot = actor->slot,
                          .epoch = actor->epoch,
                          .base_number = base};
    assert_int_equal(cell_remember(&fixture->table, fixture->cell, write, NULL), STATUS_OK);
    situation_leave(&fixture->table, actor);
    return write.number;
}

static void test_order_of_writes_is_known_while_both_are_remembered(void **state)
{
    struct fixture *fixture = *state;
    write_by(fixture, 0, 0); /* goes when there are too many */
    uint64_t first = write_by(fixture, 1, 0);
    uint64_t apart = write_by(fixture, 2, 0);
    learn(fixture, 3, 1);
    uint64_t later = write_by(fixture, 3, 0);
    for (uint32_t i = 4; i < actors - 1; i++)
        write_by(fixture, i, 0);
    assert_int_equal(fixture->cell->write_count, cell_writes_max);
    assert_int_equal(fixture->cell->writes[0].number, first);
    assert_true(cell_write_before(fixture->cell, first, later));
    assert_false(cell_write_before(fixture->cell, apart, later));
    assert_false(cell_write_before(fixture->cell, first, apart));
    assert_false(cell_write_before(fixture->cell, later, first));
}

static void test_order_is_not_asked_of_two_that_count_on(void **state)
{
    struct fixture *fixture = *state;
    uint64_t first = write_by(fixture, 0, 1);
    learn(fixture, 1, 0);
    write_by(fixture, 1, first);
    assert_int_equal(fixture->cell->writes[1].known, 0);
}

static void test_a_write_keeps_what_it_knew_as_long_as_somebody_asks(void **state)
{
    struct fixture *fixture = *state;
    learn(fixture, 0, 1);
    cell_retain_asking(fixture->cell);
    write_by(fixture, 0, 0);
    cell_retain_asking(fixture->cell);
    cell_release_asking(&fixture->table, fixture->cell);
    assert_non_null(fixture->cell->writes[0].at->clock);
    cell_release_asking(&fixture->table, fixture->cell);
    assert_true(fixture->cell->writes[0].is_resting);
    assert_null(fixture->cell->writes[0].at->clock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_order_of_writes_is_known_while_both_are_remembered, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_order_is_not_asked_of_two_that_count_on, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_write_keeps_what_it_knew_as_long_as_somebody_asks, setup,
                                        teardown),
    };
    return cmocka_run_group_tests_name("cell_writes", tests, NULL, NULL);
}
