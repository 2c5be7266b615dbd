/* In: a status, and what was collected about it. Out: the status and the error of staleread.h.
 * Must hold: no memory is taken; what is handed out is valid UTF-8 on one line, but for the file's name, which is as it was
 * given. */
#include "api/failure.h"

#include <string.h>

#include "base/text.h"

void failure_clear(struct failure *failure)
{
    failure->error = (struct staleread_error){
        .struct_bytes = sizeof failure->error, .text = failure->text, .message = failure->message};
    failure->text[0] = failure->message[0] = failure->file[0] = '\0';
}

static enum staleread_status public_status(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return STALEREAD_OK;
    case STATUS_END:
        return STALEREAD_END;
    case STATUS_NOMEM:
        return STALEREAD_NO_MEMORY;
    case STATUS_IO:
        return STALEREAD_IO;
    case STATUS_BAD_INPUT:
        return STALEREAD_BAD_INPUT;
    case STATUS_UNSUPPORTED:
        return STALEREAD_UNSUPPORTED;
    case STATUS_LIMIT:
        return STALEREAD_LIMIT;
    case STATUS_WAIT:
        return STALEREAD_WAIT;
    case STATUS_USAGE:
        return STALEREAD_USAGE;
    case STATUS_STOPPED:
        return STALEREAD_STOPPED;
    }
    return STALEREAD_USAGE;
}

enum staleread_status failure_keep(struct failure *failure, enum status status, const struct diag *diag)
{
    failure_clear(failure);
    if (status == STATUS_OK || status == STATUS_END || status == STATUS_WAIT)
        return public_status(status);
    failure->error.status = public_status(status);
    if (diag->file[0] != '\0')
        failure->error.file = strcpy(failure->file, diag->file);
    text_escape(text_of(diag->message), failure->message);
    failure->error.has_frame = diag->has_frame;
    failure->error.has_offset = diag->has_offset;
    failure->error.frame = diag->frame;
    failure->error.offset = diag->offset;
    diag_line(diag, failure->text);
    return failure->error.status;
}

enum staleread_status failure_refuse(struct failure *failure, const char *why)
{
    struct diag diag = DIAG_NONE;
    (void)diag_set(&diag, STATUS_USAGE, "%s", why);
    return failure_keep(failure, STATUS_USAGE, &diag);
}
