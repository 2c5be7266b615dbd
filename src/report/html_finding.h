/* One finding of the HTML report: a line that says which it is, and below it, once opened, all about it. */
#ifndef STALEREAD_REPORT_HTML_FINDING_H
#define STALEREAD_REPORT_HTML_FINDING_H

#include "report/report.h"

void html_finding_add(struct buffer *out, const struct report_input *input, const struct finding *finding,
                      bool is_open);

#endif
