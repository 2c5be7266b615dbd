/* Windows: from a read to the act of the same flow that depends on it; and whether a rival's write can fall into one.
 *
 * A window is protected from a write when one acquisition of a lock lasted over all of it and the rival writes under
 * another acquisition of the same lock; it cannot take a write that must come before its read or after its act. */
#ifndef STALEREAD_DETECT_WINDOW_H
#define STALEREAD_DETECT_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "finding/finding.h"
#include "replay/replay.h"

enum { window_rechecks_max = 3 };

/* How far a window is open to what runs on the same loop. */
enum window_opening {
    WINDOW_ATOMIC,        /* one step: open to other threads only */
    WINDOW_COULD_SUSPEND, /* one step, but an await in it could have ended it */
    WINDOW_SUSPENDED,
};

struct detector;

struct window {
    /* What kept windows are asked first, close together: most are far away in memory. */
    uint64_t act_number;
    uint32_t act_slot;
    uint32_t act_epoch;
    const struct detector *detector;    /* who proposed it */
    const struct trace_site *read_site; /* the read's */
    const struct trace_site *act_site;
    struct actor *actor;                /* whose act it is; counted once the window is kept */
    struct read *read;                  /* likewise */
    enum finding_confidence confidence; /* at most */
    enum window_opening opening;
    struct cell *act_cell;     /* counted likewise; the read's own cell, or the one that it guards */
    struct lockset *act_locks; /* likewise; held at the act */
    uint32_t guards; /* bit i: acquisition guards_first + i of the read's locks lasted over the window */
    uint32_t guards_first;
    uint64_t written; /* value of the act */
    uint64_t before;  /* of its cell, what it found there in this run */
    bool is_write;
    bool discards; /* the act lets go of the very container whose contents were checked */
    /* Looked at in the step of the act, besides the read's own cell; counted once the window is kept; NULL: nothing. */
    struct read *rechecked[window_rechecks_max];
    bool is_relative;       /* the act writes what it makes of the cell's own value: `x += 1` */
    uint64_t checked_write; /* the write of the read's cell that the latest check on the way saw; 0: none */
    uint64_t made;          /* number of the actor that only counts as rival, with those it made; 0: all do */
    bool fills;     /* the act puts something where the check found nothing, whether it waited or not */
    bool is_waited; /* the check decided whether to wait: the act counts on its not being so any more */
};

/* Whether the read stands in the very step of the act, so that nobody on the loop can come in between. */
bool window_is_fresh(const struct read *read, const struct act *act);

/* The window from the read to the act. Nothing is counted. */
struct window window_between(const struct detector *detector, struct read *read, const struct act *act);

/* The window from the read to a write of its cell by the same flow, that the cell still remembers. */
struct window window_between_past(const struct detector *detector, struct read *read,
                                  const struct write *write);

/* Whether the write by somebody else happened between read and act. */
bool window_observed(const struct window *window, const struct write *write);

/* Whether the write could, in another run: not ordered before the read or after the act, not excluded. */
bool window_possible(const struct window *window, const struct write *write);

/* Whether the write's actor was made after the read by the read's, and wrote, in every run, before the act: on its behalf. */
bool window_is_served_by(const struct window *window, const struct write *write);

/* Whether one acquisition of the lock lasted over the window. */
bool window_is_guarded_by(const struct window *window, const struct lock *lock);

/* Whether the write's step also changed something that the act's own step looked at: had it come before, the act's actor would
 * have seen that. */
bool window_would_notice(const struct window *window, const struct write *write);

/* Whether order puts the write into the window in every run. */
bool window_inevitable(const struct window *window, const struct write *write);

/* Whether read or act are done by the write's actor, so that it is no rival. */
bool window_is_own(const struct window *window, const struct write *write);

/* Whether the two places are on different threads or loops. */
bool window_crosses_threads(const struct window *window, const struct write *write);

#endif
