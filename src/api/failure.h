/* What went wrong with an object of staleread.h, kept for whoever asks. */
#ifndef STALEREAD_API_FAILURE_H
#define STALEREAD_API_FAILURE_H

#include <staleread.h>

#include "base/diag.h"
#include "base/text.h"

/* Takes no memory of its own, because memory is what may be lacking. */
struct failure {
    struct staleread_error error;
    char text[diag_line_bytes_max];
    char message[text_escaped_bytes_max(diag_message_bytes_max)];
    char file[diag_file_bytes_max];
};

/* Nothing went wrong, or nothing has since. */
void failure_clear(struct failure *failure);

/* Keeps what the diag says, of a call that came to `status`; returns what the caller is to be told. STATUS_OK,
 * STATUS_END and STATUS_WAIT are no failures. */
enum staleread_status failure_keep(struct failure *failure, enum status status, const struct diag *diag);

/* Keeps that a call made no sense, and why. */
enum staleread_status failure_refuse(struct failure *failure, const char *why);

#endif
