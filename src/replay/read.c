/* In: accesses. Out: counted reads.
 * Must hold: what a read refers to lives as long as the read. */
#include "replay/read.h"

#include "replay/activation.h"
#include "replay/cell.h"

struct read *read_of_write(struct cell_table *cells, struct cell *cell, const struct write *write)
{
    struct read *read = heap_take(cells->heap, sizeof *read);
    if (read == NULL)
        return NULL;
    *read = (struct read){
        .references = 1,
        .at = situation_retain(write->at),
        .cell = cell_retain_asking(cell),
        .site = write->site,
        .value = write->value,
        .number = write->number,
        .last_write = write->number,
    };
    return read;
}

/* Nobody will ask any more what the reader knew. */
static void rest(struct cell_table *cells, struct read *read)
{
    read->is_resting = true;
    situation_rest(cells, read->at);
    cell_rest(cells, read->cell);
}

void read_release(struct cell_table *cells, struct read *read)
{
    if (read == NULL || --read->references > read->kept)
        return;
    if (!read->is_resting)
        rest(cells, read);
    if (read->references > 0)
        return;
    situation_release_resting(cells, read->at);
    cell_release(cells, read->cell);
    activation_release(cells, read->activation);
    object_release(read->guarded);
    heap_give(cells->heap, read, sizeof *read);
}

void read_release_kept(struct cell_table *cells, struct read *read)
{
    if (read == NULL)
        return;
    read->kept--;
    read_release(cells, read);
}
