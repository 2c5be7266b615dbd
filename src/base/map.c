/* In: numbers. Out: what was put under them.
 * Must hold: at least one slot of four is free, so that every search ends; between a key's own place and where
 * it stands no slot is free; count includes the zero key. */
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

enum { slots_min_log2 = 3 };

void map_init(struct map *map)
{
    *map = (struct map){.slots = NULL};
}

void map_fini(struct map *map)
{
    free(map->slots);
    map_init(map);
}

void map_clear(struct map *map)
{
    if (map->slots != NULL)
        memset(map->slots, 0, (map->mask + 1) * sizeof *map->slots);
    map->has_zero = false;
    map->count = 0;
}

/* The slot where the key stands, or the free one where it belongs. */
static struct map_slot *slot_of(struct map *map, uint64_t key)
{
    size_t i = map_place(map, key);
    while (map->slots[i].key != key && map->slots[i].key != 0)
        i = (i + 1) & map->mask;
    return &map->slots[i];
}

static enum status grow(struct map *map)
{
    struct map old = *map;
    unsigned log2 = old.slots == NULL ? slots_min_log2 : 64 - old.shift + 1;
    if (log2 >= sizeof(size_t) * 8 - 5)
        return STATUS_NOMEM;
    struct map_slot *slots = calloc((size_t)1 << log2, sizeof *slots);
    if (slots == NULL)
        return STATUS_NOMEM;
    map->slots = slots;
    map->mask = ((size_t)1 << log2) - 1;
    map->shift = 64 - log2;
    if (old.slots != NULL)
        for (size_t i = 0; i <= old.mask; i++)
            if (old.slots[i].key != 0)
                *slot_of(map, old.slots[i].key) = old.slots[i];
    free(old.slots);
    return STATUS_OK;
}

static uint64_t *entry_of_zero(struct map *map, bool *added)
{
    if (added != NULL)
        *added = !map->has_zero;
    if (!map->has_zero) {
        map->has_zero = true;
        map->zero_value = 0;
        map->count++;
    }
    return &map->zero_value;
}

uint64_t *map_entry(struct map *map, uint64_t key, bool *added)
{
    if (key == 0)
        return entry_of_zero(map, added);
    uint64_t *found = map_find(map, key);
    if (added != NULL)
        *added = found == NULL;
    if (found != NULL)
        return found;
    if ((map->slots == NULL || (map->count + 1) > (map->mask + 1) / 4 * 3) && grow(map) != STATUS_OK)
        return NULL;
    struct map_slot *slot = slot_of(map, key);
    *slot = (struct map_slot){.key = key, .value = 0};
    map->count++;
    return &slot->value;
}

enum status map_put(struct map *map, uint64_t key, uint64_t value)
{
    uint64_t *entry = map_entry(map, key, NULL);
    if (entry == NULL)
        return STATUS_NOMEM;
    *entry = value;
    return STATUS_OK;
}

/* Fills the hole with the next follower that may stand there, and goes on with the hole that this one leaves. */
static void close_hole(struct map *map, size_t hole)
{
    for (size_t i = (hole + 1) & map->mask; map->slots[i].key != 0; i = (i + 1) & map->mask) {
        size_t place = map_place(map, map->slots[i].key);
        if (((i - place) & map->mask) >= ((i - hole) & map->mask)) {
            map->slots[hole] = map->slots[i];
            hole = i;
        }
    }
    map->slots[hole].key = 0;
}

bool map_remove(struct map *map, uint64_t key, uint64_t *value)
{
    uint64_t *found = map_find(map, key);
    if (found == NULL)
        return false;
    if (value != NULL)
        *value = *found;
    map->count--;
    if (key == 0) {
        map->has_zero = false;
        return true;
    }
    struct map_slot *slot = (struct map_slot *)((char *)found - offsetof(struct map_slot, value));
    close_hole(map, (size_t)(slot - map->slots));
    return true;
}

bool map_next(const struct map *map, size_t *cursor, uint64_t *key, uint64_t *value)
{
    if (*cursor == 0) {
        ++*cursor;
        if (map->has_zero) {
            *key = 0;
            *value = map->zero_value;
            return true;
        }
    }
    while (map->slots != NULL && *cursor <= map->mask + 1) {
        const struct map_slot *slot = &map->slots[(*cursor)++ - 1];
        if (slot->key != 0) {
            *key = slot->key;
            *value = slot->value;
            return true;
        }
    }
    return false;
}
