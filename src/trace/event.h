/* One event, as it is handed out. */
#ifndef STALEREAD_TRACE_EVENT_H
#define STALEREAD_TRACE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "trace/event_kinds.h"

struct event {
    const uint64_t *field; /* as many as `field_count` tells */
    uint64_t number; /* from 0; events of unknown kinds have numbers too. Of a gap: the next event's number */
    uint32_t thread; /* index of the thread that it happened on */
    uint8_t kind;    /* enum event_kind; never one that event_kinds_info does not know */
    uint8_t field_count; /* as events.yaml has it; fields that the file lacks are 0 */
    bool is_state;       /* it did not happen here: it is how things stood when the trace begins */
    bool shows_later;    /* event_later may be asked for */
};

/* Of an EVENT_GAP: nothing that was known of running steps, held locks and open windows holds any more. */
enum { gap_field_frames = 0, gap_field_events = 1 }; /* how many were lost; 0: unknown */

/* How far event_later looks. */
enum { event_foresight = 24 };

/* An event that comes so many later in the same frame, for who wants to have at hand what it will need; NULL: there is none.
 * Only kind and fields of it are to be looked at. */
static inline const struct event *event_later(const struct event *event)
{
    return event->shows_later ? event + event_foresight : NULL;
}

#endif
