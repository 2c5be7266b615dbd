/*
 * What there is to say about places and about a whole report, in words that all formats for people share.
 *
 * Functions that add lines add whole sentences, each with a newline behind it, as in finding/phrase.h.
 */
#ifndef STALEREAD_REPORT_WORDING_H
#define STALEREAD_REPORT_WORDING_H

#include "report/report.h"
#include "report/tally.h"

/* "counter.py:9", or what is known of it. Not escaped: it is no sentence. */
void wording_add_location(struct buffer *out, const struct finding_place *place);

/* Whether the place's columns count characters of one line. Of an expression of several lines the first is shown as a whole, and so
 * is a line in which bytes and characters count otherwise. */
bool wording_has_columns(const struct finding_place *place);

/* " and 3 other keys" behind the cell's name; nothing where it is the only one. */
void wording_add_other_cells(struct buffer *out, const struct finding *finding);

/* What the reader has to know about the traces before reading on: incomplete, damaged, events lost. */
void wording_add_warnings(struct buffer *lines, const struct report_input *input);

/* "2 findings: 1 lost-update, 1 check-then-act; 2 observed." */
void wording_add_counts(struct buffer *lines, const struct report_input *input, const struct tally *tally);

/* What was looked at, what was not seen, what is not shown and why, and rules that are of no use any more. */
void wording_add_remarks(struct buffer *lines, const struct report_input *input, const struct tally *tally);

/* Both, in this order, and between them which command tells what the kinds mean that there are. */
void wording_add_summary(struct buffer *lines, const struct report_input *input, const struct tally *tally);

#endif
