/* Which call of which function is running, and which reads its values come from.
 *
 * The tables say, for each function by itself, from which *sources* (read sites, calls, awaits, parameters) a written value or a
 * decision may come. An activation keeps what each source stands for in one running call: the *origins*, read events. What a
 * callee returns becomes an origin of the caller's call site, what a caller passes becomes an origin of the
 * callee's parameters, and so dependence crosses helpers, properties, context managers and spawned tasks.
 *
 * Reads, origins and activations are counted references. Origins are never changed once made; NULL is "none". */
#ifndef STALEREAD_REPLAY_ACTIVATION_H
#define STALEREAD_REPLAY_ACTIVATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "replay/origins.h"
#include "trace/tables.h"

struct actor;
struct cell;
struct cell_table;
struct clock;
struct situation;
struct trace;
struct write;

struct source {
    uint32_t reference; /* as in the tables */
    struct origins *data;
    struct origins *control;
    struct origins *waited; /* of a call: what its callee checked to decide whether to wait */
    uint64_t made_step;     /* of a call that made actors: in which step of their maker; 0: of none */
    uint64_t
        read_step; /* of a read: all of `data` was read there in this step; 0: not known, or there is more */
};

struct activation {
    uint32_t references;
    uint32_t function;                   /* number */
    const struct trace_function *row;    /* NULL: unknown */
    uint64_t generator;                  /* its number; 0: no generator */
    struct actor *actor;                 /* the actor whose stack it is on; not counted; NULL when on none */
    struct activation *caller;           /* counted; NULL: called by unwatched code */
    const struct trace_site *call_site;  /* in the caller; NULL: unknown */
    const struct trace_site *await_site; /* where it awaits, or last did */
    uint64_t await_number;               /* of that event */
    struct origins *control;             /* counted: what was checked before it was called */
    struct origins *waited; /* counted: and what was checked to decide whether to wait before that */
    struct source *sources;
    uint32_t source_count, sources_room;
    uint64_t step;          /* number of the event that began the step in which it was entered */
    uint64_t spawned;       /* number of the latest actor that it made; 0: none */
    uint64_t spawned_step;  /* in which step */
    uint64_t spawned_event; /* and number of that event */
    const struct trace_site *spawned_at;
    bool is_left;
};

/* What an act depends on: what it was made from, what decided that it is done, and what decided whether to wait before it. */
struct dependence {
    struct origin_set data;
    struct origin_set control;
    struct origin_set waited;
    struct origin_set decided; /* of control: what decided that it is done, and not only what is written */
};

/* Nothing to depend on. The sets are large: only their counts are set. */
static inline void dependence_init(struct dependence *dependence)
{
    dependence->data.count = dependence->control.count = dependence->waited.count = 0;
}

static inline struct activation *activation_retain(struct activation *activation)
{
    if (activation != NULL)
        activation->references++;
    return activation;
}

void activation_release(struct cell_table *cells, struct activation *activation);

/* A call of the function from `site` of the caller (each may be NULL): parameters and guards are handed over. Returns a
 * reference; NULL: no memory. */
struct activation *activation_new(struct cell_table *cells, const struct trace *trace, uint32_t function,
                                  struct activation *caller, const struct trace_site *site) WARN_UNUSED;

/* As activation_new for the first function of an actor, called where that one was made. */
struct activation *activation_new_spawned(struct cell_table *cells, const struct trace *trace,
                                          uint32_t function, const struct actor *actor) WARN_UNUSED;

/* Tells the caller what the function returned. */
enum status activation_return(struct cell_table *cells, const struct activation *activation,
                              struct activation *to, const struct trace_site *site) WARN_UNUSED;

/* Tells whoever made the actor what its function returned. All that one call made (`gather`) add up. */
enum status activation_return_spawned(struct cell_table *cells, const struct activation *activation,
                                      const struct actor *actor) WARN_UNUSED;

/* The source stands for this read now, and for what the value was made from in memory that only this actor knows. */
enum status activation_note_read(struct cell_table *cells, struct activation *activation, struct read *read,
                                 const struct origins *made_from) WARN_UNUSED;

/* What the site depends on in this activation. */
void activation_depend(const struct activation *activation, const struct trace_site *site,
                       struct dependence *out);

/* The origins of whatever guards the site, and of what guards the activation itself: by deciding, and by waiting. */
enum status activation_guards(struct cell_table *cells, const struct activation *activation,
                              const struct trace_site *site, struct origins **control,
                              struct origins **waited) WARN_UNUSED;

#endif
