/* A window and its rival as a finding. */
#ifndef STALEREAD_DETECT_DESCRIBE_H
#define STALEREAD_DETECT_DESCRIBE_H

#include "base/arena.h"
#include "detect/window.h"
#include "finding/finding.h"

/* Fills the finding; its texts live in the arena or in the trace. */
void describe(const struct replay *replay, struct arena *arena, const struct window *window,
              const struct write *rival, enum finding_status status, struct finding *out);

#endif
