/*
 * Text of a trace in Markdown: always code, so that it is neither markup nor a mention of somebody, a link or an issue.
 *
 * What is not printable becomes \x1b and the like. Each function cuts the text to so many bytes, with an ellipsis.
 */
#ifndef STALEREAD_REPORT_MARKDOWN_CODE_H
#define STALEREAD_REPORT_MARKDOWN_CODE_H

#include "base/buffer.h"
#include "finding/finding.h"

/* As much of a name and of a line of source as people read. */
enum { markdown_name_bytes_max = 160, markdown_source_bytes_max = 400 };

/* A code span; nothing becomes `?`. */
void markdown_code_add(struct buffer *out, struct text text, size_t bytes_max);

/* The same within a table. */
void markdown_code_add_cell(struct buffer *out, struct text text, size_t bytes_max);

/* "counter.py:9" as code. */
void markdown_code_add_location(struct buffer *out, const struct finding_place *place);

/* The same within a table. */
void markdown_code_add_location_cell(struct buffer *out, const struct finding_place *place);

/* A block of code around printable lines, each with a newline. */
void markdown_code_add_block(struct buffer *out, const char *language, const struct buffer *lines);

#endif
