/* The smallest trace in which a finding still stands.
 *
 * The trace is read a few times: to learn whom the finding is about, and to choose events that may matter, few at first, then
 * more, until the finding stands in them. These are made fewer by delta debugging, with the analyzer as the judge: steps, then events,
 * then references between rows of the tables. */
#ifndef STALEREAD_SLICE_SLICE_H
#define STALEREAD_SLICE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/diag.h"
#include "base/map.h"
#include "base/status.h"
#include "finding/identity.h"
#include "finding/list.h"
#include "slice/passing.h"
#include "slice/redactor.h"

struct slice_request {
    const char *path;                /* of the trace; read several times */
    const struct finding *wanted;    /* one of the list's */
    const struct finding_list *list; /* finished: all that the trace shows */
    uint64_t blocking_microseconds;  /* as the list was made; 0: as by default */
    struct redactor *redactor;       /* gives pseudonyms, and learns from the trace; NULL: names stay */
    bool tells_original;             /* a slice with pseudonyms tells the finding's id in the whole trace */
    struct passing passing;          /* hears how far each reading of the trace is */
    /* Called now and then with what is left; may be NULL. */
    void (*progress)(void *context, size_t events, uint64_t tests);
    void *context;
};

struct slice_result {
    char id[identity_bytes_max]; /* of the finding in the slice: another one where names are others */
    struct buffer bytes;         /* a whole trace; to be given to buffer_fini */
    uint64_t whole_events;       /* of the trace that it was made from */
    size_t events;
    uint64_t tests; /* traces that were analyzed on the way */
    bool
        is_minimal; /* no single event can be left out; false: the effort allowed was used up before that was so */
    unsigned same; /* what of the finding is the same in it (enum oracle_fact of slice/oracle.h) */
};

/* STATUS_OK; STATUS_USAGE: the finding cannot be sliced, the diag says why; or what trace_next returns. `result` is to be given
 * to slice_fini in any case. */
enum status slice_make(const struct slice_request *request, struct slice_result *result, struct diag *diag)
    WARN_UNUSED;
void slice_fini(struct slice_result *result);

#endif
