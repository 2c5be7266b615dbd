/* One event, with fields of its own, so that it can be kept when the trace has gone on. */
#ifndef STALEREAD_SLICE_RECORD_H
#define STALEREAD_SLICE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "trace/reader.h"

struct record {
    uint8_t kind;
    bool is_state;
    uint32_t thread;
    uint64_t number;
    uint64_t field[event_fields_max]; /* those that the kind has not are 0 */
};

static inline struct record record_of(const struct event *event)
{
    struct record record = {
        .kind = event->kind, .is_state = event->is_state, .thread = event->thread, .number = event->number};
    for (uint8_t i = 0; i < event->field_count && i < event_fields_max; i++)
        record.field[i] = event->field[i];
    return record;
}

#endif
