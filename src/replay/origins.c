/* In: reads. Out: sets of them.
 * Must hold: frozen origins change only while one source alone refers to them. Their memory comes in a few sizes, so that what one gives
 * back the next takes. */
#include "replay/origins.h"

#include "replay/cell.h"

_Static_assert(origin_rooms == 3, "as many rooms as the table of cells has pools");

static const uint16_t rooms[origin_rooms] = {1, 4, origins_max};

void origins_pools_init(struct pool pools[origin_rooms])
{
    for (int i = 0; i < origin_rooms; i++)
        pool_init(&pools[i], sizeof(struct origins) + rooms[i] * sizeof(struct read *));
}

static int pool_for(uint32_t count)
{
    int i = 0;
    while (rooms[i] < count)
        i++;
    return i;
}

/* With room for at least so many; NULL: no memory. */
static struct origins *origins_new(struct cell_table *cells, uint32_t count)
{
    int i = pool_for(count);
    struct origins *origins = pool_take(&cells->origins[i]);
    if (origins != NULL)
        *origins = (struct origins){.references = 1, .room = rooms[i]};
    return origins;
}

struct origins *origins_retain(struct origins *origins)
{
    if (origins != NULL)
        origins->references++;
    return origins;
}

void origins_release(struct cell_table *cells, struct origins *origins)
{
    if (origins == NULL || --origins->references > 0)
        return;
    for (uint32_t i = 0; i < origins->count; i++)
        read_release(cells, origins->reads[i]);
    pool_give(&cells->origins[pool_for(origins->room)], origins);
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
    pool_give(&cells->origins[pool_for(old->room)], old);
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
