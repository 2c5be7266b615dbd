/* Finds cells by their object and key.
 *
 * Open addressing, the hash beside the address: whoever looks for a cell reads one slot, mostly, and no cell but the one
 * that is found. All zero is an empty index. It refers to cells and does not count that. */
#ifndef STALEREAD_REPLAY_CELL_INDEX_H
#define STALEREAD_REPLAY_CELL_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/status.h"

struct cell;
struct object;

struct cell_slot {
    uint64_t hash;
    struct cell *cell; /* NULL: free */
};

struct cell_index {
    struct cell_slot *slots; /* a power of two of them, or NULL */
    size_t mask;             /* slots - 1 */
    size_t count;            /* cells */
};

void cell_index_fini(struct cell_index *index);

/* By what the index finds the cell of an object and a key. */
static inline uint64_t cell_index_hash(uint64_t object_number, uint64_t key)
{
    return map_mix(object_number, key);
}

/* A cell of this hash, which may be that of other objects and keys, too, or NULL. */
static inline struct cell *cell_index_glance(const struct cell_index *index, uint64_t hash)
{
    for (size_t i = hash & index->mask; index->slots[i].cell != NULL; i = (i + 1) & index->mask)
        if (index->slots[i].hash == hash)
            return index->slots[i].cell;
    return NULL;
}

/* The cell of the object of that number; NULL: there is none. */
struct cell *cell_index_find(const struct cell_index *index, uint64_t object_number, uint64_t key);

/* A cell that is not in it yet. STATUS_OK or STATUS_NOMEM (nothing changed). */
enum status cell_index_put(struct cell_index *index, struct cell *cell) WARN_UNUSED;

/* A cell that is in it. */
void cell_index_remove(struct cell_index *index, const struct cell *cell);

/* Visits every cell once, in no order that means anything: start with *cursor = 0, until it returns NULL. Nothing may be put or
 * removed in between. */
struct cell *cell_index_next(const struct cell_index *index, size_t *cursor);

#endif
