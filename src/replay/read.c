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
        .cell = cell_retain(cell),
        .site = write->site,
        .value = write->value,
        .number = write->number,
        .last_write = write->number,
    };
    return read;
}

void read_release(struct cell_table *cells, struct read *read)
{
    if (read == NULL || --read->references > 0)
        return;
    situation_release(cells, read->at);
    cell_release(cells, read->cell);
    activation_release(cells, read->activation);
    object_release(read->guarded);
    heap_give(cells->heap, read, sizeof *read);
}
