/*
 * The cures of what has no window: a coroutine that nobody awaits, a loop that is blocked, a wake-up that is lost, a lock that
 * is misused.
 */
#ifndef STALEREAD_FINDING_REMEDY_H
#define STALEREAD_FINDING_REMEDY_H

#include "base/buffer.h"
#include "finding/finding.h"

/* Writes one or two sentences on a finding that has a form, and returns the primitive that they speak of (a literal). */
const char *remedy_write(struct buffer *out, const struct finding *finding);

#endif
