/* Rows of the tables, written: the other way round than trace/tables.h. */
#ifndef STALEREAD_TRACE_TABLES_WRITER_H
#define STALEREAD_TRACE_TABLES_WRITER_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/text.h"
#include "trace/tables.h"

/* Each adds one record to what will be the payload of a tables frame. */
void tables_writer_string(struct buffer *to, uint64_t number, struct text text);
void tables_writer_function(struct buffer *to, const struct trace_function *row);
void tables_writer_text(struct buffer *to, uint64_t function, struct text text);
void tables_writer_site(struct buffer *to, const struct trace_site *row);
void tables_writer_ignore(struct buffer *to, const struct trace_ignore *row);

#endif
