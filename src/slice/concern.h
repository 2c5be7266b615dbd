/* Whom and what a finding is about: its events, the actors behind them, and the objects that they touched. */
#ifndef STALEREAD_SLICE_CONCERN_H
#define STALEREAD_SLICE_CONCERN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/map.h"
#include "base/status.h"
#include "base/vector.h"
#include "finding/finding.h"
#include "slice/passing.h"
#include "trace/reader.h"

struct concern {
    struct map places; /* numbers, plus 1, of the events of its places */
    struct map
        events; /* these, and likewise what they stand in: locks that are held there, and how their actors were made */
    struct map actors;        /* those who run there, and who made them, and so on */
    struct map objects;       /* those touched there, and what keeps them, and so on */
    VECTOR(uint64_t) anchors; /* rising: numbers of `events`, and of the calls that the places stand in */
    uint64_t last_event;      /* the greatest of the places, plus 1; 0: no place has an event */
};

/* The places only. STATUS_OK or STATUS_NOMEM; concern_fini is to be called in any case. */
enum status concern_init(struct concern *concern, const struct finding *finding) WARN_UNUSED;
void concern_fini(struct concern *concern);

/* Reads the trace from its beginning as far as it must to learn the rest; with `is_wide`, once the objects are known, all of it,
 * and takes all actors that ever touch one of them. STATUS_OK, or what trace_next returns. */
enum status concern_learn(struct concern *concern, struct trace *trace, bool is_wide,
                          const struct passing *passing, struct diag *diag) WARN_UNUSED;

/* Whether an anchor is at most so many events away. */
bool concern_is_near(const struct concern *concern, uint64_t number, uint64_t reach);
/* Whether that is so of all of so many events. */
bool concern_reaches_all(const struct concern *concern, uint64_t events, uint64_t reach);

#endif
