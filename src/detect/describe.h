/* A window and its rival as a finding. */
#ifndef STALEREAD_DETECT_DESCRIBE_H
#define STALEREAD_DETECT_DESCRIBE_H

#include "base/arena.h"
#include "detect/window.h"
#include "finding/finding.h"

/* Where a site is, who was there and what they held; `actor` and `locks` may be NULL. `number` is that of the event, as reads and
 * acts count them; 0: not known. */
struct finding_place describe_site(const struct replay *replay, struct arena *arena,
                                   const struct trace_site *site, uint64_t number, const struct actor *actor,
                                   const struct lockset *locks);

/* A location in a trace that comes from elsewhere, and what was done there: the operation ("w"), and the cell or lock
 * that it was done to. */
struct finding_place describe_location(const struct replay *replay, struct arena *arena,
                                       const char *operation, struct text operand, uint32_t line,
                                       uint64_t number, const struct actor *actor,
                                       const struct lockset *locks);

/* Where a lock was acquired. */
struct finding_place describe_acquisition(const struct replay *replay, struct arena *arena,
                                          const struct acquisition *acquisition, const struct actor *actor,
                                          const struct lockset *locks);

/* A line of a function that is no site, as `blocked`, `abandoned` and `foreign` events tell it. */
struct finding_place describe_line(const struct replay *replay, uint64_t function, uint64_t line,
                                   uint64_t source);

/* Fills the finding; its texts live in the arena or in the trace. */
void describe(const struct replay *replay, struct arena *arena, const struct window *window,
              const struct write *rival, enum finding_status status, struct finding *out);

#endif
