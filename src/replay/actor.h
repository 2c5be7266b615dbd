/* Actors: tasks, callbacks, threads and executor jobs, with what each knows and holds.
 *
 * An actor is a counted reference: the table holds one until the actor is finished, everybody who may still ask about it
 * (writes, reads, windows, its children) holds another. */
#ifndef STALEREAD_REPLAY_ACTOR_H
#define STALEREAD_REPLAY_ACTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vector.h"
#include "trace/event_kinds.h"
#include "trace/tables.h"

struct activation;
struct backlog;
struct clock;
struct clock_pool;
struct lockset;
struct origins;
struct read;
struct situation;
struct slots;
struct token;

struct actor {
    uint32_t references;
    enum actor_kind kind;
    uint64_t number;
    uint64_t name;         /* string */
    uint64_t loop;         /* number; 0: runs on no loop */
    uint64_t hosted;       /* of a thread: the loop whose steps ran on it last; 0: none */
    struct actor *creator; /* counted; NULL: unknown */

    /* Its place in clocks; see slots.h. */
    struct slots *slots;                      /* NULL: it has not begun, and has none */
    struct actor *ended_before, *ended_after; /* once it is over */
    bool is_retired;                          /* what it did counts as over before all that comes later */
    uint32_t lineage;                         /* how many ancestors it has that are known, at most */

    /* Time. An epoch is a stretch of program order that edges cover as a whole; a step may have several. */
    uint32_t slot;
    uint32_t epoch;
    uint32_t
        told_epoch; /* the latest of which somebody may know: from then on it knows no more than it did then, */
    uint32_t
        asked_epoch; /* in which it began to wait for the lock that woke it; 0: its step began otherwise */
    struct clock *clock; /* counted: epochs of others that come before */
    uint64_t step;       /* number of the event that began the running (or last) step */
    uint64_t reopened;   /* number of the event since which an await has passed that could have suspended */
    uint32_t steps_open; /* on the stacks of threads; more than one only where ends were lost */
    bool is_finished;
    bool is_blind; /* lived through a gap: what it held and read before is not known */

    struct lockset *locks; /* counted: held now */
    struct lockset
        *entry_locks; /* counted: held when the step began, or taken in it from whoever might hold it */
    struct lockset *lent_locks; /* counted: held by whoever made it, who may be waiting for it */

    struct situation *situation; /* counted; see situation.h; NULL: none was asked for, or it runs no step */
    struct activation *top;      /* counted; innermost running function */
    VECTOR(struct read *) fresh_reads; /* counted: of this step; they learn where it suspends */
    size_t fresh_reads_kept;           /* how many of them were depended on when last looked at */
    VECTOR(uint64_t) sent;             /* tokens that carry the end of this step */
    struct backlog *backlog;           /* counted: handles that were queued before, and not seen to run */

    /* What it inherits from where it was made; all counted, NULL where nothing is known. */
    struct activation *maker;
    const struct trace_site *made_at;
    uint64_t made_step; /* in which step of its creator, */
    uint64_t made;      /* and number of that event */
    struct origins *inherited_control;
    struct origins *inherited_waited;
};

static inline struct actor *actor_retain(struct actor *actor)
{
    if (actor != NULL)
        actor->references++;
    return actor;
}

/* Frees what a dead actor does not need when the last reference goes; NULL is allowed. */
void actor_release(struct actor *actor);

/* Makes `creator` the one that made the actor. Of very old ancestors it forgets who made them. */
void actor_descend(struct actor *actor, struct actor *creator);

/* A number for all that runs on one loop, and on the loop's thread between its steps, and another for each actor that has
 * to do with none: within one domain steps never interleave. */
uint64_t actor_domain(const struct actor *actor);

/* Whether `ancestor` made `actor`, directly or through others, after that event. */
bool actor_descends(const struct actor *actor, const struct actor *ancestor, uint64_t since);

#endif
