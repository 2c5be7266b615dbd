/* A run that never was: workers call the program's functions on one event loop, in an order that chance decides.
 *
 * What a loop promises holds: one step at a time, handles of `call_soon` in their order, a lock for one at a time and
 * for those who wait in their order, an item to one taker. The same seed gives the same run. */
#ifndef GENERATOR_PLAY_H
#define GENERATOR_PLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "program.h"
#include "random.h"
#include "sink.h"

enum {
    play_services = 64,
    play_keys = 256,         /* of a service's entries, at most */
    play_keys_steady = 32,   /* where they are soon known */
    play_queue_items = 32,   /* at most, in each queue */
    play_alive = 64,         /* workers at a time */
    play_handles_max = 1024, /* a power of two */
    play_retired_max = 256,
    play_loop = 1,
};

struct play_profile {
    uint32_t calls;  /* of one worker */
    uint32_t keys;   /* of a service's entries */
    bool is_short;   /* each step is one short call; otherwise calls of all patterns */
    bool is_joined;  /* whoever makes workers waits for them */
    bool is_guarded; /* threads: calls hold a lock, because no step shelters them */
};

struct task;

struct service {
    uint64_t object, entries, lock, queue; /* numbers */
    struct task *holder;                   /* of the lock; NULL: free */
    struct task *first_waiter, *last_waiter;
    uint32_t item_count;
    uint64_t items[play_queue_items]; /* the token of each, oldest first */
    int32_t values[play_keys];
    int32_t total;
};

/* The call that a worker is in. `phase` counts its suspensions. */
struct call {
    bool is_running;
    bool is_locked; /* it holds the service's lock over all of it */
    enum pattern pattern;
    uint32_t variant, phase, key;
    struct service *service;
    int32_t read;
    uint64_t made; /* an object of its own */
};

struct task {
    enum { TASK_WORKER, TASK_PARENT, TASK_CALLBACK } role;
    uint64_t actor, token;
    uint32_t calls_left;
    struct call call;
    struct task *parent;      /* of a worker that is waited for */
    struct task *next_waiter; /* for a lock */
    uint64_t gathered;        /* of a parent: the token that its workers merge into */
    uint32_t running;         /* of a parent: workers that have not ended */
    uint64_t first_worker;    /* of a parent: actors of those that it waits for */
    uint32_t worker_count;
};

struct play {
    struct sink *sink;
    struct play_profile profile;
    uint64_t random;
    uint64_t next_actor, next_token, next_object;
    uint32_t alive;
    struct service services[play_services];
    struct task *soon[play_handles_max]; /* a ring, in the order in which they run */
    uint32_t soon_first, soon_count;
    struct task *later[play_handles_max]; /* any of them is next */
    uint32_t later_count;
    uint64_t retired[play_retired_max]; /* tokens of ended workers that nobody asked */
    uint32_t retired_count;
};

/* Plays until the sink has so many events. */
void play_run(struct sink *sink, struct play_profile profile, uint64_t seed, uint64_t events);

/* Another run altogether: so many cells, each touched by `play_cell_actors` workers far from each other in time. */
enum { play_cell_actors = 10 };
void play_cells(struct sink *sink, uint64_t seed, uint64_t cells);

/* Has the task run again: after all that is to run soon, or at some time. */
void play_schedule_soon(struct play *play, struct task *task);
void play_schedule_later(struct play *play, struct task *task);

/* What a lock's release does: its first waiter holds it, and runs soon. */
void play_wake(struct play *play, struct task *task);

enum call_outcome {
    CALL_OVER,
    CALL_SLEEPS, /* it will go on by itself */
    CALL_WAITS,  /* somebody wakes it */
};

/* Chooses a call for a worker, and tells that it begins. */
void call_begin(struct play *play, struct task *task);

/* Plays it until it suspends or is over. */
enum call_outcome call_go_on(struct play *play, struct task *task);

#endif
