/*
 * In which traces each finding occurred, and how often in each.
 *
 * Kept while occurrences come, beside the list of findings and under the same indexes; settled when the list is finished.
 * Reports of many traces can be put together by it without counting one of them twice.
 */
#ifndef STALEREAD_FINDING_SIGHTINGS_H
#define STALEREAD_FINDING_SIGHTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/vector.h"
#include "finding/finding.h"

/* All occurrences of one finding in one trace. */
struct sighting {
    uint32_t trace;
    enum finding_status status; /* the highest among them */
    uint64_t count;             /* of those that have it */
    size_t before;              /* 1 + index of the finding's one before; 0: it is the first */
};

struct sightings {
    VECTOR(struct sighting) all;
    VECTOR(size_t) latest; /* of each finding: 1 + index into `all`; 0: none */
};

void sightings_fini(struct sightings *sightings);

/* The finding of that index occurred `count` times. Occurrences of one trace come without those of others in between. STATUS_OK or STATUS_NOMEM (nothing changed). */
enum status sightings_note(struct sightings *sightings, size_t finding, uint32_t trace,
                           enum finding_status status, uint64_t count) WARN_UNUSED;

/* The finding occurred wherever that of `others` did, whose first trace is `trace` here. STATUS_OK or STATUS_NOMEM. */
enum status sightings_take(struct sightings *sightings, size_t finding, const struct sightings *others,
                           size_t other, uint32_t trace) WARN_UNUSED;

/* The trace is not in the report: what occurred in it was seen nowhere. */
void sightings_drop(struct sightings *sightings, uint32_t trace);

/* Gives each finding its own, by rising trace, in memory of the arena. STATUS_OK or STATUS_NOMEM. */
enum status sightings_settle(const struct sightings *sightings, struct finding *findings, size_t count,
                             struct arena *arena) WARN_UNUSED;

#endif
