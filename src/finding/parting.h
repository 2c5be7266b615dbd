/*
 * Where two runs of one program part: what ran last in both, and what ran next in each.
 *
 * Plain data; texts point into what the comparison was made in (compare/parting.h).
 */
#ifndef STALEREAD_FINDING_PARTING_H
#define STALEREAD_FINDING_PARTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "finding/finding.h"

enum { parting_before_max = 3, parting_after_max = 5 };

/* One step of a loop that ran code of the program. */
struct parting_step {
    struct finding_place
        place;     /* where it began or went on; its actor, and the event with which the step began */
    bool is_start; /* the actor began there */
};

/* How it went on in one of the runs. */
struct parting_side {
    struct parting_step steps[parting_after_max]; /* the first ones that differ, and what followed */
    size_t step_count;                            /* 0: nothing ran any more */
    bool is_cut; /* the trace ends, or lacks something, before it is known what ran next */
};

/* The loops that came first in their threads, and so on, belong together. */
struct parting_loop {
    struct text name; /* class of the loop */
    uint64_t common;  /* steps in common, from the first one on */
    struct parting_step
        before[parting_before_max]; /* the last ones of them, in the order in which they ran */
    size_t before_count;
    bool has_parted;
    bool ends_early;              /* one of the traces is cut: as far as is known they go together */
    struct parting_side sides[2]; /* of what differs first */
};

struct parting {
    const struct parting_loop *loops; /* those that have parted first, by when they did in the first run */
    size_t loop_count;
    uint64_t common; /* steps in common, of all loops */
    bool has_parted;
    bool begins_late[2]; /* the trace keeps the newest only: then nothing is compared */
    bool lacks_more;     /* a part of the runs was too different to be held side by side */
};

#endif
