/* In: events that come later. Out: nothing but what the cache has.
 * Must hold: only what is known to be there is looked at: a cell that is in the index at that moment. */
#include "replay/foresight.h"

#include "replay/cell.h"

/* Events between asking for one thing and asking for what it leads to. */
enum { foresight_stage = 8 };

enum { cache_line_bytes = 64, write_lines_max = 4 };

static uint64_t hash_of_access(const struct event *event)
{
    bool is_access = event != NULL && (event->kind == EVENT_READ || event->kind == EVENT_WRITE);
    return is_access ? cell_index_hash(event->field[1], event->field[2]) : 0;
}

static uint64_t hash_before(const struct foresight *foresight, uint32_t events)
{
    return foresight->hashes[(foresight->next - events) % foresight_room];
}

static void fetch_cell(const struct cell_index *index, uint64_t hash)
{
    const char *cell = (const char *)cell_index_glance(index, hash);
    if (cell == NULL)
        return;
    __builtin_prefetch(cell);
    __builtin_prefetch(cell + cache_line_bytes);
}

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
    uint64_t hash = hash_of_access(event_later(event));
    foresight->hashes[foresight->next % foresight_room] = hash;
    if (index->slots == NULL)
        return;
    if (hash != 0)
        __builtin_prefetch(&index->slots[hash & index->mask]);
    hash = hash_before(foresight, foresight_stage);
    if (hash != 0)
        fetch_cell(index, hash);
    hash = hash_before(foresight, 2 * foresight_stage);
    if (hash != 0)
        fetch_memory_of_cell(index, hash);
    foresight->next++;
}
