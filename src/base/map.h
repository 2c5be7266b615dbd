/* A hash map from a 64-bit number to a 64-bit number, for the hot path of the replay.
 *
 * Open addressing with linear probing in one array of pairs; removal moves the followers back, so that there are
 * no tombstones and a map that lives long does not rot. Any key is allowed, 0 too. The struct is the caller's; all
 * zero is an empty map that owns nothing yet. Pointers may be kept as values: see map_get_pointer. */
#ifndef STALEREAD_BASE_MAP_H
#define STALEREAD_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct map_slot {
    uint64_t key; /* 0: free. The key 0 itself has a place of its own */
    uint64_t value;
};

struct map {
    struct map_slot *slots; /* a power of two of them, or NULL */
    size_t mask;            /* slots - 1 */
    unsigned shift;         /* 64 - log2(slots) */
    bool has_zero;
    size_t count; /* keys in all */
    uint64_t zero_value;
};

void map_init(struct map *map);
void map_fini(struct map *map);

/* Forgets every key, but keeps the memory. */
void map_clear(struct map *map);

/* Multiplying by the golden ratio and taking the high bits spreads numbers that were given one by one. */
static inline size_t map_place(const struct map *map, uint64_t key)
{
    return (size_t)(((key ^ (key >> 32)) * 0x9E3779B97F4A7C15ull) >> map->shift);
}

/* The value's address, or NULL. Valid until the next put or remove. */
static inline uint64_t *map_find(struct map *map, uint64_t key)
{
    if (key == 0)
        return map->has_zero ? &map->zero_value : NULL;
    if (map->slots == NULL)
        return NULL;
    for (size_t i = map_place(map, key);; i = (i + 1) & map->mask) {
        if (map->slots[i].key == key)
            return &map->slots[i].value;
        if (map->slots[i].key == 0)
            return NULL;
    }
}

/* Whether the key is there; if so its value goes to *value (which may be NULL). */
static inline bool map_get(const struct map *map, uint64_t key, uint64_t *value)
{
    const uint64_t *found = map_find((struct map *)map, key);
    if (found != NULL && value != NULL)
        *value = *found;
    return found != NULL;
}

/* Sets the value, whether or not the key is there already. STATUS_OK or STATUS_NOMEM (nothing changed). */
enum status map_put(struct map *map, uint64_t key, uint64_t value) WARN_UNUSED;

/* The address of the key's value, put as 0 if the key was not there; *added (may be NULL) tells which. NULL when
 * there is no memory. Valid until the next put or remove. */
uint64_t *map_entry(struct map *map, uint64_t key, bool *added) WARN_UNUSED;

/* Whether the key was there; its value goes to *value (which may be NULL). */
bool map_remove(struct map *map, uint64_t key, uint64_t *value);

/* Visits every key once, in no order that means anything: start with *cursor = 0, until it returns false. Nothing
 * may be put or removed in between; values may be changed. */
bool map_next(const struct map *map, size_t *cursor, uint64_t *key, uint64_t *value);

/* Pointers as values. NULL when the key is not there. */
static inline void *map_get_pointer(const struct map *map, uint64_t key)
{
    uint64_t value = 0;
    return map_get(map, key, &value) ? (void *)(uintptr_t)value : NULL;
}

static inline enum status map_put_pointer(struct map *map, uint64_t key, void *pointer)
{
    return map_put(map, key, (uint64_t)(uintptr_t)pointer);
}

/* A well mixed 64-bit number of two, for keys made of a pair. Different pairs may give the same number: keep the
 * pair where that would matter. */
static inline uint64_t map_mix(uint64_t one, uint64_t other)
{
    uint64_t x = (one + 0x9E3779B97F4A7C15ull) * 0xBF58476D1CE4E5B9ull;
    x ^= x >> 29;
    x = (x + other) * 0x94D049BB133111EBull;
    x ^= x >> 32;
    x *= 0x9E3779B97F4A7C15ull;
    return x ^ (x >> 29);
}

#endif
