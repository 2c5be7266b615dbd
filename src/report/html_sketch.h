/* The advice as a sketch of a patch. */
#ifndef STALEREAD_REPORT_HTML_SKETCH_H
#define STALEREAD_REPORT_HTML_SKETCH_H

#include "report/view.h"

/* Nothing where there is no sketch. */
void html_sketch_add(struct buffer *out, const struct view *view);

#endif
