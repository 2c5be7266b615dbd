/*
 * Source text without what a formatter may change: the same code gives the same bytes.
 *
 * Left out are white space that keeps no two words apart, round brackets, commas before what closes, and comments;
 * the two kinds of quotes count as one. What remains is for comparing, it is no Python any more.
 */
#ifndef STALEREAD_FINDING_CANONICAL_H
#define STALEREAD_FINDING_CANONICAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* A walk over a text; all zero but the text at its start. */
struct canonical {
    struct text source;
    size_t next;
    unsigned char before; /* the byte handed out last */
    unsigned char held;   /* one that comes after a blank; 0: none */
    unsigned char quote;  /* of the string literal that the walk is in; 0: in none */
    bool spaced;          /* something was left out since then */
};

/* The next byte; -1 at the end, and ever after. */
int canonical_next(struct canonical *walk);

#endif
