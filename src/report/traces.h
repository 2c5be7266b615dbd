/*
 * When two rows of reports are of one trace, and which of them tells it better.
 *
 * A trace is known by when it was started, on which host, by which process, and how many events came before it (files that take turns
 * have all else in common). Of what tells no start, a log of another tool say, by its path and by how much is in it.
 */
#ifndef STALEREAD_REPORT_TRACES_H
#define STALEREAD_REPORT_TRACES_H

#include "base/arena.h"
#include "base/status.h"
#include "report/report.h"

/* A total order of traces, by their start first. 0: they are one. */
int traces_compare(const struct report_trace *one, const struct report_trace *other);

/* The same for two that are one; different traces may have the same, too. */
uint64_t traces_hash(const struct report_trace *trace);

/* Of two rows of one trace: *is_better tells whether the first is to be preferred, because it has the end of the recording, or more of
 * it; what is left their bytes decide. STATUS_OK or STATUS_NOMEM. */
enum status traces_better(const struct report_trace *one, const struct report_trace *other, bool *is_better)
    WARN_UNUSED;

/* Makes all that the row points to the arena's. Its overview stays behind. STATUS_OK or STATUS_NOMEM. */
enum status traces_copy(struct report_trace *trace, struct arena *arena) WARN_UNUSED;

#endif
