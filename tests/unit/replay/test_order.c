/* What actors come to know of each other, against plain arrays: whatever joins skip has to be known already. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "replay/actor.h"
#include "replay/order.h"

enum {
    places = 320, /* more than clocks without witnesses have */
    alive = 300,
    tokens = 60,
    instants = 20,
    running = 3, /* at the same time; what the step of one has sent reaches another before it ends */
    rounds = 30000,
    loops = 3
};

/* A clock, and a point, as they should be. */
struct expected {
    uint32_t counts[places];
    struct clock_point point;
};

struct expected_token {
    struct expected sent;
    uint64_t sender;
    bool is_merged;
};

struct world {
    struct heap heap;
    struct order order;
    struct actor *actors[alive];
    struct expected known[alive];
    bool is_admitted[alive];
    uint32_t running[running]; /* an index in `actors` */
    uint32_t sent[running][tokens];
    uint32_t sent_count[running];
    struct expected_token tokens[tokens];
    struct instant instants[instants];
    struct expected noted[instants];
    uint64_t actors_made;
    uint32_t random;
};

/* Deterministic: xorshift. */
static uint32_t random_below(struct world *world, uint32_t limit)
{
    world->random ^= world->random << 13;
    world->random ^= world->random >> 17;
    world->random ^= world->random << 5;
    return world->random % limit;
}

static void raise_expected(uint32_t counts[places], struct clock_point point)
{
    if (point.epoch > counts[point.slot])
        counts[point.slot] = point.epoch;
}

static void join_expected(uint32_t counts[places], const uint32_t others[places])
{
    for (uint32_t i = 0; i < places; i++)
        if (others[i] > counts[i])
            counts[i] = others[i];
}

static void learn_expected(struct expected *known, const struct expected *other)
{
    join_expected(known->counts, other->counts);
    raise_expected(known->counts, other->point);
}

static void make_actor(struct world *world, uint32_t index)
{
    struct actor *actor = calloc(1, sizeof *actor);
    assert_non_null(actor);
    *actor = (struct actor){
        .references = 1, .number = ++world->actors_made, .loop = 1 + random_below(world, loops)};
    world->actors[index] = actor;
    memset(&world->known[index], 0, sizeof world->known[index]);
}

/* Nobody asks about it any more, so that its slot may go to anybody. */
static void end_actor(struct world *world, uint32_t index)
{
    struct actor *actor = world->actors[index];
    slots_end(&world->order.slots, actor);
    clock_release(&world->order.clocks, actor->clock);
    actor->clock = NULL;
    VECTOR_FINI(&actor->sent);
    if (actor->slots != NULL)
        slots_leave(&world->order.slots, actor);
    free(actor);
}

static void note_point(struct world *world, uint32_t index)
{
    const struct actor *actor = world->actors[index];
    world->known[index].point = (struct clock_point){actor->slot, actor->epoch};
}

static void carry_expected(struct world *world, uint32_t token, uint32_t index)
{
    struct expected_token *its = &world->tokens[token];
    const struct expected *known = &world->known[index];
    if (its->sent.point.epoch != 0 && its->sender != world->actors[index]->number) {
        raise_expected(its->sent.counts, its->sent.point);
        its->is_merged = true;
    }
    if (its->is_merged)
        join_expected(its->sent.counts, known->counts);
    else
        memcpy(its->sent.counts, known->counts, sizeof known->counts);
    its->sent.point = known->point;
    its->sender = world->actors[index]->number;
}

static void begin_step(struct world *world, uint32_t place)
{
    uint32_t index;
    bool is_free;
    do { /* somebody who does not run */
        index = random_below(world, alive);
        is_free = true;
        for (uint32_t i = 0; i < running; i++)
            is_free &= i == place || world->running[i] != index;
    } while (!is_free);
    world->running[place] = index;
    world->sent_count[place] = 0;
    struct actor *actor = world->actors[index];
    bool is_new = random_below(world, 10) == 0;
    if (is_new) {
        end_actor(world, index);
        make_actor(world, index);
        actor = world->actors[index];
    }
    /* Some begin knowing nothing of whoever had their slot. */
    uint32_t number = is_new && random_below(world, 2) == 0 ? tokens : random_below(world, tokens);
    const struct token *token = map_get_pointer(&world->order.tokens, number);
    if (token != NULL) {
        assert_int_equal(order_receive(&world->order, actor, token), STATUS_OK);
        learn_expected(&world->known[index], &world->tokens[number].sent);
    }
    if (actor->slots == NULL)
        assert_int_equal(slots_admit(&world->order.slots, actor), STATUS_OK);
    else
        slots_advance(&world->order.slots, actor);
    assert_in_range(actor->slot, 0, places - 1);
    note_point(world, index);
}

static void end_step(struct world *world, uint32_t place)
{
    uint32_t index = world->running[place];
    for (uint32_t i = 0; i < world->sent_count[place]; i++)
        carry_expected(world, world->sent[place][i], index);
    assert_int_equal(order_end_step(&world->order, world->actors[index]), STATUS_OK);
}

static void send_token(struct world *world, uint32_t place)
{
    uint32_t index = world->running[place];
    uint32_t token = random_below(world, tokens);
    bool keep = random_below(world, 3) == 0;
    bool now = random_below(world, 3) == 0;
    if (world->sent_count[place] == tokens)
        return;
    if (!keep)
        memset(&world->tokens[token], 0, sizeof world->tokens[token]);
    carry_expected(world, token, index);
    assert_int_equal(order_send(&world->order, world->actors[index], token, keep, now), STATUS_OK);
    if (now)
        note_point(world, index);
    else
        world->sent[place][world->sent_count[place]++] = token;
}

static void receive_token(struct world *world, uint32_t place)
{
    uint32_t index = world->running[place];
    uint32_t number = random_below(world, tokens);
    const struct token *token = map_get_pointer(&world->order.tokens, number);
    if (token == NULL)
        return;
    assert_int_equal(order_receive(&world->order, world->actors[index], token), STATUS_OK);
    learn_expected(&world->known[index], &world->tokens[number].sent);
}

static void note_or_learn(struct world *world, uint32_t place)
{
    uint32_t index = world->running[place];
    uint32_t instant = random_below(world, instants);
    if (random_below(world, 2) == 0) {
        order_note(&world->order, &world->instants[instant], world->actors[index]);
        world->noted[instant] = world->known[index];
    } else {
        order_learn(&world->order, world->actors[index], &world->instants[instant]);
        learn_expected(&world->known[index], &world->noted[instant]);
    }
}

static void join_loop(struct world *world, uint32_t place)
{
    uint32_t index = world->running[place];
    const struct actor *actor = world->actors[index];
    uint64_t loop = 1 + random_below(world, loops);
    for (uint32_t i = 0; i < world->order.slots.items.count; i++)
        if (world->order.slots.items.items[i].loop == loop && i != actor->slot)
            raise_expected(world->known[index].counts,
                           (struct clock_point){i, world->order.slots.items.items[i].epoch});
    order_join_loop(&world->order, world->actors[index], loop);
}

static void check_same(const struct world *world, uint32_t index, uint32_t round)
{
    for (uint32_t slot = 0; slot < places; slot++)
        if (clock_get(world->actors[index]->clock, slot) != world->known[index].counts[slot])
            fail_msg("round %u, slot %u: %u instead of %u", round, slot,
                     clock_get(world->actors[index]->clock, slot), world->known[index].counts[slot]);
}

static void knowledge_agrees_with_arrays(void **unused)
{
    (void)unused;
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    heap_init(&world->heap);
    order_init(&world->order, &world->heap);
    world->random = 20261123;
    for (uint32_t i = 0; i < alive; i++)
        make_actor(world, i);
    for (uint32_t i = 0; i < running; i++)
        world->running[i] = UINT32_MAX;
    for (uint32_t round = 0; round < rounds; round++) {
        uint32_t place = random_below(world, running);
        uint32_t what = random_below(world, 100);
        if (world->running[place] == UINT32_MAX || what < 30) {
            if (world->running[place] != UINT32_MAX)
                end_step(world, place);
            begin_step(world, place);
        } else if (what < 55) {
            send_token(world, place);
        } else if (what < 80) {
            receive_token(world, place);
        } else if (what < 99) {
            note_or_learn(world, place);
        } else if (random_below(world, 10) == 0) {
            join_loop(world, place);
        }
        check_same(world, world->running[place], round);
    }
    for (uint32_t i = 0; i < alive; i++) {
        check_same(world, i, rounds);
        end_actor(world, i);
    }
    for (uint32_t i = 0; i < instants; i++)
        order_forget(&world->order, &world->instants[i]);
    order_fini(&world->order);
    assert_int_equal(world->heap.used_bytes, 0);
    heap_fini(&world->heap);
    free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(knowledge_agrees_with_arrays)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
