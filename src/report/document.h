/*
 * A JSON file that should be a report of ours: its bytes, and what cJSON makes of them.
 *
 * Size, depth and number of values are checked before memory is taken for them, so that a file that lies costs no more than
 * twice its own size and 500 MB. cJSON's parser writes to a variable of its own that all threads share: one thread at a
 * time may parse.
 */
#ifndef STALEREAD_REPORT_DOCUMENT_H
#define STALEREAD_REPORT_DOCUMENT_H

#include <cjson/cJSON.h>

#include "base/buffer.h"
#include "base/diag.h"
#include "base/status.h"
#include "base/text.h"

/* What an honest report stays far below: ten thousand findings are 30 MB of 800,000 values; so are a thousand traces, each with a
 * hundred findings. */
enum {
    document_file_bytes_max = 134217728,
    document_values_max = 4194304,
    document_depth_max = 32,
};

/* How errors speak of the file. */
struct document_words {
    const char *what;   /* "baseline" */
    const char *remedy; /* what to do where it is none, a clause */
    const char *anew;   /* what writes it anew: "--write-baseline" */
};

/* Appends what the file has. STATUS_OK, STATUS_IO, STATUS_LIMIT or STATUS_NOMEM; the diag says what is wrong, and names the file in
 * any case. */
enum status document_load(struct buffer *content, const char *path, const struct document_words *words,
                          struct diag *diag) WARN_UNUSED;

/* Whether the limits hold. STATUS_OK, STATUS_BAD_INPUT (too deep) or STATUS_LIMIT. */
enum status document_check(struct text content, const struct document_words *words, struct diag *diag)
    WARN_UNUSED;

/* Parses a report of a schema that this program knows; a 0 byte stands behind the content. *out is for cJSON_Delete.
 * STATUS_OK; STATUS_BAD_INPUT (no report of ours); STATUS_UNSUPPORTED (of a newer schema); STATUS_LIMIT: then *out is NULL. */
enum status document_parse(cJSON **out, struct text content, const struct document_words *words,
                           struct diag *diag) WARN_UNUSED;

#endif
