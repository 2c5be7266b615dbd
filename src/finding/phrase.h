/*
 * Sentences about findings, as the advice and every report speak them.
 *
 * A sentence is printable text on one line, with code in backticks. Whatever comes from a trace stands
 * between backticks, is escaped, and has no backtick itself: so a sentence can go to a terminal or into
 * Markdown as it is.
 */
#ifndef STALEREAD_FINDING_PHRASE_H
#define STALEREAD_FINDING_PHRASE_H

#include "base/buffer.h"
#include "finding/finding.h"

/* `name` in backticks; a backtick within becomes an apostrophe; nothing becomes `?`. */
void phrase_add_code(struct buffer *buffer, struct text name);

/* The same without the backticks around it: a part of a longer piece of code. */
void phrase_add_bare(struct buffer *buffer, struct text name);

/* "line 12", with "of `file.py`" and "in `Class.method`" as far as they differ from `known`. */
void phrase_add_place(struct buffer *buffer, const struct finding_place *place,
                      const struct finding_place *known);

/* "from line 12 to line 14", "around line 12", or with the functions where there are two. */
void phrase_add_span(struct buffer *buffer, const struct finding_place *from, const struct finding_place *to);

/* 1 "once", 2 "twice", 1000 "1,000 times". */
void phrase_add_times(struct buffer *buffer, uint64_t count);

/* 1234567 as "1,234,567". */
void phrase_add_number(struct buffer *buffer, uint64_t number);

/* "1 finding", "2 findings". */
void phrase_add_count(struct buffer *buffer, uint64_t count, const char *one, const char *many);

#endif
