/* What a reader of the text report may do next: commands to type, or what to record. */
#ifndef STALEREAD_REPORT_NEXT_STEPS_H
#define STALEREAD_REPORT_NEXT_STEPS_H

#include "report/page.h"
#include "report/tally.h"

void next_steps_add(struct page *page, const struct report_input *input, const struct tally *tally);

#endif
