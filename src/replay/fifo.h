/* The FIFO promise of event loops: of two handles that ordered code queued by call_soon, the one that was queued first runs
 * first.
 *
 * Which handles were queued before, as far as order goes, and have not been seen to run, travels with the order itself: an
 * actor has a list of them (`struct backlog`), what it sends carries the list, who receives it adds it to its own. A handle that is about
 * to run learns of all on the list that was there when it was queued; they have run by then. So nobody has to look
 * through what else the loop ran.
 *
 * A backlog is a counted reference, shared by all that it was sent with. It only ever grows at its end, and whoever refers to it
 * knows up to where it counts. */
#ifndef STALEREAD_REPLAY_FIFO_H
#define STALEREAD_REPLAY_FIFO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "replay/clock.h"

struct actor;

/* A longer list loses its oldest handles. Of those that one actor queued the latest stands for all before it, so that this many
 * chains of handles that know nothing of each other can be followed at once. */
enum { backlog_handles_max = 32 };

/* A point in an actor's time: what it knew of others, and its own epoch then. */
struct instant {
    struct clock *clock; /* counted */
    uint32_t slot;
    uint32_t epoch; /* 0: no point at all */
};

struct backlog;

/* What all handles and backlogs have in common. */
struct fifo {
    struct heap *heap;         /* where they come from */
    struct clock_pool *clocks; /* of their clocks */
    uint64_t handles;          /* how many were queued */
    uint64_t marks;            /* how often handles were marked */
};

/* A backlog as it was at some time. */
struct backlog_view {
    struct backlog *backlog; /* counted; NULL: empty */
    uint32_t count;
};

/* A handle queued by call_soon. */
struct handle {
    uint32_t references;
    uint64_t number; /* in the order in which they were queued */
    uint64_t loop;
    uint64_t sender; /* number of the actor that queued it, */
    uint32_t slot;   /* and its slot and epoch then */
    uint32_t epoch;
    struct actor *runner;     /* counted; who ran it, so that its slot stays its own; NULL: it has not run */
    struct instant ran;       /* the end of that step, */
    struct backlog_view left; /* and the runner's backlog then; forgotten some time later */
    uint64_t mark;            /* the latest one that it got, while backlogs are put together */
    bool is_wake;             /* its runner learned nothing by it, so it stands for no other */
    bool is_begun;
    bool is_gone; /* it will not run any more */
};

struct backlog {
    uint32_t references;
    uint32_t count;
    struct handle *handles[backlog_handles_max]; /* counted, in the order in which they were queued */
};

struct handle *fifo_handle_new(struct fifo *fifo, const struct actor *sender, uint64_t loop, bool is_wake)
    WARN_UNUSED;
struct handle *fifo_handle_retain(struct handle *handle);
void fifo_handle_release(struct fifo *fifo, struct handle *handle);

/* Whether whoever knows that the one ran knows that the other did: it was queued later, by the same actor on the same loop. */
static inline bool fifo_stands_for(const struct handle *one, const struct handle *other)
{
    return one->sender == other->sender && one->loop == other->loop && one->number > other->number &&
           one->runner != NULL && !one->is_wake;
}

/* The actor is about to run the handle: its own backlog does not have it any more. */
enum status fifo_handle_begins(struct fifo *fifo, struct handle *handle, struct actor *runner) WARN_UNUSED;

/* The actor has run the handle: this is the end of its step. */
void fifo_handle_ran(struct fifo *fifo, struct handle *handle, struct actor *runner);

/* Forgets what it left. Handles may refer to each other in a circle by that: so it is to be called for each that ran. */
void fifo_handle_settle(struct fifo *fifo, struct handle *handle);

/* Replaces what *view refers to by the backlog as it is now; NULL: by nothing. */
void fifo_look(struct fifo *fifo, struct backlog_view *view, struct backlog *backlog);
void fifo_view_release(struct fifo *fifo, struct backlog_view *view);
void fifo_backlog_release(struct fifo *fifo, struct backlog *backlog);

/* Whether the view has all of the backlog that is needed. */
bool fifo_has_all(struct fifo *fifo, const struct backlog_view *view, const struct backlog *backlog);

/* Puts a handle that was just queued, or everything in a view, at the end of *backlog. */
enum status fifo_add(struct fifo *fifo, struct backlog **backlog, struct handle *handle) WARN_UNUSED;
enum status fifo_add_all(struct fifo *fifo, struct backlog **backlog, const struct backlog_view *view,
                         const struct clock *known) WARN_UNUSED;

#endif
