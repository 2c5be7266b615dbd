/* Findings that the report leaves out, one by one, each with what keeps it out. Lines are as in report/wording.h. */
#ifndef STALEREAD_REPORT_UNSHOWN_H
#define STALEREAD_REPORT_UNSHOWN_H

#include "report/report.h"
#include "report/tally.h"

/* Nothing where everything is listed. */
void unshown_add(struct buffer *lines, const struct report_input *input, const struct tally *tally);

#endif
