/* The advice as a sketch of a patch: a block of code that is a diff. */
#ifndef STALEREAD_REPORT_MARKDOWN_SKETCH_H
#define STALEREAD_REPORT_MARKDOWN_SKETCH_H

#include "report/view.h"

/* Nothing where there is no sketch. */
void markdown_sketch_add(struct buffer *out, const struct view *view);

#endif
