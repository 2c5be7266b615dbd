/* The events of one frame: columns in, rows out, in the order in which they happened. */
#ifndef STALEREAD_TRACE_BATCH_H
#define STALEREAD_TRACE_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/vector.h"
#include "trace/event.h"
#include "trace/event_kinds.h"

enum { batch_kinds = 256 };

/* The events of one kind, row after row. */
struct batch_group {
    const struct event_kind_info *info; /* NULL: a kind that we do not know */
    const uint64_t *rows;               /* info->field_count values each */
};

struct batch {
    VECTOR(struct event)
    events; /* of kinds that we know; their numbers count from 0 within the frame, gaps in them are events of
                                    other kinds */
    size_t next;          /* the event that comes next */
    size_t event_count;   /* of whatever kind */
    uint64_t lost_events; /* as the agent says in them */
    struct batch_group groups[batch_kinds];
    VECTOR(uint64_t) values; /* what fields point into, and the threads before them */
};

void batch_init(struct batch *batch);
void batch_fini(struct batch *batch);

/* Forgets all events. */
void batch_clear(struct batch *batch);

/* Takes the events of a frame. STATUS_BAD_INPUT (does not decode) or STATUS_NOMEM: the batch is empty. */
enum status batch_load(struct batch *batch, const unsigned char *payload, size_t payload_bytes,
                       size_t event_count, bool is_state) WARN_UNUSED;

#endif
