/* What becomes of a trace when only some of its pieces are kept: events that could have been recorded like that.
 *
 * What is kept brings along what it cannot be without: its step and its call, and their ends; the declarations of what it refers to; the
 * step of its thread. What stands in a step or call that is not kept goes with it. What would refer to nothing any more (the token of a
 * handle that nobody queued) is mended. */
#ifndef STALEREAD_SLICE_CANDIDATE_H
#define STALEREAD_SLICE_CANDIDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/status.h"
#include "base/vector.h"
#include "slice/piece.h"

/* Where the pieces are that a piece needs; PIECE_NONE: it needs none. */
struct candidate_links {
    size_t step, base, call, opener;
    size_t actor; /* a number for each actor, from 0 */
};

struct candidate {
    const struct pieces *pieces;
    struct candidate_links *links;                          /* one for each piece */
    struct map actors, objects, locks, keys, values, loops; /* number -> index of the declaring piece */
    size_t actor_count;

    /* Of the latest candidate_make: */
    unsigned char *is_in; /* one for each piece */
    unsigned char
        *is_bare; /* likewise: an actor that is declared before everything, made by nobody that is known */
    VECTOR(size_t) waiting; /* pieces that are in, and whose needs were not looked at */
    size_t *actor_last;     /* 1 + the latest piece of each actor that is in; 0: none */
    size_t *call_last; /* for each piece that is a call: 1 + the latest piece in it that is in; 0: none */
    struct map sent, received, begun; /* tokens, and actors with a step */
    struct map threads;
    VECTOR(struct record) events; /* what came of it */
};

/* The pieces are sorted, and outlive the candidate. STATUS_OK or STATUS_NOMEM; candidate_fini is to be called in any case. */
enum status candidate_init(struct candidate *candidate, const struct pieces *pieces) WARN_UNUSED;
void candidate_fini(struct candidate *candidate);

/* Keeps besides what the kept free pieces cannot be without. STATUS_OK or STATUS_NOMEM. */
enum status candidate_complete(struct candidate *candidate, unsigned char *kept) WARN_UNUSED;

/* Makes the events that come of it when the free pieces with kept[i] != 0 are kept. kept[i] of all pieces then tells which free ones are
 * really there. STATUS_OK or STATUS_NOMEM. */
enum status candidate_make(struct candidate *candidate, unsigned char *kept) WARN_UNUSED;

#endif
