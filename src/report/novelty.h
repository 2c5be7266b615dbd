/* What is new and what a baseline has already, in words. Lines are as in report/wording.h. */
#ifndef STALEREAD_REPORT_NOVELTY_H
#define STALEREAD_REPORT_NOVELTY_H

#include "report/report.h"
#include "report/tally.h"

/* "new finding" where there is a baseline to compare with and only new ones are shown: how to call one, and several. */
const char *novelty_one(const struct report_input *input);
const char *novelty_many(const struct report_input *input);

/* "Known: `base.json` has it.", below a finding that is shown all the same. */
void novelty_add_known(struct buffer *lines, const struct report_input *input, const struct finding *finding);

/* How many are known, and how many of the baseline's did not occur; nothing where there is no baseline. */
void novelty_add_counts(struct buffer *lines, const struct report_input *input, const struct tally *tally);

#endif
