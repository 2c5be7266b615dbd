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
    /* Looks after every step for windows that can be forgotten, not only when they have doubled: slow, for tests that
     * forgetting changes no finding. */
    bool is_eager_to_forget;
};

enum { blocking_microseconds_default = 100000 };

/* What was looked at. */
struct analysis_totals {
    uint64_t actors;
    struct forgotten forgotten;
};

/* A trace that is being replayed. */
struct analysis;

/* Begins: nothing of the trace was read yet, and the list is not finished. Of the options those about callbacks do not matter here.
 * STATUS_OK or STATUS_NOMEM; on error *out is NULL. */
enum status analysis_open(struct analysis **out, struct trace *trace, const struct analysis_options *options,
                          struct finding_list *list, struct diag *diag) WARN_UNUSED;

/* The trace's next event, which was replayed and lives until the next call. STATUS_END after the last one: what can only be told at the
 * end is in the list then. Otherwise what trace_next and replay_event return; after an error but STATUS_WAIT there
 * is only analysis_close. */
enum status analysis_step(struct analysis *analysis, const struct event **event, struct diag *diag)
    WARN_UNUSED;

struct analysis_totals analysis_totals(const struct analysis *analysis);

/* NULL is allowed. The trace stays open. */
void analysis_close(struct analysis *analysis);

/* All of that: reads the trace to its end and adds to the list, which is not finished here. STATUS_OK, STATUS_STOPPED (by progress), or
 * what trace_next and replay_event return; the findings up to there are in the list then. */
enum status analysis_run(struct trace *trace, const struct analysis_options *options,
                         struct finding_list *list, struct analysis_totals *totals, struct diag *diag)
    WARN_UNUSED;

#endif
