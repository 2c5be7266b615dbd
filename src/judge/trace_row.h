/* What a report says about one trace. */
#ifndef STALEREAD_JUDGE_TRACE_ROW_H
#define STALEREAD_JUDGE_TRACE_ROW_H

#include "base/arena.h"
#include "base/status.h"
#include "detect/analysis.h"
#include "report/report.h"
#include "trace/reader.h"

/* The row of a trace that was read to its end. Its texts go to the arena, so that the trace may be closed. STATUS_OK or
 * STATUS_NOMEM. */
enum status trace_row(struct report_trace *row, struct arena *arena, const struct trace *trace,
                      const struct analysis_totals *totals) WARN_UNUSED;

#endif
