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
#include "replay/fifo.h"
#include "replay/slots.h"
#include "trace/event_kinds.h"

struct actor;

/* What somebody sends and others receive: a future's completion, an item of a queue, a handle of a loop. */
struct token {
    uint64_t sender;             /* number of the actor that sent last, */
    struct instant sent;         /* and when; what others sent before is in the clock, */
    bool is_merged;              /* and then this is set */
    struct clock *latest;        /* counted: the latest that was merged into it */
    struct backlog_view backlog; /* of the senders, up to the same time */
    struct clock *run;           /* counted: what it carries besides, as this run went (run_order.h) */
    /* Of a loop's handle: */
    uint32_t how;               /* enum schedule_how; 0: no handle, or one that carries no order */
    bool is_wake;               /* queued by the release of a lock; carries no order */
    struct handle *handle;      /* counted; NULL: it was not queued by call_soon */
    struct backlog_view before; /* the sender's backlog when it was queued */
};

/* What the handles that a loop ran lately had queued is remembered of so many. */
enum { loop_handles_max = 256 };

struct loop {
    uint64_t number;
    uint64_t name;                           /* string */
    struct handle *latest[loop_handles_max]; /* counted: that ran; a ring */
    uint64_t run_count;
};

struct order {
    struct heap *heap;
    struct clock_pool clocks;
    struct map tokens; /* number -> struct token */
    struct map loops;  /* number -> struct loop */
    struct slots slots;
    struct fifo fifo;
};

void order_init(struct order *order, struct heap *heap);
void order_fini(struct order *order);

/* The token of that number, made if it is new. NULL: no memory. */
struct token *order_token(struct order *order, uint64_t number) WARN_UNUSED;
void order_retire(struct order *order, uint64_t number);

/* The loop of that number, made if it is new. NULL: no memory. */
struct loop *order_loop(struct order *order, uint64_t number) WARN_UNUSED;

/* The token carries the actor's time: up to here at once, and up to the end of its step once order_end_step was called, unless
 * `now` is set. `keep` leaves what it carries already. */
enum status order_send(struct order *order, struct actor *actor, uint64_t token_number, bool keep, bool now)
    WARN_UNUSED;

/* The token is a handle that the actor queues by the release of a lock: it carries no order, but what the actor had queued, in case
 * that order comes by another way. */
enum status order_wake(struct order *order, struct actor *actor, uint64_t token_number) WARN_UNUSED;

/* The token is a handle that the actor queues on the loop by call_soon. Before it is sent. */
enum status order_queue(struct order *order, struct actor *actor, struct token *token, uint64_t loop)
    WARN_UNUSED;

/* The actor learns what the token carries. */
enum status order_receive(struct order *order, struct actor *actor, const struct token *token) WARN_UNUSED;

/* The actor, which has come to know what the sender had done, learns what that one had queued. */
enum status order_receive_backlog(struct order *order, struct actor *actor, const struct token *token)
    WARN_UNUSED;

/* The actor, about to run the handle, learns of every handle that must have run before it. */
enum status order_receive_fifo(struct order *order, struct actor *actor, const struct token *token)
    WARN_UNUSED;

/* The actor, which is at the end of its step, has run the handle. */
enum status order_ran(struct order *order, struct actor *actor, struct handle *handle) WARN_UNUSED;

/* What was sent during the step carries its end. */
enum status order_end_step(struct order *order, struct actor *actor) WARN_UNUSED;

/* Takes the instant of the actor's now, or gives it back. */
void order_note(struct order *order, struct instant *instant, struct actor *actor);
void order_forget(struct order *order, struct instant *instant);

/* The actor learns of everything up to the instant. */
void order_learn(struct order *order, struct actor *actor, const struct instant *instant);

/* The actor learns of every step that ran on the loop. */
void order_join_loop(struct order *order, struct actor *actor, uint64_t loop_number);

/* Whether the epoch of a slot comes before whoever has the clock. */
static inline bool order_before(uint32_t slot, uint32_t epoch, const struct clock *clock)
{
    return clock_get(clock, slot) >= epoch;
}

/* Whether the epoch of a slot comes before the instant, or is its own. */
static inline bool order_within(uint32_t slot, uint32_t epoch, const struct instant *instant)
{
    return (slot == instant->slot && epoch <= instant->epoch) || order_before(slot, epoch, instant->clock);
}

#endif
