/* Traces that are still being written: waiting for what is to come, until the recording ends or the user says that it is
 * enough.
 *
 *     follow_begin(&follow);
 *     if (follow_open(&follow, &trace, path, &diag) == STATUS_OK)
 *         … trace_next; on STATUS_WAIT follow_wait(&follow, trace, true) …
 *     follow_end(&follow);
 *
 * In between SIGINT, SIGTERM and SIGHUP end the trace instead of the program; a second one ends the program. */
#ifndef STALEREAD_CMD_FOLLOW_H
#define STALEREAD_CMD_FOLLOW_H

#include <signal.h>
#include <stdbool.h>

#include "base/diag.h"
#include "base/status.h"
#include "trace/reader.h"

struct follow {
    sigset_t watched;
    sigset_t before;  /* the mask that follow_end puts back */
    bool is_watching; /* no signal has come yet */
    bool is_last_look;
};

void follow_begin(struct follow *follow);
void follow_end(struct follow *follow);

/* As trace_open, and waits for a header that is not whole yet. What trace_open and trace_follow return. */
enum status follow_open(struct follow *follow, struct trace **trace, const char *path, struct diag *diag)
    WARN_UNUSED;

/* Looks for a signal; where there is nothing more yet (`is_behind`) waits a moment. Ends the trace after a signal, behind
 * its end frame, and when its writer is gone. */
void follow_wait(struct follow *follow, struct trace *trace, bool is_behind);

#endif
