/* Vector clocks that are never changed, only made anew, and that share what they have in common.
 *
 * A clock says for every slot (an actor's place, numbered from 0) how many of its epochs are known. It is a tree of
 * nodes with 16 children, the counts in its leaves; a new clock copies the path to what differs and points to the
 * rest. So a snapshot is a pointer, and a join skips whatever both sides share. NULL is the clock that knows nothing.
 *
 * Clocks are counted references of one pool. Only one thread may use a pool. When memory runs out the pool is
 * marked `exhausted` and operations return one of their inputs: look at the mark before a result is believed. */
#ifndef STALEREAD_REPLAY_CLOCK_H
#define STALEREAD_REPLAY_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clock;

struct clock_block;

struct clock_pool {
    struct clock *free;         /* nodes given back */
    struct clock_block *blocks; /* where nodes come from */
    size_t node_count;          /* in use */
    bool exhausted;
};

void clock_pool_init(struct clock_pool *pool);

/* Frees every clock of the pool, referenced or not. */
void clock_pool_fini(struct clock_pool *pool);

struct clock *clock_retain(struct clock *clock);
void clock_release(struct clock_pool *pool, struct clock *clock);

/* How many epochs of the slot are known; 0: none. */
uint32_t clock_get(const struct clock *clock, uint32_t slot);

/* Releases *clock and puts there the same with slot's count raised to `count` (nothing changes when it is as great). */
void clock_raise(struct clock_pool *pool, struct clock **clock, uint32_t slot, uint32_t count);

/* Releases *clock and puts there the least clock that knows what both know. */
void clock_join(struct clock_pool *pool, struct clock **clock, struct clock *other);

/* Whether everything that `less` knows is known by `more`. */
bool clock_covers(const struct clock *more, const struct clock *less);

#endif
