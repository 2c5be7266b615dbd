/*
 * What the analyzer itself forgot, to stay within memory: nothing of that is silent.
 *
 * Lines are as in report/wording.h.
 */
#ifndef STALEREAD_REPORT_FORGETTING_H
#define STALEREAD_REPORT_FORGETTING_H

#include "report/report.h"

/* Of all traces together: a line on what `--memory` cost, one on actors that nobody waited for; none where nothing was
 * forgotten. */
void forgetting_add(struct buffer *lines, const struct report_input *input);

#endif
