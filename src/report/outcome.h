/* What a finding's steps come to: values, how sure it is, what is special about it, and which locks were held. */
#ifndef STALEREAD_REPORT_OUTCOME_H
#define STALEREAD_REPORT_OUTCOME_H

#include <stdbool.h>

#include "base/buffer.h"
#include "finding/finding.h"

/* Whether it is about a window: then its values are those of its places. */
bool outcome_has_window(const struct finding *finding);

/* Adds whole sentences (finding/phrase.h), each with a newline behind it. */
void outcome_add(struct buffer *lines, const struct finding *finding);

#endif
