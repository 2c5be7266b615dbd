/* A slice in the making: pieces of a trace, which of them are kept, and the bytes that come of it. */
#ifndef STALEREAD_SLICE_TRIAL_H
#define STALEREAD_SLICE_TRIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/status.h"
#include "finding/finding.h"
#include "slice/candidate.h"
#include "slice/choose.h"
#include "slice/origin.h"
#include "slice/rows.h"

struct trial {
    const struct finding *wanted;
    struct trace *trace; /* read to its end */
    struct pieces pieces;
    struct candidate candidate;
    struct rows rows;
    struct origin_request asked; /* what is told of the program in what is written */
    bool tells_texts;            /* what is written has the texts of its functions, too */
    unsigned char *kept;         /* one for each piece */
};

/* Everything is empty, and nothing is redacted; `wanted` outlives the trial. */
void trial_init(struct trial *trial, const struct finding *wanted);
void trial_fini(struct trial *trial);

/* Takes the pieces of the trace that the choice says, in place of what was there, and keeps all of them. STATUS_LIMIT with an empty diag:
 * there are more than can be held. Otherwise as trace_open and trace_next. */
enum status trial_choose(struct trial *trial, const char *path, const struct concern *concern,
                         const struct choice *choice, const struct passing *passing, struct diag *diag)
    WARN_UNUSED;

/* Keeps those of the pieces that a narrower choice says, and what these stand in. STATUS_OK or STATUS_NOMEM. */
enum status trial_narrow(struct trial *trial, const struct concern *concern, const struct choice *choice,
                         struct diag *diag) WARN_UNUSED;

/* The trace that comes of keeping these pieces, and which of them are really there then (see candidate_make). *bytes is to be freed.
 * STATUS_OK or STATUS_NOMEM. */
enum status trial_write(struct trial *trial, unsigned char *kept, char **bytes, size_t *length,
                        struct diag *diag) WARN_UNUSED;

/* Forgets the pieces that are not in what is kept: so all that comes is cheap. STATUS_OK or STATUS_NOMEM. */
enum status trial_forget_others(struct trial *trial, struct diag *diag) WARN_UNUSED;

#endif
