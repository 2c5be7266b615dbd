/*
 * The order of reports: what is new comes first, then what certainly happened, then what is best known, then the
 * kind, then what came first in the trace. The id decides what is left, so that the order is total and the same
 * every time.
 */
#ifndef STALEREAD_FINDING_RANKING_H
#define STALEREAD_FINDING_RANKING_H

#include <stddef.h>

#include "finding/finding.h"

/* Negative: `one` comes before `other`; 0 only for two findings of the same id. */
int ranking_compare(const struct finding *one, const struct finding *other);

void ranking_sort(struct finding *findings, size_t count);

#endif
