/* Vector clocks that are never changed, only made anew, and that share what they have in common.
 *
 * A clock says for every slot (an actor's place, numbered from 0) how many of its epochs are known. It is a tree of
 * nodes with 16 children, the counts in its leaves; a new clock copies the path to what differs and points to the
 * rest. So a snapshot is a pointer, and a join skips whatever both sides share. NULL is the clock that knows nothing.
 *
 * A join also skips what one side is known to have grown out of. For that a node has a *witness*, a point in somebody's time:
 * whoever knows that point knows all that the node says. So a node is skipped where the other side knows its witness.
 *
 * Clocks are counted references of one pool. Only one thread may use a pool. When memory runs out the pool is
 * marked `exhausted` and operations return one of their inputs: look at the mark before a result is believed. */
#ifndef STALEREAD_REPLAY_CLOCK_H
#define STALEREAD_REPLAY_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/heap.h"
#include "base/vector.h"

enum { clock_fanout_bits = 4, clock_fanout = 1 << clock_fanout_bits };

struct clock_point {
    uint32_t slot;
    uint32_t epoch; /* 0: no point at all */
};

/* A node. Only clock.c changes one, and what it says only while nobody else refers to it. Leaves, which are most of them, have
 * memory for their counts only. */
struct clock {
    uint32_t references;
    uint8_t level; /* covers 16^(level + 1) slots */
    uint8_t width; /* level > 0: children from here on are NULL */
    uint16_t open; /* level > 1: a bit for each child that may have no witness; those of others have one */
    union {
        struct { /* level > 0 */
            struct clock *child[clock_fanout];
            struct clock_point witness;
        };
        uint32_t count[clock_fanout]; /* level 0 */
    } u;
};

struct clock_pool {
    struct heap *heap;           /* where nodes come from */
    VECTOR(uint32_t) disclaimed; /* by slot: its points up to this epoch are witness of nothing */
    bool exhausted;
};

void clock_pool_init(struct clock_pool *pool, struct heap *heap);
void clock_pool_fini(struct clock_pool *pool);

static inline struct clock *clock_retain(struct clock *clock)
{
    if (clock != NULL)
        clock->references++;
    return clock;
}

void clock_release(struct clock_pool *pool, struct clock *clock);

/* Whether a tree of the level has a place for the slot. */
static inline bool clock_level_covers(uint32_t level, uint32_t slot)
{
    uint32_t bits = clock_fanout_bits * (level + 1);
    return bits >= 32 || slot >> bits == 0;
}

/* How many epochs of the slot are known; 0: none. Asked more often than all else. */
static inline uint32_t clock_get(const struct clock *clock, uint32_t slot)
{
    if (clock == NULL || !clock_level_covers(clock->level, slot))
        return 0;
    for (uint32_t bits = clock_fanout_bits * clock->level; bits > 0; bits -= clock_fanout_bits) {
        clock = clock->u.child[slot >> bits & (clock_fanout - 1)];
        if (clock == NULL)
            return 0;
    }
    return clock->u.count[slot & (clock_fanout - 1)];
}

/* Releases *clock and puts there the same with slot's count raised to `count` (nothing changes when it is as great). */
void clock_raise(struct clock_pool *pool, struct clock **clock, uint32_t slot, uint32_t count);

/* Releases *clock and puts there the least clock that knows what both know. */
void clock_join(struct clock_pool *pool, struct clock **clock, struct clock *other);

/* The same for two who know, besides what their clocks say, their own time up to a point. */
void clock_join_at(struct clock_pool *pool, struct clock **clock, struct clock_point point,
                   struct clock *other, struct clock_point other_point);

/* Whoever knows the point, now or later, knows all that the clock says: the point is witness of it. */
void clock_vouch(struct clock_pool *pool, struct clock *clock, struct clock_point point);

/* From now on some may know this point, or later ones of its slot, and not what was known there. */
void clock_disclaim(struct clock_pool *pool, struct clock_point point);

/* Lowers each of least[0] to least[slot_count - 1] to what the clock knows of that slot. */
void clock_least(const struct clock *clock, uint32_t *least, uint32_t slot_count);

/* Whether everything that `less` knows is known by `more`. */
bool clock_covers(const struct clock *more, const struct clock *less);

#endif
