/*
 * A finding's advice drawn into the source, as a patch would be: what to add, what to take away, what moves to the right.
 *
 * It is a sketch, and whoever shows it says so: names of locks are made up, and nobody has tried it.
 */
#ifndef STALEREAD_REPORT_SKETCH_H
#define STALEREAD_REPORT_SKETCH_H

#include "report/hunk.h"

/* Fills the hunk, which was made for the finding's view; no pieces where words are better than a sketch. */
void sketch_of(struct hunk *hunk);

#endif
