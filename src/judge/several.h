/* Several trace files, analyzed at the same time: as many as there are processors, unless told otherwise.
 *
 * What comes out is the same, to the byte, as if they had been analyzed one after the other in the order given. */
#ifndef STALEREAD_JUDGE_SEVERAL_H
#define STALEREAD_JUDGE_SEVERAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "judge/judgement.h"

/* How far all of them together are. */
struct several_progress {
    const char *path; /* of the one that was last heard of */
    size_t trace_count;
    size_t done_count;
    uint64_t file_bytes; /* of all together, as large as they were at the start; 0: not known of each */
    uint64_t read_bytes;
    uint64_t events;
};

struct several_options {
    size_t at_once_max;        /* 0: as many as there are processors */
    uint64_t memory_bytes_max; /* for all that are analyzed at the same time, shared evenly; 0: no bound */
    void *context;
    /* Called now and then, by one thread at a time; may be NULL. */
    void (*progress)(void *context, const struct several_progress *progress);
    /* Called for each trace that could not be read to its end, in the order given, when all are done. */
    void (*failed)(void *context, const struct diag *diag);
};

/* Replays them into the judgement, whose rules are loaded already. *failed_count tells how many could not be read to their
 * end; findings up to there are kept. STATUS_OK, or STATUS_NOMEM. */
enum status several_replay(struct judgement *judgement, const char *const *paths, size_t count,
                           const struct several_options *options, size_t *failed_count) WARN_UNUSED;

#endif
