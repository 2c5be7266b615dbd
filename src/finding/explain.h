/* What the kinds of findings mean, in words: a row for each kind. */
#ifndef STALEREAD_FINDING_EXPLAIN_H
#define STALEREAD_FINDING_EXPLAIN_H

#include "base/buffer.h"
#include "finding/finding.h"

/* Whole lines of at most 80 columns; every text but the first ends with a newline. All are Markdown, too. */
struct explain_row {
    const char *headline; /* half a sentence */
    const char *meaning;
    const char *example; /* indented Python */
    const char *cures;   /* items of a list */
    const char *not_it;  /* items of a list: what looks like it and is no finding */
};

/* By kind. */
extern const struct explain_row explain_rows[FINDING_KIND_COUNT];

/* Appends all of a row as plain text, with its kind's name before it. */
void explain_add_text(struct buffer *out, enum finding_kind kind);

/* Appends all of a row but the headline as Markdown, with the same words. */
void explain_add_markdown(struct buffer *out, enum finding_kind kind);

#endif
