/*
 * Many reports, put together to one.
 *
 *     struct merging merging;
 *     merging_init(&merging);
 *     for each report: merging_add(&merging, &reading, &diag)
 *     merging_finish(&merging, &diag)
 *     struct report_input input = merging_report(&merging);
 *     merging_fini(&merging);
 *
 * In which order, and in which groups, reports are put together does not matter to a byte; a merged report is one like any other. A
 * trace that is in several reports counts once.
 *
 * Findings of one id become one. Its status is the highest, its confidence the highest that it has with this status, and its count the
 * sum of those of each trace with this status. Its places and values are those of one report: of the highest status, then the highest
 * confidence, then the trace that was started first; what is left the bytes decide. `cells` is the most that any report counted.
 */
#ifndef STALEREAD_REPORT_MERGING_H
#define STALEREAD_REPORT_MERGING_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/map.h"
#include "base/status.h"
#include "base/vector.h"
#include "finding/ignores.h"
#include "finding/list.h"
#include "report/reading.h"
#include "report/report.h"

/* Different traces, together with a hundred findings in each of them, that one report can tell of. */
enum { merging_traces_max = 16384 };

/* That a finding was seen in a trace. */
struct merging_sighting {
    uint32_t finding, trace;    /* indexes */
    enum finding_status status; /* of what is counted; of a count of 0 it does not matter */
    uint64_t count;
};

struct merging {
    struct arena arena;  /* of all texts */
    size_t bytes_of_use; /* in the arena, when it was last cleared of what is not used any more */
    VECTOR(struct report_trace) traces; /* each once */
    struct map trace_places;            /* hash of a trace -> its index */
    struct finding_list list;
    VECTOR(uint64_t) unplaced; /* of each finding: how much of its count belongs to no trace that is there */
    struct map finding_places; /* identity -> index */
    VECTOR(struct merging_sighting) sightings;
    struct map sighting_places; /* indexes of finding and trace -> index */
    struct ignores ignores;
    size_t ignores_of_use; /* how many there were when each was last made to stand once */
};

void merging_init(struct merging *merging);
void merging_fini(struct merging *merging);

/* Adds a report, which may go afterwards. STATUS_OK; STATUS_LIMIT or STATUS_NOMEM, and it is for merging_fini only. */
enum status merging_add(struct merging *merging, const struct reading *reading, struct diag *diag)
    WARN_UNUSED;

/* Nothing may be added afterwards. STATUS_OK, STATUS_LIMIT or STATUS_NOMEM. */
enum status merging_finish(struct merging *merging, struct diag *diag) WARN_UNUSED;

/* Borrows from what is finished. Findings of every confidence are shown. */
struct report_input merging_report(const struct merging *merging);

#endif
