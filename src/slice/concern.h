/* Whom and what a finding is about: its events, the actors behind them, and the objects that they touched. */
#ifndef STALEREAD_SLICE_CONCERN_H
#define STALEREAD_SLICE_CONCERN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/map.h"
#include "base/status.h"
#include "finding/finding.h"
#include "trace/reader.h"

struct concern {
    struct map events;   /* numbers of the events of its places, plus 1 */
    struct map actors;   /* those who run there, and who made them, and so on */
    struct map objects;  /* those touched there, and what keeps them, and so on */
    uint64_t last_event; /* the greatest of `events`; 0: no place has an event */
};

/* The events only. STATUS_OK or STATUS_NOMEM; concern_fini is to be called in any case. */
enum status concern_init(struct concern *concern, const struct finding *finding) WARN_UNUSED;
void concern_fini(struct concern *concern);

/* Reads the trace from its beginning as far as it must to learn the actors and objects; with `is_wide`, once the objects are
 * known, all of it, and takes all actors that ever touch one of them. STATUS_OK, or what trace_next returns. */
enum status concern_learn(struct concern *concern, struct trace *trace, bool is_wide, struct diag *diag)
    WARN_UNUSED;

#endif
