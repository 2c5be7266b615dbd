/* Who runs on each thread, told from the begin and end events alone: steps nest, an eager task runs inside its creator's. As
 * the replay has it, but without anything else. */
#ifndef STALEREAD_SCENE_STACKS_H
#define STALEREAD_SCENE_STACKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/vector.h"
#include "trace/reader.h"

struct stacks_step {
    uint64_t actor;   /* number; of one that nobody declared, one that no declared actor has */
    uint64_t begin;   /* number of the event that began it, or, where that is missing, of the first in it */
    uint64_t token;   /* that it began with; 0: none */
    uint64_t ordinal; /* how many steps of the trace had begun with it; 0: its begin is missing */
    bool is_blind;    /* it lived through a gap */
    void *kept;       /* what whoever follows the steps keeps of this one; NULL at first */
};

struct stacks_thread {
    VECTOR(struct stacks_step) steps; /* innermost last */
};

struct stacks {
    uint64_t begun; /* steps so far */
    VECTOR(struct stacks_thread) threads;
};

/* All zero is a good start. */
void stacks_fini(struct stacks *stacks);

/* Takes a begin event. STATUS_OK or STATUS_NOMEM. */
enum status stacks_begin(struct stacks *stacks, const struct event *event) WARN_UNUSED;

/* The innermost step of the event's thread, made up if there is none (*is_new tells, and may be NULL). Valid until the next
 * call. NULL: no memory. */
struct stacks_step *stacks_top(struct stacks *stacks, const struct event *event, bool *is_new) WARN_UNUSED;

/* Takes an end event. Whether a step ended, which goes to *ended. */
bool stacks_end(struct stacks *stacks, const struct event *event, struct stacks_step *ended);

/* Takes a gap: ends of steps may be missing from here on. */
void stacks_gap(struct stacks *stacks);

#endif
