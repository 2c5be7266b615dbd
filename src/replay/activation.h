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
#include "base/vector.h"
#include "trace/tables.h"

struct actor;
struct cell;
struct cell_table;
struct clock;
struct lockset;
struct trace;
struct write;

/* One read event that something may depend on. */
struct read {
    uint32_t references;
    uint32_t slot;
    uint32_t epoch;
    struct actor *actor; /* counted */
    struct cell *cell;   /* counted */
    const struct trace_site *site;
    uint64_t value;
    uint64_t number; /* of the event */
    uint64_t step;
    uint64_t reopened;                  /* as the actor's was */
    uint64_t last_write;                /* number of the write that it saw; 0: none known */
    struct clock *clock;                /* counted: what the actor knew of others */
    struct lockset *locks;              /* counted: held at the read */
    struct activation *activation;      /* counted, until the step is over */
    const struct trace_site *suspended; /* the await that ended its step; NULL: not known (yet) */
    uint64_t suspended_number;          /* of that event */
    struct object *
        guarded; /* counted: of a check, it also guards a write to a cell of this object; NULL: of none other */
    bool saw_own; /* its own actor had written the value */
    bool is_told; /* a finding begins with it */
    /* Of a check, for the detectors: */
    bool is_claimed;     /* its own actor has written the cell since */
    bool acted_on_other; /* a write to a cell of `guarded` was reported */
    bool was_harmless;   /* its act wrote what a rival had written already */
};

enum { origins_max = 24 };

struct origins {
    uint32_t references;
    uint32_t count;
    struct read *reads[]; /* counted; at most one for each cell, the latest */
};

/* Origins being put together. Holds no references. */
struct origin_set {
    uint32_t count;
    struct read *reads[origins_max];
};

struct source {
    uint32_t reference; /* as in the tables */
    struct origins *data;
    struct origins *control;
    struct origins *waited; /* of a call: what its callee checked to decide whether to wait */
    uint64_t made_step;     /* of a call that made actors: in which step of their maker; 0: of none */
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
    VECTOR(struct source) sources;
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

/* What the actor of a write knows of the cell from it, as if it had read its own value back. Returns a reference; NULL: no
 * memory. */
struct read *read_of_write(struct cell *cell, const struct write *write) WARN_UNUSED;

/* Nothing to depend on. The sets are large: only their counts are set. */
static inline void dependence_init(struct dependence *dependence)
{
    dependence->data.count = dependence->control.count = dependence->waited.count = 0;
}

struct read *read_retain(struct read *read);
void read_release(struct cell_table *cells, struct read *read);

struct origins *origins_retain(struct origins *origins);
void origins_release(struct cell_table *cells, struct origins *origins);

/* NULL when the set is empty (STATUS_OK), or when there is no memory. */
enum status origins_freeze(struct origins **out, const struct origin_set *set) WARN_UNUSED;

/* Adds one read, in place of an earlier one of the same cell. When the set is full, the oldest goes. */
void origin_set_add(struct origin_set *set, struct read *read);
/* The read of the cell, or NULL. */
struct read *origin_set_find(const struct origin_set *set, const struct cell *cell);

void origin_set_add_all(struct origin_set *set, const struct origins *origins);

struct activation *activation_retain(struct activation *activation);
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
enum status activation_guards(const struct activation *activation, const struct trace_site *site,
                              struct origins **control, struct origins **waited) WARN_UNUSED;

#endif
