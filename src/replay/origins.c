/* In: reads. Out: sets of them.
 * Must hold: frozen origins change only while one source alone refers to them. */
#include "replay/origins.h"

#include "replay/cell.h"

/* Most are one read; room for a few more makes little difference. */
static uint32_t room_for(uint32_t count)
{
    return count <= 1 ? count : count <= 5 ? 5 : origins_max;
}

static size_t bytes_of(uint32_t room)
{
    return sizeof(struct origins) + room * sizeof(struct read *);
}

/* With room for at least so many; NULL: no memory. */
static struct origins *origins_new(struct cell_table *cells, uint32_t count)
{
    uint32_t room = room_for(count);
    struct origins *origins = heap_take(cells->heap, bytes_of(room));
    if (origins != NULL)
        *origins = (struct origins){.references = 1, .room = (uint16_t)room};
    return origins;
}

void origins_release(struct cell_table *cells, struct origins *origins)
{
    if (origins == NULL || --origins->references > 0)
        return;
    for (uint32_t i = 0; i < origins->count; i++)
        read_release(cells, origins->reads[i]);
    heap_give(cells->heap, origins, bytes_of(origins->room));
}

enum status origins_freeze(struct cell_table *cells, struct origins **out, const struct origin_set *set)
{
    *out = NULL;
    if (set->count == 0)
        return STATUS_OK;
    struct origins *origins = origins_new(cells, set->count);
    if (origins == NULL)
        return STATUS_NOMEM;
    origins->count = (uint16_t)set->count;
    for (uint32_t i = 0; i < set->count; i++)
        origins->reads[i] = read_retain(set->reads[i]);
    *out = origins;
    return STATUS_OK;
}

/* Where the read belongs among `count` others: in place of one of the same cell, at the end, or, where there is no more
 * room, in place of the oldest; UINT32_MAX: nowhere, because it is older than that. */
static uint32_t place_for(struct read *const *reads, uint32_t count, const struct read *read)
{
    for (uint32_t i = 0; i < count; i++)
        if (reads[i]->cell == read->cell)
            return reads[i]->number < read->number ? i : UINT32_MAX;
    if (count < origins_max)
        return count;
    uint32_t oldest = 0;
    for (uint32_t i = 1; i < count; i++)
        if (reads[i]->number < reads[oldest]->number)
            oldest = i;
    return reads[oldest]->number < read->number ? oldest : UINT32_MAX;
}

/* Moves them to where there is more room. */
static enum status grow(struct cell_table *cells, struct origins **origins)
{
    struct origins *old = *origins, *grown = origins_new(cells, old->count + 1);
    if (grown == NULL)
        return STATUS_NOMEM;
    grown->count = old->count;
    for (uint32_t i = 0; i < old->count; i++)
        grown->reads[i] = old->reads[i];
    heap_give(cells->heap, old, bytes_of(old->room));
    *origins = grown;
    return STATUS_OK;
}

enum status origins_add(struct cell_table *cells, struct origins **origins, struct read *read)
{
    uint32_t place = place_for((*origins)->reads, (*origins)->count, read);
    if (place == UINT32_MAX)
        return STATUS_OK;
    if (place == (*origins)->room && grow(cells, origins) != STATUS_OK)
        return STATUS_NOMEM;
    struct origins *grown = *origins;
    struct read *replaced = place < grown->count ? grown->reads[place] : NULL;
    grown->reads[place] = read_retain(read);
    if (place == grown->count)
        grown->count++;
    read_release(cells, replaced);
    return STATUS_OK;
}

void origin_set_add(struct origin_set *set, struct read *read)
{
    uint32_t place = place_for(set->reads, set->count, read);
    if (place == UINT32_MAX)
        return;
    set->reads[place] = read;
    set->count += place == set->count;
}

struct read *origin_set_find(const struct origin_set *set, const struct cell *cell)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (set->reads[i]->cell == cell)
            return set->reads[i];
    return NULL;
}

void origin_set_add_all(struct origin_set *set, const struct origins *origins)
{
    for (uint32_t i = 0; origins != NULL && i < origins->count; i++)
        origin_set_add(set, origins->reads[i]);
}
