/* The events of one frame: columns in, rows out, in the order in which they happened. */
#ifndef STALEREAD_TRACE_BATCH_H
#define STALEREAD_TRACE_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/vector.h"
#include "trace/event_kinds.h"

enum { batch_kinds = 256 };

/* The events of one kind, row after row. */
struct batch_group {
    const struct event_kind_info *info; /* NULL: a kind that we do not know */
    const uint64_t *rows;               /* of the next event; info->field_count values each */
};

struct batch {
    const unsigned char *kinds; /* borrowed from the frame's payload */
    const uint64_t *threads;
    size_t count;
    size_t next; /* the event that comes next */
    struct batch_group groups[batch_kinds];
    VECTOR(uint64_t) values; /* what `threads` and `rows` point into */
};

void batch_init(struct batch *batch);
void batch_fini(struct batch *batch);

/* Takes the events of a frame; the payload must live until the batch is used up. STATUS_BAD_INPUT (does not decode)
 * or STATUS_NOMEM: the batch is empty. */
enum status batch_load(struct batch *batch, const unsigned char *payload, size_t payload_bytes,
                       size_t event_count) WARN_UNUSED;

#endif
