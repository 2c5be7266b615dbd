/* One column of an events frame: many values of one field (formats/trace.md, "Events frames"). */
#ifndef STALEREAD_TRACE_COLUMNS_H
#define STALEREAD_TRACE_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/bytes.h"

/* Decodes `count` values; value i goes to values[i * stride]. `values` may be NULL: the column is only passed over.
 * False when the column does not decode or is cut off; what was written by then means nothing. */
bool columns_decode(struct bytes_cursor *cursor, size_t count, uint64_t *values, size_t stride);

#endif
