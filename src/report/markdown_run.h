/* Where it was recorded and how to do so again, in Markdown. */
#ifndef STALEREAD_REPORT_MARKDOWN_RUN_H
#define STALEREAD_REPORT_MARKDOWN_RUN_H

#include "report/report.h"

/* A section, of the first traces. */
void markdown_run_add(struct buffer *out, const struct report_input *input);

#endif
