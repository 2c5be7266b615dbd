/* What the kinds of findings mean, in words: a row for each kind. */
#ifndef STALEREAD_CMD_EXPLAIN_H
#define STALEREAD_CMD_EXPLAIN_H

#include "finding/finding.h"

/* Whole lines of at most 80 columns; every text but the first ends with a newline. */
struct explain_row {
    const char *headline; /* half a sentence */
    const char *meaning;
    const char *example; /* indented Python */
    const char *cures;   /* items of a list */
    const char *not_it;  /* items of a list: what looks like it and is no finding */
};

/* By kind. */
extern const struct explain_row explain_rows[FINDING_KIND_COUNT];

#endif
