/* A light walk through a trace: who runs on each thread, in which step, and which call an event belongs to.
 *
 * Much less than replay/ knows, and much faster: no clocks, no cells. What opens something (a step, a call, an acquisition, a
 * wait, a block, and the making of an actor) is a node. It is a counted reference, because what comes later may still need it when
 * it is over. */
#ifndef STALEREAD_SLICE_WALK_H
#define STALEREAD_SLICE_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "base/status.h"
#include "base/vector.h"
#include "slice/record.h"

struct node {
    uint32_t references;
    bool is_over;
    bool is_chosen;    /* for whoever walks */
    uint64_t actor;    /* who runs; of one that was made: who made it; 0: nobody that is known */
    uint64_t function; /* of a call: whose; of a generator too */
    struct record event;
    struct record closing;  /* once it is over */
    struct record declared; /* of a step: how its actor was; of another kind where that is not known */
    struct node *step;      /* counted: the step that it stands in; NULL: in none, or it is one */
    struct node *base; /* counted: of a step, the one at the bottom of its thread; NULL: it is that itself */
    struct node *call; /* counted: the call that it stands in; NULL: none */
    struct node *
        closing_step; /* counted: the step that the closing stands in; NULL: in none, or it is that step's end */
    struct node *paused, *resumed; /* counted: of a generator, when that happened last */
    struct node
        *maker; /* counted: of a making, how the one who made it was made; NULL: unknown, or long ago */
    uint32_t generation; /* of a making: how many came before it */
};

/* Where an event stands. Borrowed from the walk until its next event. */
struct stand {
    uint64_t actor;
    struct node *step;   /* NULL: outside of all steps */
    struct node *call;   /* NULL: none */
    struct node *opener; /* what the event closes; NULL: it closes nothing that is known */
    struct node *opened; /* what it opens; NULL: nothing */
};

struct walker;

struct walk {
    const struct trace *trace;
    struct map walkers;    /* actor -> struct walker * */
    struct map generators; /* activation -> struct node *, counted */
    VECTOR(struct walk_thread) threads;
    struct node *closed; /* counted: what the last event closed, so that a stand can refer to it */
};

struct walk_thread {
    VECTOR(struct node *) steps; /* counted; the running one is the last */
};

void walk_init(struct walk *walk, const struct trace *trace);
void walk_fini(struct walk *walk);

/* Takes the next event of the trace. STATUS_OK or STATUS_NOMEM. */
enum status walk_event(struct walk *walk, const struct record *event, struct stand *stand) WARN_UNUSED;

/* Of an actor that lives: how it was declared, NULL if it was not. */
struct node *walk_making(const struct walk *walk, uint64_t actor);

typedef enum status walk_visit(void *context, struct node *node);

/* Calls `visit` for each acquisition that the actor holds. */
enum status walk_held(const struct walk *walk, uint64_t actor, walk_visit *visit, void *context) WARN_UNUSED;

/* Calls `visit` for each call that the actor is in, as far as the innermost ones go. */
enum status walk_calls(const struct walk *walk, uint64_t actor, walk_visit *visit, void *context) WARN_UNUSED;

struct node *node_retain(struct node *node);

/* NULL is allowed. */
void node_release(struct node *node);

#endif
