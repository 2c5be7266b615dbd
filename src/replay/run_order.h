/* Order between threads as this run went: what must come before, and besides each release of a lock before its next
 * acquisition, and whatever one thread did in the sequence in which it did it.
 *
 * Of accesses of one thread no question is open, so clocks are those of threads, not of actors: few. Nothing is done, and
 * nothing remembered, while the program has one thread: what happens before the second one is announced comes before
 * all that this one does. A thread that nobody announced is taken to come after everything that was there before
 * it: who made it did that for a reason. */
#ifndef STALEREAD_REPLAY_RUN_ORDER_H
#define STALEREAD_REPLAY_RUN_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/vector.h"

struct actor;
struct clock;
struct clock_pool;
struct lock;
struct token;

/* The time of one thread, from its first step to its last. */
struct run_time {
    uint64_t owner; /* number of the thread's own actor; 0: it has not begun */
    uint64_t
        known_before; /* number of an event: all before that one come before this thread; 0: nothing is known */
    uint32_t slot;
    uint32_t epoch;
    uint32_t touched_epoch; /* of its latest access */
    bool has_sent;          /* something that covers the running step to its end */
    struct clock *clock;    /* counted: epochs of other threads that come before */
};

/* The place of a thread that is over. */
struct run_slot {
    uint32_t slot;
    uint32_t epoch; /* where the next one goes on */
    uint32_t touched_epoch;
};

struct run_order {
    bool is_followed; /* there is, or may soon be, a second thread */
    uint32_t slot_count;
    VECTOR(struct run_slot) spare;
};

void run_order_fini(struct run_order *order);

/* The thread begins. The place of one whose accesses all come before it is used again. STATUS_OK, STATUS_NOMEM or STATUS_LIMIT. */
enum status run_time_begin(struct run_order *order, struct clock_pool *clocks, struct run_time *time,
                           const struct actor *owner, const struct token *token) WARN_UNUSED;
void run_time_end(struct run_order *order, struct clock_pool *clocks, struct run_time *time);

/* What the thread did up to here, and to the end of its step unless `now`, goes to the token; what the token carries, to the thread. */
void run_time_send(struct clock_pool *clocks, struct run_time *time, struct token *token, bool keep,
                   bool now);
void run_time_receive(struct clock_pool *clocks, struct run_time *time, const struct token *token);
void run_time_end_step(struct run_time *time);

/* The same by way of a lock. */
void run_time_release(struct clock_pool *clocks, struct run_time *time, struct lock *lock);
void run_time_acquire(struct clock_pool *clocks, struct run_time *time, const struct lock *lock);

#endif
