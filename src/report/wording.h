/*
 * What there is to say about a finding and about a whole report, in words that all formats for people share.
 *
 * Functions that add lines add whole sentences, each with a newline behind it, as in finding/phrase.h.
 */
#ifndef STALEREAD_REPORT_WORDING_H
#define STALEREAD_REPORT_WORDING_H

#include "report/report.h"
#include "report/tally.h"

/* One of the things that happened, in order. */
struct wording_step {
    const struct finding_place *place;
    struct text actor; /* never empty */
    const char *verb;  /* "reads" */
};

enum { wording_steps_max = 4 };

/* What happened, in order; returns how many steps. */
size_t wording_steps(const struct finding *finding, struct wording_step steps[wording_steps_max]);

/* "counter.py:9", or what is known of it. Not escaped: it is no sentence. */
void wording_add_location(struct buffer *out, const struct finding_place *place);

/* Values, how sure it is, and what is special about it. */
void wording_add_outcome(struct buffer *lines, const struct finding *finding);

/* Which locks were held where; nothing where none were. */
void wording_add_locks(struct buffer *lines, const struct finding *finding);

/* What the reader has to know about the traces before reading on: incomplete, damaged, events lost. */
void wording_add_warnings(struct buffer *lines, const struct report_input *input);

/* Counts, what is not shown and why, and rules that are of no use any more. */
void wording_add_summary(struct buffer *lines, const struct report_input *input, const struct tally *tally);

#endif
