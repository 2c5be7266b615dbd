/* In: what went wrong, told by whoever noticed. Out: one line that a person can act on.
 * Must hold: the first cause is never replaced; texts always end with a 0 byte. */
#include "base/diag.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "base/text.h"

void diag_clear(struct diag *diag)
{
    if (diag != NULL)
        *diag = DIAG_NONE;
}

enum status diag_set(struct diag *diag, enum status status, const char *format, ...)
{
    if (diag != NULL && diag->status == STATUS_OK) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(diag->message, sizeof diag->message, format, arguments);
        va_end(arguments);
        diag->status = status;
    }
    return status;
}

enum status diag_set_errno(struct diag *diag, int error, const char *what)
{
    return diag_set(diag, STATUS_IO, "%s: %s", what, strerror(error));
}

enum status diag_set_nomem(struct diag *diag)
{
    return diag_set(diag, STATUS_NOMEM, "out of memory");
}

void diag_set_file(struct diag *diag, const char *file)
{
    if (diag != NULL && diag->file[0] == '\0')
        snprintf(diag->file, sizeof diag->file, "%s", file);
}

void diag_set_frame(struct diag *diag, uint64_t frame)
{
    if (diag != NULL && !diag->has_frame) {
        diag->has_frame = true;
        diag->frame = frame;
    }
}

void diag_set_offset(struct diag *diag, uint64_t offset_bytes)
{
    if (diag != NULL && !diag->has_offset) {
        diag->has_offset = true;
        diag->offset = offset_bytes;
    }
}

static void print_place(const struct diag *diag, FILE *to)
{
    if (diag->has_frame && diag->has_offset)
        fprintf(to, " (frame %" PRIu64 ", offset %" PRIu64 ")", diag->frame, diag->offset);
    else if (diag->has_frame)
        fprintf(to, " (frame %" PRIu64 ")", diag->frame);
    else if (diag->has_offset)
        fprintf(to, " (offset %" PRIu64 ")", diag->offset);
}

void diag_print(const struct diag *diag, FILE *to)
{
    fputs("staleread: ", to);
    if (diag->file[0] != '\0') {
        text_print(text_of(diag->file), to);
        fputs(": ", to);
    }
    text_print(text_of(diag->message), to);
    print_place(diag, to);
    fputc('\n', to);
}
