/* Reads: each a read event that something may depend on.
 *
 * Counted references, so that windows can ask about one long after its step. A window that is kept for writes to come asks what
 * was read, by whom, and under which locks, but not what the reader knew of others: once only such windows are left, the
 * read *rests*, and the clock of its situation may go. */
#ifndef STALEREAD_REPLAY_READ_H
#define STALEREAD_REPLAY_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "replay/situation.h"
#include "trace/tables.h"

struct activation;
struct cell;
struct cell_table;
struct object;
struct write;

/* One read event that something may depend on. */
struct read {
    uint32_t references;
    uint32_t kept; /* how many of them are kept windows': the read rests when all are */
    bool is_resting : 1;
    bool is_of_write : 1; /* it stands for a write of that number, which the cell remembers */
    bool saw_own : 1;     /* its own actor had written the value */
    bool is_told : 1;     /* a finding begins with it */
    /* Of a check, for the detectors: */
    bool is_claimed : 1;     /* its own actor has written the cell since */
    bool acted_on_other : 1; /* a write to a cell of `guarded` was reported */
    bool was_harmless : 1;   /* its act wrote what a rival had written already */
    struct object
        *guarded;         /* counted: it also guards a write to a cell of this object; NULL: of none other */
    struct situation *at; /* counted */
    struct cell *cell;    /* counted */
    const struct trace_site *site;
    uint64_t value;
    uint64_t number;                    /* of the event */
    uint64_t last_write;                /* number of the write that it saw; 0: none known */
    struct activation *activation;      /* counted, until the step is over */
    const struct trace_site *suspended; /* the await that ended its step; NULL: not known (yet) */
    uint64_t suspended_number;          /* of that event */
};

/* What the actor of a write knows of the cell from it, as if it had read its own value back. Returns a reference; NULL: no
 * memory. */
struct read *read_of_write(struct cell_table *cells, struct cell *cell, const struct write *write)
    WARN_UNUSED;

static inline struct read *read_retain(struct read *read)
{
    if (read != NULL)
        read->references++;
    return read;
}

/* NULL is allowed. */
void read_release(struct cell_table *cells, struct read *read);

/* A reference of a kept window; NULL is allowed. */
static inline struct read *read_keep(struct read *read)
{
    if (read != NULL) {
        read->references++;
        read->kept++;
    }
    return read;
}

void read_release_kept(struct cell_table *cells, struct read *read);

#endif
