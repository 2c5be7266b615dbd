/* In: items given back. Out: items.
 * Must hold: an item is either taken, or in the list of free ones, once. */
#include "base/pool.h"

#include <stdlib.h>

enum { block_bytes = 32 * 1024 };

struct pool_block {
    struct pool_block *next;
    struct pool_item items[]; /* of the pool's size */
};

void pool_init(struct pool *pool, size_t item_bytes)
{
    size_t unit = sizeof(struct pool_item);
    *pool = (struct pool){.item_bytes = (item_bytes + unit - 1) / unit * unit};
}

void pool_fini(struct pool *pool)
{
    while (pool->blocks != NULL) {
        struct pool_block *block = pool->blocks;
        pool->blocks = block->next;
        free(block);
    }
    pool_init(pool, pool->item_bytes);
}

#ifdef POOL_OF_ALLOCATIONS

void *pool_grow(struct pool *pool)
{
    void *item = malloc(pool->item_bytes);
    pool->used_count += item != NULL;
    return item;
}

void pool_give(struct pool *pool, void *item)
{
    pool->used_count--;
    free(item);
}

#else

void *pool_grow(struct pool *pool)
{
    struct pool_block *block = malloc(block_bytes);
    if (block == NULL)
        return NULL;
    block->next = pool->blocks;
    pool->blocks = block;
    size_t count = (block_bytes - sizeof *block) / pool->item_bytes;
    char *items = (char *)block->items;
    for (size_t i = count; i-- > 0;) {
        struct pool_item *item = (struct pool_item *)(void *)(items + i * pool->item_bytes);
        item->next = pool->free;
        pool->free = item;
    }
    return pool_take(pool);
}

#endif
