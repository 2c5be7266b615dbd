/* One column of an events frame, written: the other way round than trace/columns.h. */
#ifndef STALEREAD_TRACE_COLUMN_WRITER_H
#define STALEREAD_TRACE_COLUMN_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* What a column of `count` values takes at most. */
#define column_bytes_max(count) (9 + 8 * (size_t)(count))

/* Adds the column in the encoding that takes the fewest bytes; value i is values[i * stride], `count` at least 1. */
void column_write(struct buffer *to, const uint64_t *values, size_t count, size_t stride);

#endif
