/* In: cells. Out: the one of an object and a key.
 * Must hold: at most three slots of four are taken; from the slot that a cell's hash says to the cell no slot is free. */
#include "replay/cell_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/pages.h"
#include "replay/cell.h"

enum { slots_min = 64 };

static uint64_t hash_of(const struct object *object, uint64_t key)
{
    return cell_index_hash(object->number, key);
}

void cell_index_fini(struct cell_index *index)
{
    free(index->slots);
    *index = (struct cell_index){.slots = NULL};
}

struct cell *cell_index_find(const struct cell_index *index, uint64_t object_number, uint64_t key)
{
    uint64_t hash = cell_index_hash(object_number, key);
    if (index->slots == NULL)
        return NULL;
    for (size_t i = hash & index->mask;; i = (i + 1) & index->mask) {
        const struct cell_slot *slot = &index->slots[i];
        if (slot->cell == NULL)
            return NULL;
        if (slot->hash == hash && slot->cell->key == key && slot->cell->object->number == object_number)
            return slot->cell;
    }
}

static void place(struct cell_index *index, struct cell_slot taken)
{
    size_t i = taken.hash & index->mask;
    while (index->slots[i].cell != NULL)
        i = (i + 1) & index->mask;
    index->slots[i] = taken;
}

static enum status grow(struct cell_index *index)
{
    size_t old_count = index->slots != NULL ? index->mask + 1 : 0;
    size_t count = old_count != 0 ? old_count * 2 : slots_min;
    struct cell_slot *old = index->slots, *slots = pages_take(count * sizeof *slots);
    if (slots == NULL)
        return STATUS_NOMEM;
    memset(slots, 0, count * sizeof *slots);
    index->slots = slots;
    index->mask = count - 1;
    for (size_t i = 0; i < old_count; i++)
        if (old[i].cell != NULL)
            place(index, old[i]);
    free(old);
    return STATUS_OK;
}

enum status cell_index_put(struct cell_index *index, struct cell *cell)
{
    size_t slot_count = index->slots != NULL ? index->mask + 1 : 0;
    if (index->count + 1 > slot_count / 4 * 3 && grow(index) != STATUS_OK)
        return STATUS_NOMEM;
    place(index, (struct cell_slot){.hash = hash_of(cell->object, cell->key), .cell = cell});
    index->count++;
    return STATUS_OK;
}

/* Those that follow move back, as far as the slots that their hashes say. */
static void close_gap(struct cell_index *index, size_t gap)
{
    for (size_t i = (gap + 1) & index->mask; index->slots[i].cell != NULL; i = (i + 1) & index->mask) {
        size_t wanted = index->slots[i].hash & index->mask;
        if (((i - wanted) & index->mask) >= ((i - gap) & index->mask)) {
            index->slots[gap] = index->slots[i];
            gap = i;
        }
    }
    index->slots[gap] = (struct cell_slot){.cell = NULL};
}

void cell_index_remove(struct cell_index *index, const struct cell *cell)
{
    size_t i = hash_of(cell->object, cell->key) & index->mask;
    while (index->slots[i].cell != cell)
        i = (i + 1) & index->mask;
    close_gap(index, i);
    index->count--;
}

struct cell *cell_index_next(const struct cell_index *index, size_t *cursor)
{
    size_t slot_count = index->slots != NULL ? index->mask + 1 : 0;
    while (*cursor < slot_count) {
        struct cell *cell = index->slots[(*cursor)++].cell;
        if (cell != NULL)
            return cell;
    }
    return NULL;
}
