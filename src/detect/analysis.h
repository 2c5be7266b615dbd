/* The whole way from an open trace to its findings. */
#ifndef STALEREAD_DETECT_ANALYSIS_H
#define STALEREAD_DETECT_ANALYSIS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/budget.h"
#include "base/diag.h"
#include "base/status.h"
#include "finding/list.h"
#include "trace/reader.h"

struct analysis_options {
    /* Called now and then while it goes on, with what trace_info says; returns whether to go on. May be NULL. */
    bool (*progress)(void *context, const struct trace_info *info);
    /* Of a trace that is followed (trace_follow), called now and then and where there is nothing more yet; has waited then, or
     * has ended the trace (trace_end_here). What was found so far is in the list. NULL: the trace is not followed. */
    void (*wait)(void *context, struct trace *trace, bool is_behind);
    void *context;
    /* A step that held its loop for less is no finding; 0: blocking_microseconds_default. */
    uint64_t blocking_microseconds;
    /* What may be remembered of the trace at a time; 0: as much as it takes. */
    uint64_t memory_bytes_max;
};

enum { blocking_microseconds_default = 100000 };

/* What was looked at. */
struct analysis_totals {
    uint64_t actors;
    struct forgotten forgotten;
};

/* Reads the trace to its end and adds to the list, which is not finished here. STATUS_OK, STATUS_STOPPED (by progress), or
 * what trace_next and replay_event return; the findings up to there are in the list then. */
enum status analysis_run(struct trace *trace, const struct analysis_options *options,
                         struct finding_list *list, struct analysis_totals *totals, struct diag *diag)
    WARN_UNUSED;

#endif
