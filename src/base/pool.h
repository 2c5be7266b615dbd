/* Items of one size, taken and given back in constant time; what is left goes with the pool.
 *
 * For what the replay makes and forgets for every event. Only one thread may use a pool. Built with the address sanitizer each
 * item is an allocation of its own, so that a use after it was given back, and one that is never given back, are found. */
#ifndef STALEREAD_BASE_POOL_H
#define STALEREAD_BASE_POOL_H

#include <stddef.h>

struct pool_item {
    struct pool_item *next;
};

struct pool_block;

struct pool {
    size_t item_bytes;
    struct pool_item *free;    /* given back */
    struct pool_block *blocks; /* where items come from */
    size_t used_count;         /* taken and not given back */
};

/* Items have the alignment of a pointer. */
void pool_init(struct pool *pool, size_t item_bytes);

/* Frees every item, given back or not. */
void pool_fini(struct pool *pool);

/* A new item if none was given back; NULL: no memory. */
void *pool_grow(struct pool *pool);

/* An item with no particular content; NULL: no memory. */
static inline void *pool_take(struct pool *pool)
{
    struct pool_item *item = pool->free;
    if (item == NULL)
        return pool_grow(pool);
    pool->free = item->next;
    pool->used_count++;
    return item;
}

#if defined(__SANITIZE_ADDRESS__)
#define POOL_OF_ALLOCATIONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POOL_OF_ALLOCATIONS 1
#endif
#endif

#ifdef POOL_OF_ALLOCATIONS
void pool_give(struct pool *pool, void *given);
#else
/* `given` is not NULL. */
static inline void pool_give(struct pool *pool, void *given)
{
    struct pool_item *item = given;
    item->next = pool->free;
    pool->free = item;
    pool->used_count--;
}
#endif

/* What the items that are in use take. */
static inline size_t pool_used_bytes(const struct pool *pool)
{
    return pool->used_count * pool->item_bytes;
}

#endif
