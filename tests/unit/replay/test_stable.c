/* What is stable: who is asked, and when nobody can say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "replay/replay.h"
#include "replay/stable.h"

enum { loop = 1, alive = 2 };

struct fixture {
    struct replay replay;
    struct actor actors[alive];
};

static void live(struct fixture *fixture, uint32_t i, enum actor_kind kind)
{
    struct actor *actor = &fixture->actors[i];
    *actor = (struct actor){.references = 1, .number = 1 + i, .kind = kind, .loop = loop};
    assert_int_equal(map_put_pointer(&fixture->replay.actors, actor->number, actor), STATUS_OK);
    assert_int_equal(slots_admit(&fixture->replay.order.slots, actor), STATUS_OK);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    heap_init(&fixture->replay.heap);
    order_init(&fixture->replay.order, &fixture->replay.heap);
    map_init(&fixture->replay.actors);
    for (uint32_t i = 0; i < alive; i++)
        live(fixture, i, ACTOR_TASK);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    for (uint32_t i = 0; i < alive; i++)
        clock_release(&fixture->replay.order.clocks, fixture->actors[i].clock);
    map_fini(&fixture->replay.actors);
    order_fini(&fixture->replay.order);
    assert_int_equal(fixture->replay.heap.used_bytes, 0);
    heap_fini(&fixture->replay.heap);
    free(fixture);
    return 0;
}

/* The second actor learns all that the first did up to now. */
static void second_learns(struct fixture *fixture)
{
    struct actor *second = &fixture->actors[1];
    clock_raise(&fixture->replay.order.clocks, &second->clock, fixture->actors[0].slot,
                fixture->actors[0].epoch);
}

/* Whether what the first actor does now is stable. */
static bool is_first_stable(const struct fixture *fixture)
{
    struct stable stable;
    assert_int_equal(stable_find(&fixture->replay, &stable), STATUS_OK);
    bool is_stable = stable_has(&stable, fixture->actors[0].slot, fixture->actors[0].epoch);
    stable_fini(&stable);
    return is_stable;
}

static void test_what_all_others_know_is_stable(void **state)
{
    struct fixture *fixture = *state;
    assert_false(is_first_stable(fixture));
    second_learns(fixture);
    assert_true(is_first_stable(fixture));
    slots_advance(&fixture->replay.order.slots, &fixture->actors[0]);
    assert_false(is_first_stable(fixture));
}

static void send(struct fixture *fixture, uint32_t actor, uint32_t how)
{
    const uint64_t number = 7;
    struct token *token = order_token(&fixture->replay.order, number);
    assert_non_null(token);
    token->how = how;
    assert_int_equal(order_send(&fixture->replay.order, &fixture->actors[actor], number, true, true),
                     STATUS_OK);
}

static void test_a_handle_may_begin_with_what_it_carries(void **state)
{
    struct fixture *fixture = *state;
    send(fixture, 1, SCHEDULE_TIMER);
    second_learns(fixture);
    assert_false(is_first_stable(fixture));
    order_retire(&fixture->replay.order, 7);
    assert_true(is_first_stable(fixture));
}

static void test_other_tokens_are_received_by_who_knows_something(void **state)
{
    struct fixture *fixture = *state;
    send(fixture, 1, 0);
    second_learns(fixture);
    assert_true(is_first_stable(fixture));
}

static void test_a_loops_own_thread_counts_for_nothing(void **state)
{
    struct fixture *fixture = *state;
    fixture->actors[1].kind = ACTOR_THREAD;
    assert_false(is_first_stable(fixture));
    fixture->actors[1].hosted = loop;
    assert_true(is_first_stable(fixture));
}

static void test_a_thread_about_to_begin_may_know_anything(void **state)
{
    struct fixture *fixture = *state;
    second_learns(fixture);
    fixture->actors[1].kind = ACTOR_THREAD;
    fixture->actors[1].slots = NULL;
    struct stable stable;
    assert_int_equal(stable_find(&fixture->replay, &stable), STATUS_LIMIT);
    fixture->actors[1].slots = &fixture->replay.order.slots;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_all_others_know_is_stable, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_handle_may_begin_with_what_it_carries, setup, teardown),
        cmocka_unit_test_setup_teardown(test_other_tokens_are_received_by_who_knows_something, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_loops_own_thread_counts_for_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_thread_about_to_begin_may_know_anything, setup, teardown),
    };
    return cmocka_run_group_tests_name("stable", tests, NULL, NULL);
}
