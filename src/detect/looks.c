/* Looking at shared cells.
 *
 * In: reads. Out: whether one of them came upon what somebody wrote. What must hold: in doubt, an actor has seen what there was
 * to see. */
#include "detect/looks.h"

enum { container_cells_max = 256 };

void looks_add(struct looks *looks, struct cell *cell)
{
    for (uint32_t i = 0; i < looks->count; i++)
        if (looks->cells[i] == cell)
            return;
    if (looks->count == looks_max)
        looks->is_full = true;
    else
        looks->cells[looks->count++] = cell_retain(cell);
}

void looks_clear(struct looks *looks, struct cell_table *cells)
{
    for (uint32_t i = 0; i < looks->count; i++)
        cell_release(cells, looks->cells[i]);
    *looks = (struct looks){.count = 0};
}

void looks_add_step(struct looks *looks, const struct actor *actor)
{
    for (size_t i = actor->fresh_reads.count; i-- > 0 && !looks->is_full;)
        looks_add(looks, actor->fresh_reads.items[i]->cell);
}

static bool has_news(const struct cell *cell, const struct actor *actor, uint64_t since,
                     const struct clock *known)
{
    for (uint32_t i = 0; i < cell->write_count; i++) {
        const struct write *write = &cell->writes[i];
        if (write->at->actor == actor && write->number > since &&
            !order_before(write->slot, write->epoch, known))
            return true;
    }
    return false;
}

bool looks_tell(const struct cell *cell, const struct actor *actor, uint64_t since, const struct clock *known)
{
    if (has_news(cell, actor, since, known))
        return true;
    if (cells_key_kind(cell->key) == KEY_ATTRIBUTE)
        return false;
    uint32_t count = 0;
    for (const struct cell *part = cell->object->cells; part != NULL; part = part->next_of_object)
        if (count++ == container_cells_max || has_news(part, actor, since, known))
            return true;
    return false;
}

bool looks_told(const struct looks *looks, const struct actor *actor, uint64_t since,
                const struct clock *known)
{
    if (looks->is_full)
        return true;
    for (uint32_t i = 0; i < looks->count; i++)
        if (looks_tell(looks->cells[i], actor, since, known))
            return true;
    return false;
}
