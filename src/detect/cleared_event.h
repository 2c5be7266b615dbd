/* Events that are cleared by somebody who has not seen that they were set.
 *
 * T waits for an event and is woken; in a later step it clears it. A `set` by somebody else in between is wiped out with
 * it, and unless T has looked at what the other one did by the time that it waits again, its wake-up is lost. */
#ifndef STALEREAD_DETECT_CLEARED_EVENT_H
#define STALEREAD_DETECT_CLEARED_EVENT_H

#include "detect/reporter.h"

struct cleared_events;

/* NULL: no memory. */
struct cleared_events *cleared_events_open(void) WARN_UNUSED;
void cleared_events_close(struct cleared_events *events, struct reporter *reporter);

/* Moments are `wait` and `woken`. STATUS_OK or STATUS_NOMEM. */
enum status cleared_events_moment(struct cleared_events *events, const struct moment *moment,
                                  struct reporter *reporter) WARN_UNUSED;

/* Acts are writes of an event's flag. */
void cleared_events_act(struct cleared_events *events, const struct act *act, struct reporter *reporter);
void cleared_events_read(struct cleared_events *events, const struct read *read, struct reporter *reporter);

#endif
