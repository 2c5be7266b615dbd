/* Shared state: objects, their cells, and what was written to each cell lately.
 *
 * Objects and cells are counted references: a read that somebody may still ask about keeps its cell, a cell its
 * object, an object the one that keeps (and so names) it. `drop` takes an object's cells out of the table; whoever
 * still refers to one sees no further writes. */
#ifndef STALEREAD_REPLAY_CELL_H
#define STALEREAD_REPLAY_CELL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/heap.h"
#include "base/map.h"
#include "base/status.h"
#include "replay/cell_index.h"
#include "replay/origins.h"
#include "trace/cells.h"
#include "trace/event_kinds.h"
#include "trace/tables.h"

struct actor;
struct clock;
struct clock_pool;
struct dependence;
struct lock;
struct lockset;
struct origins;
struct read;
struct situation;
struct cell_windows;
struct cell_touches;

struct object {
    uint32_t references;
    enum object_kind kind;
    uint64_t number;
    uint64_t name;                                   /* string */
    struct object *owner;                            /* counted; NULL: kept nowhere that is known */
    uint64_t owner_key;                              /* under which key the owner keeps it */
    uint64_t local_function, local_name, local_line; /* function 0: not named after a local variable */
    uint64_t sole_actor; /* number of the only actor that touched it; 0: nobody yet */
    bool is_shared;      /* a second actor touched it */
    uint64_t made_step;  /* the step in which its constructor ran, as far as that was seen; 0: not known */
    bool is_dropped;
    bool is_replaced; /* a cell that held it was given another value */
    struct cell *cells;
};

/* What one step wrote to a cell: the last write of it, and the value from before the first. What the step wrote in between
 * nobody on its loop has seen. */
struct write {
    struct situation *at; /* counted; rests where nobody will ask for its clock */
    uint64_t number;      /* of the event */
    const struct trace_site *site;
    uint64_t before;
    uint64_t value;
    uint64_t base;        /* made from a read of the same cell: the value that it found; 0: not known */
    uint64_t base_number; /* and the number of that event; 0: made from nothing in the cell */
    uint64_t
        decided_on; /* what the check that decided about it found, where it stands in the same step; 0: not known */
    uint64_t saw_write; /* number of the write that the check saw; 0: none known */
    uint32_t slot;      /* the actor's: most are told apart by that, without looking at the situation */
    uint32_t epoch;     /* likewise */
    uint8_t
        known; /* bit i: the cell's write i comes before it in every run; of pairs of which one is blind */
    bool is_fresh;   /* the read that it was made from stands in the same step */
    bool is_checked; /* its actor decided on it by a check of the cell, too */
    bool is_initial; /* it belongs to the making of the object: before all that others do to it */
    bool is_resting;
};

enum { cell_writes_max = 8 }; /* as many as `known` has bits */

/* What a read looks at stands in the first line of the cache, what a write does besides in the second: large traces wait for
 * little else. */
struct cell {
    uint32_t references;
    uint32_t
        asking; /* of them, of those who may ask for clocks of its writes: reads that do not rest, mostly */
    uint32_t write_count;
    uint32_t asked;        /* writes that do not rest */
    struct object *object; /* counted */
    uint64_t key;
    uint64_t value;       /* as last read or written; 0: not known */
    uint64_t last_write;  /* number of the event; 0: none yet */
    uint64_t last_writer; /* number of the actor */
    uint64_t touched;     /* number of the event that accessed it last */

    struct write *writes; /* oldest first, one for each actor and site */
    uint32_t writes_room; /* for so many */
    uint32_t blind;       /* writes that were made from nothing in the cell */
    /* Counted: what the last written value was made from; NULL where others can change it. */
    struct origins *made_from;
    struct cell_windows *windows; /* belongs to the detectors: see cell_table.forget */
    struct cell_touches *touches; /* likewise: see cell_table.forget_touches */
    struct lock *flag;            /* what it is as a home-made lock; NULL: none. See flags.c */
    struct cell *next_of_object;
};

struct cell_table {
    struct map objects; /* number -> struct object, counted */
    struct cell_index index;
    struct clock_pool *clocks;
    struct heap *heap;                            /* of cells, all that they remember, and all that is read */
    void (*forget)(struct cell_windows *windows); /* called when a cell with windows goes; may be NULL */
    void (*forget_touches)(struct cell_touches *touches);
};

void cell_table_init(struct cell_table *table, struct clock_pool *clocks, struct heap *heap);
void cell_table_fini(struct cell_table *table);

/* The object of that number, made as an unknown one if nobody declared it. NULL: no memory. */
struct object *cell_table_object(struct cell_table *table, uint64_t number) WARN_UNUSED;

/* Forgets cells, those first that were accessed longest ago, until no more than so many bytes of the heap are used, or
 * nothing is left to forget; returns how many. */
uint64_t cell_table_forget(struct cell_table *table, uint64_t bytes_max, uint64_t now);

/* Forgets the object and its cells. */
void cell_table_drop(struct cell_table *table, uint64_t number);

/* The cell of that object and key, which is accessed now, made if it is new, and its object too; the table holds the reference.
 * NULL: no memory. */
struct cell *cell_table_cell(struct cell_table *table, uint64_t object_number, uint64_t key, uint64_t now)
    WARN_UNUSED;

struct object *object_retain(struct object *object);
void object_release(struct object *object);

static inline struct cell *cell_retain(struct cell *cell)
{
    cell->references++;
    return cell;
}

/* For whoever may ask what writes of the cell knew, from now on. */
static inline struct cell *cell_retain_asking(struct cell *cell)
{
    cell->asking++;
    return cell_retain(cell);
}

/* From now on whoever retained it so does not ask. */
void cell_rest(struct cell_table *table, struct cell *cell);
void cell_release_asking(struct cell_table *table, struct cell *cell);

void cell_release(struct cell_table *table, struct cell *cell);

/* Notes that what the cell holds is about to be replaced by the value. */
void cell_table_replace(struct cell_table *table, const struct cell *cell, uint64_t value);

/* Notes that the actor touched the object. */
void object_touch(struct object *object, uint64_t actor_number);

/* Remembers a write, which does not rest before somebody who asks is none any more: in place of an older one of the same actor and site, or else of the oldest. The references in
 * `write` and to `made_from` are taken over. STATUS_OK, or STATUS_NOMEM: it is not remembered. */
enum status cell_remember(struct cell_table *table, struct cell *cell, struct write write,
                          struct origins *made_from) WARN_UNUSED;

/* Whether the remembered write of the one number comes before that of the other in every run. One of them must be blind: made from
 * nothing that was in the cell. */
bool cell_write_before(const struct cell *cell, uint64_t earlier_number, uint64_t later_number);

/* Forgets what was written, by whom, and the value. */
void cell_clear(struct cell_table *table, struct cell *cell);

/* Notes what the write was made from and guarded by, as far as that was read in the cell itself. */
void write_relate(struct write *write, const struct cell *cell, const struct dependence *dependence);

/* Whether the write would have left the cell as the read found it, had it come right after it. One whose own read
 * comes later in this run, or with it, changes by as much whatever it finds; any other writes the same value again. False
 * where values are not known. */
bool write_spares(const struct write *write, const struct read *read);

/* Whether the write, had it come right after the read, might not have come at all: its actor decided on it by a check of the
 * cell in the same step, and that found something else than the read did. */
bool write_is_doubtful(const struct write *write, const struct read *read);

/* Whether a write to a container's structure took elements out; false where that is not known. */
bool write_makes_less(const struct write *write);

/* Whether a value is surely nothing (None, False, absent, 0), or surely something. */
bool cell_value_empty(uint64_t value);
bool cell_value_present(uint64_t value);

/* Whether the two differ in that. */
bool cell_value_flips(uint64_t before, uint64_t after);

#endif
