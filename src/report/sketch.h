/*
 * A finding's advice drawn into the source, as a patch would be: what to add, what to take away, what moves to the right.
 *
 * It is a sketch, and says so: names of locks are made up, and nobody has tried it.
 */
#ifndef STALEREAD_REPORT_HTML_SKETCH_H
#define STALEREAD_REPORT_HTML_SKETCH_H

#include "report/view.h"

/* Nothing where words are better than a sketch. */
void html_sketch_add(struct buffer *out, const struct view *view);

#endif
