/* A trace as a picture that viewers of timelines show: a lane for each thread and task, steps and waits as slices, order as arrows, locks
 * and findings on lanes of their own.
 *
 *     struct export_plan plan;
 *     export_plan_init(&plan);
 *     export_look(&plan, trace, …)            reads the trace a first time, to know what comes later
 *     export_write(&plan, trace, list, sink, …)    reads it again (opened anew), and tells the target
 *     export_plan_fini(&plan);
 *
 * The axis. A trace does not say when each event was; it says in which order they were. So event number n, as `dump --numbers`
 * counts them, stands at n microseconds and lasts one, and what is measured (how long a step took) is an argument. Memory is in
 * proportion to what is alive at a time in the trace, besides one byte for each edge of order. */
#ifndef STALEREAD_EXPORT_EXPORT_H
#define STALEREAD_EXPORT_EXPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/diag.h"
#include "base/status.h"
#include "base/vector.h"
#include "export/picture.h"
#include "finding/list.h"
#include "trace/reader.h"

/* What the first look at a trace finds out. */
struct export_plan {
    uint64_t events_end; /* number of the first event that was not seen then */
    uint64_t task_count;
    struct buffer command;           /* line, its words separated by newlines */
    VECTOR(unsigned char) receivers; /* by the number of the sending: how often it was received by others */
};

struct export_progress {
    void *context;
    void (*tell)(void *context, const struct trace_info *info); /* called now and then; may be NULL */
};

void export_plan_init(struct export_plan *plan);
void export_plan_fini(struct export_plan *plan);

/* STATUS_OK, or what trace_next returns, or STATUS_NOMEM. */
enum status export_look(struct export_plan *plan, struct trace *trace, const struct export_progress *progress,
                        struct diag *diag) WARN_UNUSED;

/* The same, and STATUS_IO where the sink's stream refuses. Of the findings those are shown that finding_list_shows; the trace must be
 * the one that they were found in, and the one that was looked at. */
enum status export_write(struct export_plan *plan, struct trace *trace, const struct finding_list *list,
                         enum finding_confidence confidence, struct export_sink *sink,
                         const struct export_progress *progress, struct diag *diag) WARN_UNUSED;

#endif
