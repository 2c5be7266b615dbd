/* In: steps, edges and hand-overs of locks. Out: clocks of threads.
 * Must hold: what is sent covers an epoch as a whole, so an epoch ends with whatever is sent. */
#include "replay/run_order.h"

#include <stddef.h>

#include "replay/actor.h"
#include "replay/clock.h"
#include "replay/lockset.h"
#include "replay/order.h"

/* Among how many of the latest spare places one is looked for. */
enum { spare_tries_max = 256 };

void run_order_fini(struct run_order *order)
{
    VECTOR_FINI(&order->spare);
}

/* A spare place whose latest access the clock knows; false: there is none near. */
static bool take_spare(struct run_order *order, const struct clock *clock, struct run_slot *taken)
{
    size_t tries = order->spare.count < spare_tries_max ? order->spare.count : spare_tries_max;
    for (size_t i = order->spare.count; tries-- > 0;) {
        *taken = order->spare.items[--i];
        if (clock_get(clock, taken->slot) < taken->touched_epoch)
            continue;
        order->spare.items[i] = order->spare.items[--order->spare.count];
        return true;
    }
    return false;
}

enum status run_time_begin(struct run_order *order, struct clock_pool *clocks, struct run_time *time,
                           const struct actor *owner, const struct token *token)
{
    struct run_slot place = {0};
    clock_release(clocks, time->clock);
    *time = (struct run_time){.owner = owner->number};
    if (token != NULL)
        time->clock = clock_retain(token->run);
    if (!take_spare(order, time->clock, &place)) {
        if (order->slot_count == UINT32_MAX)
            return STATUS_LIMIT;
        place.slot = order->slot_count++;
        /* There is one for each that may be spare: then letting a place go needs no memory. */
        if (VECTOR_RESERVE(&order->spare, order->slot_count) != STATUS_OK)
            return STATUS_NOMEM;
    }
    time->slot = place.slot;
    time->epoch = place.epoch + 1;
    time->touched_epoch = place.touched_epoch; /* Those before it may not have been seen by who comes next. */
    return STATUS_OK;
}

void run_time_end(struct run_order *order, struct clock_pool *clocks, struct run_time *time)
{
    if (time->owner != 0)
        order->spare.items[order->spare.count++] =
            (struct run_slot){time->slot, time->epoch, time->touched_epoch};
    clock_release(clocks, time->clock);
    *time = (struct run_time){0};
}

/* Adds what the thread knows and did to a clock. */
static void join_time(struct clock_pool *clocks, struct clock **clock, const struct run_time *time)
{
    clock_join(clocks, clock, time->clock);
    clock_raise(clocks, clock, time->slot, time->epoch);
}

void run_time_send(struct clock_pool *clocks, struct run_time *time, struct token *token, bool keep, bool now)
{
    if (!keep) {
        clock_release(clocks, token->run);
        token->run = NULL;
    }
    join_time(clocks, &token->run, time);
    if (now)
        time->epoch++;
    else
        time->has_sent = true;
}

void run_time_receive(struct clock_pool *clocks, struct run_time *time, const struct token *token)
{
    clock_join(clocks, &time->clock, token->run);
}

void run_time_end_step(struct run_time *time)
{
    time->epoch += time->has_sent;
    time->has_sent = false;
}

void run_time_release(struct clock_pool *clocks, struct run_time *time, struct lock *lock)
{
    if (lock->permits == 1) {
        clock_release(clocks, lock->handed_over);
        lock->handed_over = NULL;
    }
    join_time(clocks, &lock->handed_over, time);
    time->epoch++;
}

void run_time_acquire(struct clock_pool *clocks, struct run_time *time, const struct lock *lock)
{
    clock_join(clocks, &time->clock, lock->handed_over);
}
