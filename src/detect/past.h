/* Blocks, and which open ones come before something.
 *
 * A *block* is what an actor does between its begin and its end, as a whole. Before an event come those blocks that a chain of
 * program order, hand-overs and conflicting accesses leads from. Only open ones matter: who comes after a block that is over
 * comes after what that block came after. So a *past* is a set of blocks, in which one that is over stands for its own past,
 * and never more than there are open ones are kept.
 *
 * Both are counted references. A past is never changed once made; NULL is the empty one. */
#ifndef STALEREAD_DETECT_PAST_H
#define STALEREAD_DETECT_PAST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/vector.h"

struct past;

struct block {
    uint32_t references;
    bool is_open;
    bool is_told;      /* a finding begins with it */
    uint32_t line;     /* location of its begin, */
    uint64_t number;   /* and number of that event */
    uint64_t name;     /* string */
    uint64_t search;   /* number of the walk that came by last */
    struct past *past; /* counted: what comes before it */
};

/* What walks through blocks; all zero at first. Its memory is used again by the next one. */
struct past_walk {
    uint64_t number;
    VECTOR(struct block *) open;
    VECTOR(struct block *) met; /* those to go on from */
};

void past_walk_fini(struct past_walk *walk);

struct block *block_new(uint32_t line, uint64_t name, struct past *past) WARN_UNUSED; /* NULL: no memory */
void block_release(struct block *block);

struct past *past_retain(struct past *past);
void past_release(struct past *past);

/* The block alone. NULL: no memory. */
struct past *past_of_block(struct block *block) WARN_UNUSED;

/* Puts what is in `other` into *past as well, and blocks that are over are replaced by their own pasts. STATUS_OK or STATUS_NOMEM. */
enum status past_join(struct past_walk *walk, struct past **past, const struct past *other) WARN_UNUSED;

/* Whether the block comes before what has this past. STATUS_OK or STATUS_NOMEM. */
enum status past_has(struct past_walk *walk, const struct past *past, const struct block *block, bool *has)
    WARN_UNUSED;

#endif
