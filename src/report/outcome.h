/* What a finding's steps come to: values, how sure it is, what is special about it, and which locks were held. */
#ifndef STALEREAD_REPORT_OUTCOME_H
#define STALEREAD_REPORT_OUTCOME_H

#include "base/buffer.h"
#include "finding/finding.h"

/* Adds whole sentences (finding/phrase.h), each with a newline behind it. */
void outcome_add(struct buffer *lines, const struct finding *finding);

#endif
