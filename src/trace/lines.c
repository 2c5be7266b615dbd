/* In: a file. Out: its lines.
 * Must hold: whatever the file holds, no more than line_bytes_max of it is kept. */
#include "trace/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { capacity = 2 * line_bytes_max, inflating_bytes = 256 * 1024 };

enum status lines_init(struct lines *lines, const char *path, struct diag *diag)
{
    *lines = (struct lines){0};
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    struct stat there;
    if (descriptor < 0)
        return diag_set_errno(diag, errno, "cannot open the file");
    if (fstat(descriptor, &there) == 0 && S_ISDIR(there.st_mode)) {
        close(descriptor);
        return diag_set(diag, STATUS_IO, "this is a directory; name a file in it");
    }
    lines->bytes = malloc(capacity);
    gzFile file = lines->bytes == NULL ? NULL : gzdopen(descriptor, "rb");
    if (file == NULL) {
        close(descriptor);
        return diag_set_nomem(diag);
    }
    gzbuffer(file, inflating_bytes);
    lines->file = file;
    return STATUS_OK;
}

void lines_fini(struct lines *lines)
{
    if (lines->file != NULL)
        gzclose_r(lines->file);
    free(lines->bytes);
    *lines = (struct lines){0};
}

static enum status refuse(const struct lines *lines, struct diag *diag)
{
    int error;
    gzerror(lines->file, &error);
    if (error == Z_ERRNO)
        return diag_set_errno(diag, errno, "cannot read the file");
    return diag_set(diag, STATUS_BAD_INPUT, "what gzip wrote is damaged or cut off after line %llu",
                    (unsigned long long)lines->number);
}

/* Moves what is left to the front and reads on behind it. */
static enum status fill(struct lines *lines, struct diag *diag)
{
    memmove(lines->bytes, lines->bytes + lines->start, lines->end - lines->start);
    lines->end -= lines->start;
    lines->start = 0;
    int got = gzread(lines->file, lines->bytes + lines->end, (unsigned)(capacity - lines->end));
    int error = Z_OK;
    if (got >= 0 && (size_t)got < capacity - lines->end) {
        lines->at_end = true;
        gzerror(lines->file, &error); /* a file that stops in the middle is told only here */
    }
    if (got < 0 || (error != Z_OK && error != Z_STREAM_END))
        return refuse(lines, diag);
    lines->end += (size_t)got;
    return STATUS_OK;
}

/* Passes over what is left of a line that is too long. */
static enum status pass_over(struct lines *lines, struct diag *diag)
{
    for (;;) {
        char *newline = memchr(lines->bytes + lines->start, '\n', lines->end - lines->start);
        lines->start = newline != NULL ? (size_t)(newline - lines->bytes) + 1 : lines->end;
        if (newline != NULL || lines->at_end)
            return STATUS_OK;
        enum status status = fill(lines, diag);
        if (status != STATUS_OK)
            return status;
    }
}

enum status lines_next(struct lines *lines, struct text *line, bool *cut, struct diag *diag)
{
    char *newline = memchr(lines->bytes + lines->start, '\n', lines->end - lines->start);
    if (newline == NULL && !lines->at_end && lines->end - lines->start <= line_bytes_max) {
        enum status status = fill(lines, diag);
        if (status != STATUS_OK)
            return status;
        newline = memchr(lines->bytes + lines->start, '\n', lines->end - lines->start);
    }
    if (newline == NULL && lines->start == lines->end)
        return STATUS_END;
    lines->number++;
    size_t length =
        newline != NULL ? (size_t)(newline - lines->bytes) - lines->start : lines->end - lines->start;
    *cut = length > line_bytes_max;
    if (*cut) {
        *line = TEXT_NONE;
        return pass_over(lines, diag);
    }
    *line = (struct text){lines->bytes + lines->start, length};
    lines->start += length + (newline != NULL);
    return STATUS_OK;
}
