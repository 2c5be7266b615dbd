/* Frames that a thread of its own has read and decoded before they are asked for.
 *
 * The frame reader belongs to that thread from ahead_open to ahead_close. */
#ifndef STALEREAD_TRACE_AHEAD_H
#define STALEREAD_TRACE_AHEAD_H

#include "base/status.h"
#include "trace/decoded.h"

struct ahead;

/* Starts the thread. STATUS_NOMEM: there is no memory for it, or no thread; nothing was read. */
enum status ahead_open(struct ahead **out, struct frame_reader *reader) WARN_UNUSED;

/* Stops it; what was read and not asked for is lost. NULL is allowed. */
void ahead_close(struct ahead *ahead);

/* The next frame, which lives until the next call; waits for it. After one whose status is not STATUS_OK there are no more,
 * and that one comes again. */
struct decoded *ahead_next(struct ahead *ahead);

#endif
