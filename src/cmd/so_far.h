/* What was found so far in a trace that is followed, told as it comes. */
#ifndef STALEREAD_CMD_SO_FAR_H
#define STALEREAD_CMD_SO_FAR_H

#include <stdint.h>
#include <stdio.h>

#include "base/map.h"
#include "judge/judgement.h"

struct so_far {
    struct map told; /* hash of an id and a status -> how often */
    uint64_t looked; /* at how many findings, and of which status, last time */
};

/* All zero has told nothing. */
void so_far_fini(struct so_far *so_far);

/* Prints those findings that were not told yet, or not with this status; `shown` says which are shown, and how: its list
 * does not matter. What there is no memory for, or what the stream refuses, the report will tell. */
void so_far_tell(struct so_far *so_far, struct judgement *judgement, struct baseline *baseline,
                 const struct trace *trace, struct report_input shown, FILE *to);

#endif
