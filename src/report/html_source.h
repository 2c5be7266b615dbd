/* The source around a finding's places: as much of it as the trace has. */
#ifndef STALEREAD_REPORT_HTML_SOURCE_H
#define STALEREAD_REPORT_HTML_SOURCE_H

#include "report/view.h"

void html_source_add(struct buffer *out, const struct view *view);

#endif
