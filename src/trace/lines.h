/* The lines of a text file, which may be compressed by gzip: forwards only, in constant memory. */
#ifndef STALEREAD_TRACE_LINES_H
#define STALEREAD_TRACE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/status.h"
#include "base/text.h"

enum { line_bytes_max = 65536 };

struct lines {
    void *file; /* zlib's; NULL: not open */
    char *bytes;
    size_t start; /* of what is not handed out yet, in bytes[] */
    size_t end;
    bool at_end;     /* the file has no more bytes */
    uint64_t number; /* of the line handed out last, from 1 */
};

/* Opens the file; a directory is refused. After an error only lines_fini may be called. */
enum status lines_init(struct lines *lines, const char *path, struct diag *diag) WARN_UNUSED;
void lines_fini(struct lines *lines);

/* The next line without its end; it lives until the next call. *cut tells that it is longer than line_bytes_max: then the rest
 * of it was passed over. STATUS_END after the last one; STATUS_IO, or STATUS_BAD_INPUT where what gzip wrote is damaged. */
enum status lines_next(struct lines *lines, struct text *line, bool *cut, struct diag *diag) WARN_UNUSED;

#endif
