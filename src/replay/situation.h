/* What all that an actor does in one stretch of its time has in common: who, in which step, when, and what it held.
 *
 * Reads and writes refer to it instead of keeping all that themselves: most steps do much between two changes of it. A
 * situation is never changed once made, but for what its step's end adds, and for its clock: clocks are most of what a long
 * trace would need memory for, so this one goes as soon as nobody is left who may ask for it. A reference that does not ask any
 * more is said to *rest*. */
#ifndef STALEREAD_REPLAY_SITUATION_H
#define STALEREAD_REPLAY_SITUATION_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct actor;
struct cell_table;
struct clock;
struct lockset;

struct situation {
    uint32_t references;
    uint32_t asking; /* references that do not rest */
    uint32_t slot;
    uint32_t epoch;
    struct actor *actor; /* counted */
    uint64_t step;
    uint64_t reopened;           /* as the actor's was */
    struct clock *clock;         /* counted: what the actor knew of others; NULL: nothing, or nobody asks */
    struct lockset *locks;       /* counted: held */
    struct lockset *entry_locks; /* counted: as the actor's were */
    struct lockset *
        step_locks; /* counted: `locks`, and the home-made ones that the step took later; NULL: it took none */
};

/* The actor's present situation, which the actor keeps for as long as nothing of it changes: retain it. NULL: no memory. */
struct situation *situation_of(struct cell_table *cells, struct actor *actor) WARN_UNUSED;

/* What the actor knows now, as if in an earlier step of its: at no time of its own, and holding nothing. Returns a
 * reference; NULL: no memory. */
struct situation *situation_of_earlier(struct cell_table *cells, struct actor *actor, uint64_t step)
    WARN_UNUSED;

static inline struct situation *situation_retain(struct situation *situation)
{
    situation->references++;
    situation->asking++;
    return situation;
}

/* NULL is allowed. */
void situation_release(struct cell_table *cells, struct situation *situation);

/* From now on the reference rests: it does not ask for the clock. */
void situation_rest(struct cell_table *cells, struct situation *situation);

/* Gives back a reference that rests. */
void situation_release_resting(struct cell_table *cells, struct situation *situation);

/* The actor's step is over: its situation is not kept any more. */
void situation_leave(struct cell_table *cells, struct actor *actor);

/* What counts as held at a read: a claim does not suspend, so nobody came in between. */
static inline struct lockset *situation_read_locks(const struct situation *situation)
{
    return situation->step_locks != NULL ? situation->step_locks : situation->locks;
}

#endif
