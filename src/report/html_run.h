/* What the report stands on: each trace with its overview and what it says about itself, and what was not seen. */
#ifndef STALEREAD_REPORT_HTML_RUN_H
#define STALEREAD_REPORT_HTML_RUN_H

#include "report/report.h"
#include "report/tally.h"

void html_run_add(struct buffer *out, const struct report_input *input, const struct tally *tally);

#endif
