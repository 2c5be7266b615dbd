/* What the formats of differences for people have in common. `Lines` are whole sentences, each with a newline behind it, as in
 * finding/phrase.h. */
#ifndef STALEREAD_REPORT_DIFFERENCE_WORDS_H
#define STALEREAD_REPORT_DIFFERENCE_WORDS_H

#include "report/difference.h"

/* The formats, difference_text.c and so on: each appends all of it. */
void difference_text(const struct difference *difference, struct buffer *out);
void difference_markdown(const struct difference *difference, struct buffer *out);
void difference_json(const struct difference *difference, struct buffer *out);

/* What is wrong with the traces, so that what is gone may only be missing. */
void difference_add_warnings(struct buffer *lines, const struct difference *difference);

/* "predicted → observed, 3 → 26 times" */
void difference_add_change(struct buffer *out, const struct difference_change *change);

/* What there is to say about the schedules as a whole, a line; `loop` is that which parted first, or NULL. */
void difference_add_parting(struct buffer *lines, const struct difference *difference,
                            const struct parting_loop *loop);

/* Which loop parted first; NULL: none. */
const struct parting_loop *difference_first_parted(const struct difference *difference);

/* A line that sums it up. */
void difference_add_summary(struct buffer *lines, const struct difference *difference);

/* Why nothing more is shown of a side, a clause; NULL: there is more. */
const char *difference_end_of(const struct parting_side *side);

#endif
