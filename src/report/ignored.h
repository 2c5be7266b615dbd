/* What the ignores in the source did, and what is wrong with them, in words. Lines are as in report/wording.h. */
#ifndef STALEREAD_REPORT_IGNORED_H
#define STALEREAD_REPORT_IGNORED_H

#include "report/report.h"
#include "report/tally.h"

/* How many findings are ignored, and every ignore that is of no use, has no reason or a kind that there is not;
 * nothing where there is none of that. */
void ignored_add(struct buffer *lines, const struct report_input *input, const struct tally *tally);

/* "used", "unused", "not-reached" or "void", as JSON has it. */
const char *ignored_state_name(const struct ignore *ignore);

#endif
