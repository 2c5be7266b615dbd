/* Traces that are rings: the newest frames stand in the place of the oldest. */
#ifndef STALEREAD_TRACE_RING_H
#define STALEREAD_TRACE_RING_H

#include "base/diag.h"
#include "base/status.h"
#include "trace/input.h"

/* Has the frames behind the header read in the order in which they were written. The input stands behind the header. */
enum status ring_unroll(struct input *input, struct diag *diag) WARN_UNUSED;

#endif
