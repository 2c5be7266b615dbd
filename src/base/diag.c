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
    /* strerror is not for two threads. */
    char meaning[128];
    if (strerror_r(error, meaning, sizeof meaning) != 0)
        snprintf(meaning, sizeof meaning, "error %d", error);
    return diag_set(diag, STATUS_IO, "%s: %s", what, meaning);
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

static void add_place(const struct diag *diag, char *line, size_t room_bytes)
{
    if (diag->has_frame && diag->has_offset)
        snprintf(line, room_bytes, " (frame %" PRIu64 ", offset %" PRIu64 ")", diag->frame, diag->offset);
    else if (diag->has_frame)
        snprintf(line, room_bytes, " (frame %" PRIu64 ")", diag->frame);
    else if (diag->has_offset)
        snprintf(line, room_bytes, " (offset %" PRIu64 ")", diag->offset);
}

void diag_line(const struct diag *diag, char line[diag_line_bytes_max])
{
    size_t used = 0;
    if (diag->file[0] != '\0') {
        used = text_escape(text_of(diag->file), line);
        line[used++] = ':';
        line[used++] = ' ';
    }
    used += text_escape(text_of(diag->message), line + used);
    add_place(diag, line + used, diag_line_bytes_max - used);
}

void diag_print(const struct diag *diag, FILE *to)
{
    char line[diag_line_bytes_max];
    diag_line(diag, line);
    fprintf(to, "staleread: %s\n", line);
}
