/* Slots: who gets whose, and what becomes of those that nobody waits for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "replay/actor.h"
#include "replay/clock.h"
#include "replay/slots.h"

enum { loop = 1, other_loop = 2 };

struct fixture {
    struct slots slots;
    struct heap heap;
    struct clock_pool clocks;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    heap_init(&fixture->heap);
    clock_pool_init(&fixture->clocks, &fixture->heap);
    slots_init(&fixture->slots, &fixture->clocks);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    slots_fini(&fixture->slots);
    clock_pool_fini(&fixture->clocks);
    heap_fini(&fixture->heap);
    free(fixture);
    return 0;
}

/* An actor that begins, and knows of `before` (which may be NULL) all that it did. */
static struct actor *begin(struct fixture *fixture, uint64_t its_loop, const struct actor *before)
{
    struct actor *actor = calloc(1, sizeof *actor);
    assert_non_null(actor);
    actor->references = 1;
    actor->loop = its_loop;
    if (before != NULL)
        clock_raise(&fixture->clocks, &actor->clock, before->slot, before->epoch);
    assert_int_equal(slots_admit(&fixture->slots, actor), STATUS_OK);
    return actor;
}

static void end(struct fixture *fixture, struct actor *actor)
{
    slots_end(&fixture->slots, actor);
}

/* Nobody refers to it any more. */
static void leave(struct fixture *fixture, struct actor *actor)
{
    clock_release(&fixture->clocks, actor->clock);
    actor->clock = NULL;
    actor_release(actor);
}

static void actors_alive_have_slots_of_their_own(void **state)
{
    struct actor *one = begin(*state, loop, NULL);
    struct actor *other = begin(*state, loop, one);
    assert_int_not_equal(one->slot, other->slot);
    leave(*state, other);
    leave(*state, one);
}

static void who_begins_knowing_all_that_one_did_has_its_slot(void **state)
{
    struct actor *one = begin(*state, loop, NULL);
    slots_advance(&((struct fixture *)*state)->slots, one);
    end(*state, one);
    struct actor *next = begin(*state, loop, one);
    assert_int_equal(next->slot, one->slot);
    assert_true(next->epoch > one->epoch);
    leave(*state, next);
    leave(*state, one);
}

static void who_does_not_know_it_has_another_while_it_is_asked_about(void **state)
{
    struct actor *one = begin(*state, loop, NULL);
    end(*state, one);
    struct actor *next = begin(*state, loop, NULL);
    assert_int_not_equal(next->slot, one->slot);
    uint32_t left = one->slot;
    uint32_t epoch = one->epoch;
    leave(*state, one); /* and now nobody asks */
    struct actor *last = begin(*state, other_loop, NULL);
    assert_int_equal(last->slot, left);
    assert_true(last->epoch > epoch);
    leave(*state, last);
    leave(*state, next);
}

static void knowing_a_part_is_not_enough(void **state)
{
    struct actor *one = begin(*state, loop, NULL);
    struct actor seen = *one;
    slots_advance(&((struct fixture *)*state)->slots, one);
    end(*state, one);
    struct actor *next = begin(*state, loop, &seen);
    assert_int_not_equal(next->slot, one->slot);
    leave(*state, next);
    leave(*state, one);
}

static void a_slot_that_two_had_is_free_when_nobody_asks_about_either(void **state)
{
    struct actor *one = begin(*state, loop, NULL);
    end(*state, one);
    struct actor *next = begin(*state, loop, one);
    uint32_t slot = next->slot;
    end(*state, next);
    leave(*state, next);
    struct actor *stranger = begin(*state, loop, NULL);
    assert_int_not_equal(stranger->slot, slot);
    leave(*state, one);
    struct actor *last = begin(*state, loop, NULL);
    assert_int_equal(last->slot, slot);
    leave(*state, last);
    leave(*state, stranger);
}

static void beyond_the_horizon_those_that_ended_first_are_retired(void **state)
{
    struct fixture *fixture = *state;
    struct actor **ended = calloc(slots_max, sizeof(struct actor *));
    assert_non_null(ended);
    for (uint32_t i = 0; i < slots_max; i++) {
        ended[i] = begin(fixture, loop, NULL);
        end(fixture, ended[i]);
    }
    assert_int_equal(fixture->slots.retired_count, 0);
    struct actor *next = begin(fixture, loop, NULL);
    assert_int_equal(fixture->slots.retired_count, 1);
    assert_true(ended[0]->is_retired);
    assert_false(ended[1]->is_retired);
    assert_int_equal(next->slot, ended[0]->slot);
    assert_int_equal(fixture->slots.items.count, slots_max);
    leave(*state, next);
    for (uint32_t i = 0; i < slots_max; i++)
        actor_release(ended[i]);
    free(ended);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(actors_alive_have_slots_of_their_own, setup, teardown),
        cmocka_unit_test_setup_teardown(who_begins_knowing_all_that_one_did_has_its_slot, setup, teardown),
        cmocka_unit_test_setup_teardown(who_does_not_know_it_has_another_while_it_is_asked_about, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(knowing_a_part_is_not_enough, setup, teardown),
        cmocka_unit_test_setup_teardown(a_slot_that_two_had_is_free_when_nobody_asks_about_either, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(beyond_the_horizon_those_that_ended_first_are_retired, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
