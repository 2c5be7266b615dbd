/* Data races that a finding about a window tells already. */
#ifndef STALEREAD_FINDING_RACES_H
#define STALEREAD_FINDING_RACES_H

#include <stddef.h>

#include "base/status.h"
#include "finding/finding.h"

/* Gives low confidence to each data race whose two places are among those of a surer finding about a window at the same
 * cell: that one says what comes of it, and one cure mends both. STATUS_OK, or STATUS_NOMEM (nothing changed). */
enum status races_lower(struct finding *findings, size_t count) WARN_UNUSED;

#endif
