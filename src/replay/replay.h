/* The replay: events in, and out of it, at every act, everything that a detector needs to judge it.
 *
 *     struct replay *replay;
 *     replay_open(&replay, trace, &observer, &diag)
 *     for each event: replay_event(replay, event, &diag)
 *     replay_close(replay)
 *
 * The trace must outlive the replay. Whatever is found wrong in the order of events (a step that ends without having begun, say)
 * is survived: a damaged trace has such. */
#ifndef STALEREAD_REPLAY_REPLAY_H
#define STALEREAD_REPLAY_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/budget.h"
#include "base/diag.h"
#include "base/heap.h"
#include "base/map.h"
#include "base/status.h"
#include "base/vector.h"
#include "replay/activation.h"
#include "replay/actor.h"
#include "replay/cell.h"
#include "replay/foresight.h"
#include "replay/lockset.h"
#include "replay/order.h"
#include "replay/run_order.h"
#include "trace/reader.h"

/* A write of a cell, a use of what it holds, or (`is_passing`) a call of or an access to an object that was read
 * earlier. Lives during the call only. */
struct act {
    struct actor *actor;
    struct cell_table *cells;
    struct cell *cell; /* as it was before the act */
    const struct trace_site *site;
    uint64_t number; /* of the event */
    uint64_t value;  /* written, or found there */
    bool is_write;
    bool is_passing;
    bool has_threads; /* more than one thread was seen: one step is no shelter from all rivals */
    const struct dependence *dependence;
    const struct activation *activation; /* of the site's function */
};

/* An access as seen from other threads; told only where there are others. Lives during the call only. */
struct touch {
    struct actor *actor;
    struct cell *cell;
    const struct trace_site *site; /* NULL: a located access */
    uint32_t line;                 /* of a located access */
    uint64_t number;               /* of the event */
    uint64_t value;                /* written, or found there */
    uint64_t before;               /* what was there as far as that is known */
    bool is_write;
    bool is_initial;             /* it belongs to the making of the object */
    const struct run_time *time; /* of the thread */
};

/* What happened that is no access: an acquisition, a wait, a step that blocked; and where there are blocks that are meant to be
 * atomic, also steps that begin, and tokens that are sent, received or retired. The event tells which; the rest is
 * what its numbers stand for, NULL where it has no such field. Told after the replay took the event. Lives during
 * the call only. */
struct moment {
    const struct event *event;
    struct actor *actor; /* who runs */
    struct object *object;
    struct lock *lock;
    const struct trace_site *site;
    uint64_t number; /* of the event, as acts and reads count them */
};

/* Who is told. `act` is called before the cell remembers the write, `written` after it (its last one); `step_over` when a step has
 * ended; `forget` when a cell with windows goes. */
struct replay_observer {
    void *context;
    enum status (*act)(void *context, const struct act *act);
    enum status (*written)(void *context, struct cell *cell);
    enum status (*step_over)(void *context, const struct actor *actor);
    /* A check of a cell that has windows, after it was remembered, with the checks that led to it; may be NULL. */
    enum status (*check)(void *context, const struct read *check, const struct origin_set *control);
    enum status (*read)(void *context, const struct read *read); /* after it was remembered; may be NULL */
    enum status (*moment)(void *context, const struct moment *moment); /* may be NULL */
    enum status (*touch)(void *context, const struct touch *touch);    /* may be NULL */
    void (*forget)(struct cell_windows *windows);
    void (*forget_touches)(struct cell_touches *touches); /* likewise */
};

/* Who runs on a thread, innermost last, and which handle each was begun with. */
struct running {
    struct actor *actor;   /* counted */
    uint64_t token;        /* number */
    struct handle *handle; /* counted; NULL: it was not queued by call_soon */
};

struct replay_thread {
    VECTOR(struct running) running;
    struct run_time time; /* where the run's order is followed */
};

struct replay {
    const struct trace *trace;
    struct replay_observer observer;
    struct budget budget; /* of what is remembered; set by whoever opened the replay */
    struct heap heap;     /* of what is remembered */
    struct order order;
    struct run_order run_order;
    struct cell_table cells;
    struct foresight foresight;
    struct map actors;           /* number -> struct actor, counted */
    struct map locks;            /* object number -> struct lock */
    VECTOR(struct lock *) flags; /* home-made locks */
    struct map generators;       /* activation number -> struct activation, counted */
    struct map key_texts;        /* key number -> string */
    struct map value_texts;      /* value number -> string */
    VECTOR(struct replay_thread) threads;
    bool has_blocks; /* the trace has blocks that are meant to be atomic */
    uint64_t now;    /* number of the event */
    uint64_t actor_count;
    bool has_gap; /* something of the trace is missing up to here */
};

enum status replay_open(struct replay **out, const struct trace *trace,
                        const struct replay_observer *observer, struct diag *diag) WARN_UNUSED;
void replay_close(struct replay *replay);

/* STATUS_OK, STATUS_NOMEM, STATUS_LIMIT, or what the observer returned. */
enum status replay_event(struct replay *replay, const struct event *event, struct diag *diag) WARN_UNUSED;

#endif
