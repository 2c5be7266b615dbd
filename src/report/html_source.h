/* The source around a finding's places: as much of it as the trace has. */
#ifndef STALEREAD_REPORT_HTML_SOURCE_H
#define STALEREAD_REPORT_HTML_SOURCE_H

#include "report/view.h"

void html_source_add(struct buffer *out, const struct view *view);

/* The line of the file, as far to the right as its excerpt has it; empty where the trace does not have it. */
struct text html_source_line(const struct view *view, struct text file, uint32_t line);

#endif
