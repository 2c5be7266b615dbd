/*
 * What would cure a finding, and where: one primitive, one or two sentences.
 */
#ifndef STALEREAD_FINDING_ADVICE_H
#define STALEREAD_FINDING_ADVICE_H

#include "base/arena.h"
#include "base/status.h"
#include "finding/finding.h"

/* Fills finding->advice; its texts go to the arena. STATUS_OK or STATUS_NOMEM. */
enum status advice_give(struct finding *finding, struct arena *arena) WARN_UNUSED;

#endif
