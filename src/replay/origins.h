/* Origins: sets of reads that a value or a decision may come from.
 *
 * Frozen ones are counted references that stand for a source until it is set anew; NULL is "none". Sets that are being put
 * together hold no references. Either has at most one read of each cell, the latest, because an earlier check or value
 * of the same cell is superseded by it (double-checked locking). */
#ifndef STALEREAD_REPLAY_ORIGINS_H
#define STALEREAD_REPLAY_ORIGINS_H

#include <stdint.h>

#include "base/status.h"
#include "replay/read.h"

enum { origins_max = 24 };

struct origins {
    uint32_t references;
    uint16_t count;
    uint16_t room;        /* for so many */
    struct read *reads[]; /* counted */
};

/* Origins being put together. */
struct origin_set {
    uint32_t count;
    struct read *reads[origins_max];
};

static inline struct origins *origins_retain(struct origins *origins)
{
    if (origins != NULL)
        origins->references++;
    return origins;
}

void origins_release(struct cell_table *cells, struct origins *origins);

/* NULL when the set is empty (STATUS_OK), or when there is no memory. */
enum status origins_freeze(struct cell_table *cells, struct origins **out, const struct origin_set *set)
    WARN_UNUSED;

/* Adds one read to *origins, which nobody else refers to, as origin_set_add does. STATUS_OK or STATUS_NOMEM (nothing changed). */
enum status origins_add(struct cell_table *cells, struct origins **origins, struct read *read) WARN_UNUSED;

/* Adds one read, in place of an earlier one of the same cell. When the set is full, the oldest goes. */
void origin_set_add(struct origin_set *set, struct read *read);
void origin_set_add_all(struct origin_set *set, const struct origins *origins);

/* The read of the cell, or NULL. */
struct read *origin_set_find(const struct origin_set *set, const struct cell *cell);

#endif
