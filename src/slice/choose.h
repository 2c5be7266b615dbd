/* Which events of a trace may matter to a finding: at first few, then more. */
#ifndef STALEREAD_SLICE_CHOOSE_H
#define STALEREAD_SLICE_CHOOSE_H

#include "base/diag.h"
#include "base/status.h"
#include "slice/concern.h"
#include "slice/piece.h"
#include "trace/reader.h"

enum choice {
    CHOICE_PLACES, /* the events of the finding, and what these stand in */
    CHOICE_LIVES, /* all that its actors, and those who made them, did to its objects, and with whom they had to do */
    CHOICE_TOUCH, /* the same of all actors that ever touch its objects */
    CHOICE_ORDER, /* and whatever carries order or is held, by anybody */
    CHOICE_ALL,
    CHOICE_COUNT,
};

/* Reads the trace from its beginning to its end and adds the events that are chosen, sorted, with everything they stand in or
 * refer to. STATUS_OK, STATUS_LIMIT (there are more than `pieces` may hold), or what trace_next returns. */
enum status choose(struct pieces *pieces, const struct concern *concern, enum choice choice,
                   struct trace *trace, struct diag *diag) WARN_UNUSED;

#endif
