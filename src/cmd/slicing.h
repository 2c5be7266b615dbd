/* What `slice` and `bundle` have in common: their options, and the slice of one finding of a trace. */
#ifndef STALEREAD_CMD_SLICING_H
#define STALEREAD_CMD_SLICING_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/status.h"
#include "cmd/cmd.h"
#include "cmd/progress.h"
#include "judge/judgement.h"
#include "slice/slice.h"

enum slicing_option {
    slicing_finding,
    slicing_output,
    slicing_rules,
    slicing_redact,
    slicing_salt,
    slicing_keep_id,
    slicing_option_count,
};

extern const struct cmd_option slicing_options[slicing_option_count];

struct slicing {
    const char *path;
    const struct cmd_arguments *arguments;
    struct judgement judgement;    /* of the whole trace */
    const struct finding *finding; /* in it */
    struct progress progress;
    struct slice_result result;
    struct redactor redactor;
    bool is_redacted;
};

/* Checks what was asked for, and makes the slice. What slice_make returns, STATUS_USAGE too for what makes no sense. `slicing` is to be
 * given to slicing_fini in any case. */
enum status slicing_run(struct slicing *slicing, const struct cmd_arguments *arguments, struct diag *diag)
    WARN_UNUSED;
void slicing_fini(struct slicing *slicing);

/* Puts what was made where -o says. */
enum status slicing_write(const struct slicing *slicing, const struct buffer *made, struct diag *diag)
    WARN_UNUSED;

/* Says on stderr what came of it: `bytes` of it in all. */
void slicing_tell(const struct slicing *slicing, size_t bytes);

#endif
