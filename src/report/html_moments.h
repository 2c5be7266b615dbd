/* What a finding's picture shows, as a table: in full, for whoever reads better than looks, or cannot look. */
#ifndef STALEREAD_REPORT_HTML_MOMENTS_H
#define STALEREAD_REPORT_HTML_MOMENTS_H

#include "report/view.h"

void html_moments_add(struct buffer *out, const struct view *view);

#endif
