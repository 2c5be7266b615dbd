/* What else comes of a check or a read whose own act is a finding. */
#ifndef STALEREAD_FINDING_GUARDED_H
#define STALEREAD_FINDING_GUARDED_H

#include <stddef.h>

#include "base/status.h"
#include "finding/finding.h"

/* Leaves out each finding that acts on another cell than its check's, where the check's own act is a finding
 * of no lower status and confidence, and each stale read whose value goes into such a finding of another kind:
 * one cure mends both. *count becomes smaller; the order stays. STATUS_OK, or STATUS_NOMEM (nothing
 * changed). */
enum status guarded_leave_out(struct finding *findings, size_t *count) WARN_UNUSED;

#endif
