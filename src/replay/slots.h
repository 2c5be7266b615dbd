/* Places of actors in clocks, used again by later actors, so that clocks are as wide as what is alive.
 *
 * Epochs of a slot only ever rise, whoever has it. So a slot may go to another actor where that changes no answer:
 *
 * - to one that begins knowing all that the last one did: whoever knows of the new actor knows of the old one then, or
 * - to anybody, once no read, write or window of those who had it is remembered: nobody can ask about them.
 *
 * Tasks that nobody waits for, and that left something behind, allow neither, and no exact order is narrower than the number of them.
 * Beyond `slots_max` those that ended first are *retired*: what they did counts as over before all that comes later. They
 * are counted. */
#ifndef STALEREAD_REPLAY_SLOTS_H
#define STALEREAD_REPLAY_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/vector.h"

struct actor;
struct clock_pool;

enum { slots_max = 1 << 16, slots_ended_max = 64 };

struct slot {
    uint64_t loop;    /* of whoever has it, or had it last */
    uint32_t epoch;   /* the latest */
    uint32_t users;   /* actors that had it and are referred to, */
    uint32_t retired; /* and those among them that are retired */
    bool is_taken;    /* by one that is not over */
};

struct slots {
    VECTOR(struct slot) items;
    VECTOR(uint32_t) unasked;        /* slots that may go to anybody */
    uint32_t ended[slots_ended_max]; /* those that were left last; a ring */
    uint64_t ended_count;
    struct actor *oldest_ended, *latest_ended; /* all that are over and referred to, linked */
    uint64_t retired_count;
    struct clock_pool *clocks; /* in which they are places */
};

void slots_init(struct slots *slots, struct clock_pool *clocks);
void slots_fini(struct slots *slots);

/* Gives the actor, which is about to begin and has learned what comes before, its slot and its first epoch. STATUS_OK or
 * STATUS_NOMEM. */
enum status slots_admit(struct slots *slots, struct actor *actor) WARN_UNUSED;

/* The actor begins an epoch. */
void slots_advance(struct slots *slots, struct actor *actor);

/* The actor is over; it may have had no slot. */
void slots_end(struct slots *slots, struct actor *actor);

/* Nobody refers to the actor any more. */
void slots_leave(struct slots *slots, struct actor *actor);

#endif
