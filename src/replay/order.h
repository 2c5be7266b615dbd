/* Must-happen-before: tokens that carry clocks from actor to actor, and the FIFO promise of event loops.
 *
 * What an edge means is told for each event kind in formats/events.yaml. */
#ifndef STALEREAD_REPLAY_ORDER_H
#define STALEREAD_REPLAY_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "base/status.h"
#include "base/vector.h"
#include "replay/clock.h"
#include "trace/event_kinds.h"

struct actor;

/* How many handles that ran lately a new one is compared with. Handles that an ordered chain of others connects
 * need not be among them, so that few are missed: only those of a ready queue longer than this. */
enum { fifo_handles_max = 256 };

struct token {
    struct clock *clock; /* counted */
    /* Of a loop's handle: */
    uint32_t how;  /* enum schedule_how; 0: no handle, or one that carries no order */
    uint32_t slot; /* of whoever scheduled it, and its epoch then */
    uint32_t epoch;
    uint64_t scheduled; /* number of the event */
    bool is_wake;       /* queued by the release of a lock; carries no order */
};

/* A handle queued by call_soon that has run. */
struct handle_run {
    uint32_t slot; /* of whoever scheduled it, and its epoch then */
    uint32_t epoch;
    uint64_t scheduled;
    uint32_t run_slot; /* of whoever ran, and its epoch at the end of the step */
    uint32_t run_epoch;
    struct clock *clock; /* counted: everything up to the end of the step */
};

struct loop {
    uint64_t number;
    uint64_t name;                            /* string */
    struct handle_run runs[fifo_handles_max]; /* a ring */
    uint64_t run_count;
};

/* What is left of an actor in the clocks of others. */
struct slot {
    uint64_t loop;
    uint32_t epoch;
};

struct order {
    struct clock_pool clocks;
    struct map tokens; /* number -> struct token */
    struct map loops;  /* number -> struct loop */
    VECTOR(struct slot) slots;
};

void order_init(struct order *order);
void order_fini(struct order *order);

/* Gives the actor its slot. */
enum status order_admit(struct order *order, struct actor *actor) WARN_UNUSED;

/* The actor begins an epoch: what is sent from here on does not cover what came before `now`-edges, and the reverse. */
void order_advance(struct order *order, struct actor *actor);

/* The token of that number, made if it is new. NULL: no memory. */
struct token *order_token(struct order *order, uint64_t number) WARN_UNUSED;
void order_retire(struct order *order, uint64_t number);

/* The loop of that number, made if it is new. NULL: no memory. */
struct loop *order_loop(struct order *order, uint64_t number) WARN_UNUSED;

/* The token carries the actor's time: up to here at once, and up to the end of its step once order_end_step was called, unless
 * `now` is set. `keep` leaves what it carries already. */
enum status order_send(struct order *order, struct actor *actor, uint64_t token_number, bool keep, bool now)
    WARN_UNUSED;

/* The actor learns what the token carries. */
void order_receive(struct order *order, struct actor *actor, uint64_t token_number);

/* The actor, about to run the handle, learns of every handle that must have run before it. */
void order_receive_fifo(struct order *order, struct actor *actor, const struct loop *loop,
                        const struct token *token);

/* What was sent during the step carries its end; a handle that was queued by call_soon is remembered. */
void order_end_step(struct order *order, struct actor *actor);
void order_remember_run(struct order *order, struct loop *loop, const struct actor *actor,
                        const struct token *handle);

/* The actor learns of every step that ran on the loop. */
void order_join_loop(struct order *order, struct actor *actor, uint64_t loop_number);

/* Whether the epoch of a slot comes before whoever has the clock. */
static inline bool order_before(uint32_t slot, uint32_t epoch, const struct clock *clock)
{
    return clock_get(clock, slot) >= epoch;
}

#endif
