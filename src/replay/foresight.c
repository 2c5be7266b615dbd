/* In: events that come later. Out: nothing but what the cache has.
 * Must hold: only what is known to be there is looked at: a cell that is in the index at that moment. */
#include "replay/foresight.h"

#include "replay/cell.h"

/* Events between asking for one thing and asking for what it leads to. */
enum { foresight_stage = 8 };

enum { cache_line_bytes = 64, write_lines_max = 4 };

static struct coming coming_access(const struct event *event)
{
    bool is_access = event != NULL && (event->kind == EVENT_READ || event->kind == EVENT_WRITE);
    return (struct coming){
        .hash = is_access ? cell_index_hash(event->field[1], event->field[2]) : 0,
        .is_write = is_access && event->kind == EVENT_WRITE,
    };
}

static struct coming *came_before(struct foresight *foresight, uint32_t events)
{
    return &foresight->coming[(foresight->next - events) % foresight_room];
}

/* Its first line, and for who writes it the second. */
static void fetch_cell(const struct cell_index *index, const struct coming *coming)
{
    const char *cell = (const char *)cell_index_glance(index, coming->hash);
    if (cell == NULL)
        return;
    __builtin_prefetch(cell);
    if (coming->is_write)
        __builtin_prefetch(cell + cache_line_bytes);
}

/* What was written to it, and the windows that a write may fall into: who reads needs neither. */
static void fetch_memory_of_cell(const struct cell_index *index, uint64_t hash)
{
    const struct cell *cell = cell_index_glance(index, hash);
    if (cell == NULL)
        return;
    const char *writes = (const char *)cell->writes;
    for (uint32_t i = 0;
         i < write_lines_max && i * cache_line_bytes < cell->write_count * sizeof(struct write); i++)
        __builtin_prefetch(writes + i * cache_line_bytes);
    if (cell->windows != NULL)
        __builtin_prefetch(cell->windows);
}

void foresight_look(struct foresight *foresight, const struct cell_index *index, const struct event *event)
{
    struct coming *coming = &foresight->coming[foresight->next % foresight_room];
    *coming = coming_access(event_later(event));
    if (index->slots == NULL)
        return;
    if (coming->hash != 0)
        __builtin_prefetch(&index->slots[coming->hash & index->mask]);
    coming = came_before(foresight, foresight_stage);
    if (coming->hash != 0)
        fetch_cell(index, coming);
    coming = came_before(foresight, 2 * foresight_stage);
    if (coming->is_write)
        fetch_memory_of_cell(index, coming->hash);
    foresight->next++;
}
