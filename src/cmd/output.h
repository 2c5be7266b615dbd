/* Where a command's output goes: standard output, or the file of -o. A disk that is full is an error, not silence. */
#ifndef STALEREAD_CMD_OUTPUT_H
#define STALEREAD_CMD_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/buffer.h"
#include "base/diag.h"
#include "base/status.h"

struct output {
    FILE *stream;
    const char *path; /* NULL: standard output */
};

/* Whether that path of -o (NULL: none was given) means standard output. */
bool output_is_standard(const char *path);

/* Whether that is a terminal. */
bool output_is_terminal(const char *path);

/* STATUS_USAGE when `path` (NULL or "-": standard output) is one of the files that are read, whatever it is called: a
 * trace cannot be recorded twice. */
enum status output_spares(const char *path, const char *const *inputs, size_t count, struct diag *diag)
    WARN_UNUSED;

/* `path` is as above and must outlive the output. STATUS_IO when the file cannot be made. */
enum status output_open(struct output *output, const char *path, struct diag *diag) WARN_UNUSED;

/* Closes what was opened. STATUS_IO when not everything could be written. */
enum status output_close(struct output *output, struct diag *diag) WARN_UNUSED;

/* Takes away the file that output_open made, once it is closed, so that nobody takes it for a whole one. What is no regular file (a
 * device, a pipe) stays. */
void output_discard(const struct output *output);

/* Puts the content into a file in one go: whoever reads it has the old content or the new one whole, also when this is
 * interrupted or the disk is full. What is no regular file (a link, a pipe, a terminal) is simply written to. STATUS_IO. */
enum status output_replace(const char *path, const struct buffer *content, struct diag *diag) WARN_UNUSED;

/* Flushes standard output at the end of the program, and says on stderr if that fails. */
bool output_flush_standard(void);

#endif
