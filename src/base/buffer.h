/* A string that grows, for reports.
 *
 * Errors are sticky: after the first one nothing is added any more, and buffer_status tells it once at the end. So
 * that a hundred small additions need not be checked one by one. */
#ifndef STALEREAD_BASE_BUFFER_H
#define STALEREAD_BASE_BUFFER_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/status.h"
#include "base/text.h"

struct buffer {
    char *bytes;   /* ends with a 0 byte that `length` does not count; NULL while nothing was added */
    size_t length; /* in bytes */
    size_t capacity;
    enum status status;
};

void buffer_init(struct buffer *buffer);
void buffer_fini(struct buffer *buffer);

/* The same for one that helped to fill `whole`, which takes over its error. */
void buffer_fini_part(struct buffer *part, struct buffer *whole);

/* Forgets what was added, but neither an error nor the memory. */
void buffer_clear(struct buffer *buffer);

void buffer_add(struct buffer *buffer, struct text text);
void buffer_add_string(struct buffer *buffer, const char *string);
void buffer_add_char(struct buffer *buffer, char character);
void buffer_add_repeated(struct buffer *buffer, char character, size_t count);
void buffer_add_number(struct buffer *buffer, uint64_t number);
void buffer_add_format(struct buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);

/* As text_print does: what is not printable becomes \x1b and the like. */
void buffer_add_escaped(struct buffer *buffer, struct text text);

/* STATUS_OK, or the first error there was. */
enum status buffer_status(const struct buffer *buffer) WARN_UNUSED;

/* What was added so far; valid until the next addition. */
struct text buffer_text(const struct buffer *buffer);

/* Moves what was added into the arena, and leaves the buffer as after buffer_fini. The empty text, and `lacks` in the arena,
 * if there was no memory for all of it. */
struct text buffer_move(struct buffer *buffer, struct arena *arena) WARN_UNUSED;

/* The content as a C string, never NULL; valid until the next addition. */
const char *buffer_string(const struct buffer *buffer);

/* Writes everything; STATUS_IO when the stream refuses. A full disk may show up only when the stream is flushed:
 * whoever opened the stream looks at that. */
enum status buffer_write(const struct buffer *buffer, FILE *to) WARN_UNUSED;

#endif
