/* Takes out of a trace the events that are wanted, and what these cannot do without. */
#ifndef STALEREAD_SLICE_CHOOSE_H
#define STALEREAD_SLICE_CHOOSE_H

#include "base/diag.h"
#include "base/status.h"
#include "slice/concern.h"
#include "slice/passing.h"
#include "slice/piece.h"
#include "slice/wanted.h"
#include "trace/reader.h"

/* Reads the trace from its beginning to its end and adds the events that are chosen, sorted, with everything they stand in or
 * refer to. STATUS_OK, STATUS_LIMIT (there are more than `pieces` may hold), or what trace_next returns. */
enum status choose(struct pieces *pieces, const struct concern *concern, const struct choice *choice,
                   struct trace *trace, const struct passing *passing, struct diag *diag) WARN_UNUSED;

#endif
