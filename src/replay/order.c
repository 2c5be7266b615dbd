/* Must-happen-before.
 *
 * In: schedule, send and receive events. Out: clocks. What must hold: a token that was sent in a running step carries at
 * least what the actor knew then, and everything up to the step's end once that is over (nobody else on the loop can
 * run before). */
#include "replay/order.h"

#include <stdlib.h>

#include "replay/actor.h"

void order_init(struct order *order)
{
    *order = (struct order){0};
    clock_pool_init(&order->clocks);
    map_init(&order->tokens);
    map_init(&order->loops);
}

static void map_free_values(struct map *map)
{
    size_t cursor = 0;
    uint64_t number;
    uint64_t value;
    while (map_next(map, &cursor, &number, &value))
        free((void *)(uintptr_t)value);
    map_fini(map);
}

void order_fini(struct order *order)
{
    map_free_values(&order->tokens);
    map_free_values(&order->loops);
    VECTOR_FINI(&order->slots);
    clock_pool_fini(&order->clocks);
}

enum status order_admit(struct order *order, struct actor *actor)
{
    if (order->slots.count >= UINT32_MAX)
        return STATUS_LIMIT;
    actor->slot = (uint32_t)order->slots.count;
    return VECTOR_PUSH(&order->slots, (struct slot){.loop = actor->loop});
}

void order_advance(struct order *order, struct actor *actor)
{
    actor->epoch++;
    order->slots.items[actor->slot].epoch = actor->epoch;
}

/* The value of that number in the map, allocated with zeros if it is new; NULL: no memory. */
static void *entry_of(struct map *map, uint64_t number, size_t bytes)
{
    bool added;
    uint64_t *value = map_entry(map, number, &added);
    if (value == NULL)
        return NULL;
    if (added) {
        void *made = calloc(1, bytes);
        if (made == NULL) {
            map_remove(map, number, NULL);
            return NULL;
        }
        *value = (uint64_t)(uintptr_t)made;
    }
    return (void *)(uintptr_t)*value;
}

struct token *order_token(struct order *order, uint64_t number)
{
    return entry_of(&order->tokens, number, sizeof(struct token));
}

struct loop *order_loop(struct order *order, uint64_t number)
{
    struct loop *loop = entry_of(&order->loops, number, sizeof(struct loop));
    if (loop != NULL)
        loop->number = number;
    return loop;
}

void order_retire(struct order *order, uint64_t number)
{
    uint64_t value;
    if (!map_remove(&order->tokens, number, &value))
        return;
    struct token *token = (struct token *)(uintptr_t)value;
    clock_release(&order->clocks, token->clock);
    free(token);
}

/* Adds the actor's time, its own epoch included, to a clock. */
static void join_time(struct order *order, struct clock **clock, const struct actor *actor)
{
    clock_join(&order->clocks, clock, actor->clock);
    clock_raise(&order->clocks, clock, actor->slot, actor->epoch);
}

enum status order_send(struct order *order, struct actor *actor, uint64_t token_number, bool keep, bool now)
{
    struct token *token = order_token(order, token_number);
    if (token == NULL)
        return STATUS_NOMEM;
    if (!keep) {
        clock_release(&order->clocks, token->clock);
        token->clock = NULL;
    }
    join_time(order, &token->clock, actor);
    token->slot = actor->slot;
    token->epoch = actor->epoch;
    if (now) {
        order_advance(order, actor);
        return STATUS_OK;
    }
    return VECTOR_PUSH(&actor->sent, token_number);
}

void order_receive(struct order *order, struct actor *actor, uint64_t token_number)
{
    const struct token *token = map_get_pointer(&order->tokens, token_number);
    if (token == NULL)
        return;
    clock_join(&order->clocks, &actor->clock, token->clock);
}

void order_receive_fifo(struct order *order, struct actor *actor, const struct loop *loop,
                        const struct token *token)
{
    uint64_t oldest = loop->run_count > fifo_handles_max ? loop->run_count - fifo_handles_max : 0;
    for (uint64_t i = loop->run_count; i-- > oldest;) {
        const struct handle_run *run = &loop->runs[i % fifo_handles_max];
        if (order_before(run->run_slot, run->run_epoch, actor->clock))
            continue;
        bool ordered = run->slot == token->slot && run->epoch == token->epoch
                           ? run->scheduled < token->scheduled
                           : order_before(run->slot, run->epoch, token->clock);
        if (ordered)
            clock_join(&order->clocks, &actor->clock, run->clock);
    }
}

void order_end_step(struct order *order, struct actor *actor)
{
    for (size_t i = 0; i < actor->sent.count; i++) {
        struct token *token = map_get_pointer(&order->tokens, actor->sent.items[i]);
        if (token != NULL)
            join_time(order, &token->clock, actor);
    }
    actor->sent.count = 0;
}

void order_remember_run(struct order *order, struct loop *loop, const struct actor *actor,
                        const struct token *handle)
{
    struct handle_run *run = &loop->runs[loop->run_count++ % fifo_handles_max];
    clock_release(&order->clocks, run->clock);
    *run = (struct handle_run){
        .slot = handle->slot,
        .epoch = handle->epoch,
        .scheduled = handle->scheduled,
        .run_slot = actor->slot,
        .run_epoch = actor->epoch,
    };
    join_time(order, &run->clock, actor);
}

void order_join_loop(struct order *order, struct actor *actor, uint64_t loop_number)
{
    for (size_t i = 0; i < order->slots.count; i++)
        if (order->slots.items[i].loop == loop_number && i != actor->slot)
            clock_raise(&order->clocks, &actor->clock, (uint32_t)i, order->slots.items[i].epoch);
}
