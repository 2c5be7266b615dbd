/*
 * Text from anywhere as HTML: neither markup nor anything that is not seen gets through.
 *
 * What is added is valid in the content of an element, in an attribute between double quotes, and in SVG alike.
 */
#ifndef STALEREAD_REPORT_HTML_ESCAPE_H
#define STALEREAD_REPORT_HTML_ESCAPE_H

#include "base/buffer.h"
#include "finding/finding.h"

/* What is not printable becomes \x1b and the like; `<`, `>`, `&` and both quotes become references. */
void html_escape_text(struct buffer *out, struct text text);

/* The same for what is within our own hands. */
void html_escape_string(struct buffer *out, const char *string);

/* At most so many bytes of it, whole characters only, with an ellipsis where something is missing. */
void html_escape_start(struct buffer *out, struct text text, size_t bytes_max);

/* The same for a line of source: a tab is four spaces. */
void html_escape_line(struct buffer *out, struct text line);

/* <code>…</code>; nothing becomes `?`. */
void html_escape_code(struct buffer *out, struct text text);

/* A sentence of finding/phrase.h: what stands between backticks becomes <code>. */
void html_escape_sentence(struct buffer *out, struct text sentence);

/* Sentences with newlines behind them as items of a list; nothing where there is none. */
void html_escape_list(struct buffer *out, const struct buffer *lines);

/* "counter.py:9" as code. */
void html_escape_location(struct buffer *out, const struct finding_place *place);

#endif
