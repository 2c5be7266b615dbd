/* Must-happen-before.
 *
 * In: schedule, send and receive events. Out: clocks. What must hold: a token that was sent in a running step carries at
 * least what the actor knew then, and everything up to the step's end once that is over (nobody else on the loop can
 * run before). */
#include "replay/order.h"

#include <string.h>

#include "base/heap.h"
#include "replay/actor.h"

void order_init(struct order *order, struct heap *heap)
{
    *order = (struct order){.heap = heap, .fifo = {.heap = heap, .clocks = &order->clocks}};
    clock_pool_init(&order->clocks, heap);
    map_init(&order->tokens);
    map_init(&order->loops);
    slots_init(&order->slots, &order->clocks);
}

static void token_free(struct order *order, struct token *token);

static void loop_free(struct order *order, struct loop *loop)
{
    for (uint32_t i = 0; i < loop_handles_max; i++)
        if (loop->latest[i] != NULL)
            fifo_handle_settle(&order->fifo, loop->latest[i]);
    for (uint32_t i = 0; i < loop_handles_max; i++)
        fifo_handle_release(&order->fifo, loop->latest[i]);
    heap_give(order->heap, loop, sizeof *loop);
}

void order_fini(struct order *order)
{
    size_t cursor = 0;
    uint64_t number;
    uint64_t value;
    while (map_next(&order->tokens, &cursor, &number, &value))
        token_free(order, (struct token *)(uintptr_t)value);
    map_fini(&order->tokens);
    cursor = 0;
    while (map_next(&order->loops, &cursor, &number, &value))
        loop_free(order, (struct loop *)(uintptr_t)value);
    map_fini(&order->loops);
    slots_fini(&order->slots);
    clock_pool_fini(&order->clocks);
}

/* The value of that number in the map, allocated with zeros if it is new; NULL: no memory. */
static void *entry_of(struct heap *heap, struct map *map, uint64_t number, size_t bytes)
{
    bool added;
    uint64_t *value = map_entry(map, number, &added);
    if (value == NULL)
        return NULL;
    if (added) {
        void *made = heap_take(heap, bytes);
        if (made == NULL) {
            map_remove(map, number, NULL);
            return NULL;
        }
        memset(made, 0, bytes);
        *value = (uint64_t)(uintptr_t)made;
    }
    return (void *)(uintptr_t)*value;
}

struct token *order_token(struct order *order, uint64_t number)
{
    return entry_of(order->heap, &order->tokens, number, sizeof(struct token));
}

struct loop *order_loop(struct order *order, uint64_t number)
{
    struct loop *loop = entry_of(order->heap, &order->loops, number, sizeof(struct loop));
    if (loop != NULL)
        loop->number = number;
    return loop;
}

/* Takes out what was sent. */
static void token_empty(struct order *order, struct token *token)
{
    order_forget(order, &token->sent);
    clock_release(&order->clocks, token->latest);
    fifo_view_release(&order->fifo, &token->backlog);
    token->latest = NULL;
    token->is_merged = false;
}

static void token_free(struct order *order, struct token *token)
{
    if (token->handle != NULL && !token->handle->is_begun)
        token->handle->is_gone = true;
    token_empty(order, token);
    fifo_view_release(&order->fifo, &token->before);
    fifo_handle_release(&order->fifo, token->handle);
    clock_release(&order->clocks, token->run);
    heap_give(order->heap, token, sizeof *token);
}

void order_retire(struct order *order, uint64_t number)
{
    uint64_t value;
    if (map_remove(&order->tokens, number, &value))
        token_free(order, (struct token *)(uintptr_t)value);
}

/* The actor's time up to now. */
static struct clock_point point_of(const struct actor *actor)
{
    return (struct clock_point){actor->slot, actor->epoch};
}

/* Before anybody can learn of this epoch of the actor: whoever does knows at least what it knows now. What it learns later in
 * the same epoch some of them may not know. */
static void vouch(struct order *order, struct actor *actor)
{
    if (actor->told_epoch == actor->epoch)
        return;
    actor->told_epoch = actor->epoch;
    clock_vouch(&order->clocks, actor->clock, point_of(actor));
}

void order_note(struct order *order, struct instant *instant, struct actor *actor)
{
    vouch(order, actor);
    struct clock *clock = clock_retain(actor->clock);
    clock_release(&order->clocks, instant->clock);
    *instant = (struct instant){clock, actor->slot, actor->epoch};
}

void order_forget(struct order *order, struct instant *instant)
{
    clock_release(&order->clocks, instant->clock);
    *instant = (struct instant){0};
}

void order_learn(struct order *order, struct actor *actor, const struct instant *instant)
{
    clock_join_at(&order->clocks, &actor->clock, point_of(actor), instant->clock,
                  (struct clock_point){instant->slot, instant->epoch});
    if (instant->epoch != 0)
        clock_raise(&order->clocks, &actor->clock, instant->slot, instant->epoch);
}

/* Adds the actor's backlog to the token's, which is somebody else's. */
static enum status token_carry_backlog(struct order *order, struct token *token, const struct actor *actor)
{
    if (actor->backlog == NULL || fifo_has_all(&order->fifo, &token->backlog, actor->backlog))
        return STATUS_OK;
    struct backlog *both = NULL;
    struct backlog_view own = {0};
    fifo_look(&order->fifo, &own, actor->backlog);
    enum status status = fifo_add_all(&order->fifo, &both, &token->backlog, NULL);
    if (status == STATUS_OK)
        status = fifo_add_all(&order->fifo, &both, &own, NULL);
    fifo_view_release(&order->fifo, &own);
    fifo_look(&order->fifo, &token->backlog, both);
    fifo_backlog_release(&order->fifo, both);
    return status;
}

/* At the end of a step that learned of nothing after it sent there is nothing to add. */
static void token_merge(struct order *order, struct token *token, const struct actor *actor)
{
    if (actor->clock == token->latest)
        return;
    clock_join_at(&order->clocks, &token->sent.clock, (struct clock_point){0}, actor->clock, point_of(actor));
    clock_release(&order->clocks, token->latest);
    token->latest = clock_retain(actor->clock);
}

/* Adds the actor's now to what the token carries. */
static enum status token_carry(struct order *order, struct token *token, struct actor *actor)
{
    struct instant *sent = &token->sent;
    enum status status = STATUS_OK;
    if (token->is_wake) {
        fifo_look(&order->fifo, &token->backlog, actor->backlog);
        return STATUS_OK;
    }
    vouch(order, actor);
    bool is_merge = sent->epoch != 0 && token->sender != actor->number;
    if (is_merge)
        clock_raise(&order->clocks, &sent->clock, sent->slot, sent->epoch);
    token->is_merged |= is_merge;
    if (token->is_merged && token->backlog.count > 0)
        status = token_carry_backlog(order, token, actor);
    else
        fifo_look(&order->fifo, &token->backlog, actor->backlog);
    if (token->is_merged) {
        token_merge(order, token, actor);
    } else { /* it knows all that it knew before */
        clock_release(&order->clocks, sent->clock);
        sent->clock = clock_retain(actor->clock);
    }
    sent->slot = actor->slot;
    sent->epoch = actor->epoch;
    token->sender = actor->number;
    return status;
}

enum status order_send(struct order *order, struct actor *actor, uint64_t token_number, bool keep, bool now)
{
    struct token *token = order_token(order, token_number);
    if (token == NULL)
        return STATUS_NOMEM;
    if (!keep)
        token_empty(order, token);
    if (token_carry(order, token, actor) != STATUS_OK)
        return STATUS_NOMEM;
    if (now) {
        slots_advance(&order->slots, actor);
        return STATUS_OK;
    }
    return VECTOR_PUSH(&actor->sent, token_number);
}

enum status order_wake(struct order *order, struct actor *actor, uint64_t token_number)
{
    order_retire(order, token_number);
    struct token *token = order_token(order, token_number);
    if (token == NULL)
        return STATUS_NOMEM;
    token->is_wake = true;
    return VECTOR_PUSH(&actor->sent, token_number);
}

enum status order_queue(struct order *order, struct actor *actor, struct token *token, uint64_t loop)
{
    struct handle *handle = fifo_handle_new(&order->fifo, actor, loop, token->is_wake);
    if (handle == NULL)
        return STATUS_NOMEM;
    fifo_handle_release(&order->fifo, token->handle);
    token->handle = handle;
    fifo_look(&order->fifo, &token->before, actor->backlog);
    return fifo_add(&order->fifo, &actor->backlog, handle);
}

enum status order_receive(struct order *order, struct actor *actor, const struct token *token)
{
    if (token->is_wake)
        return STATUS_OK;
    order_learn(order, actor, &token->sent);
    return order_receive_backlog(order, actor, token);
}

enum status order_receive_backlog(struct order *order, struct actor *actor, const struct token *token)
{
    return fifo_add_all(&order->fifo, &actor->backlog, &token->backlog, actor->clock);
}

enum status order_receive_fifo(struct order *order, struct actor *actor, const struct token *token)
{
    enum status status = STATUS_OK;
    const struct handle *known = NULL; /* the latest looked at that is known to have run */
    for (uint32_t i = token->before.count; status == STATUS_OK && i-- > 0;) {
        const struct handle *handle = token->before.backlog->handles[i];
        if (handle->runner == NULL || handle->loop != actor->loop)
            continue;
        bool is_known = (known != NULL && fifo_stands_for(known, handle)) ||
                        order_before(handle->ran.slot, handle->ran.epoch, actor->clock);
        if (!is_known && order_within(handle->slot, handle->epoch, &token->sent)) {
            order_learn(order, actor, &handle->ran);
            status = fifo_add_all(&order->fifo, &actor->backlog, &handle->left, actor->clock);
            is_known = true;
        }
        if (is_known)
            known = handle;
    }
    return status == STATUS_OK ? fifo_handle_begins(&order->fifo, token->handle, actor) : status;
}

enum status order_ran(struct order *order, struct actor *actor, struct handle *handle)
{
    struct loop *loop = order_loop(order, actor->loop);
    if (loop == NULL)
        return STATUS_NOMEM;
    struct handle **place = &loop->latest[loop->run_count++ % loop_handles_max];
    if (*place != NULL)
        fifo_handle_settle(&order->fifo, *place);
    fifo_handle_release(&order->fifo, *place);
    *place = fifo_handle_retain(handle);
    vouch(order, actor);
    fifo_handle_ran(&order->fifo, handle, actor);
    return STATUS_OK;
}

enum status order_end_step(struct order *order, struct actor *actor)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < actor->sent.count; i++) {
        struct token *token = map_get_pointer(&order->tokens, actor->sent.items[i]);
        if (token != NULL)
            status = token_carry(order, token, actor);
    }
    actor->sent.count = 0;
    return status;
}

void order_join_loop(struct order *order, struct actor *actor, uint64_t loop_number)
{
    for (uint32_t i = 0; i < order->slots.items.count; i++) {
        const struct slot *slot = &order->slots.items.items[i];
        if (slot->loop != loop_number || i == actor->slot || clock_get(actor->clock, i) >= slot->epoch)
            continue;
        clock_raise(&order->clocks, &actor->clock, i, slot->epoch);
        clock_disclaim(&order->clocks,
                       (struct clock_point){i, slot->epoch}); /* not learned: what they knew */
    }
}
