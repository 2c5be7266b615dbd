/* In: a frame reader. Out: its next frame, decoded.
 * Must hold: what is inflated goes into memory of the frame's own, so that another can be read while this one is used. */
#include "trace/decoded.h"

#include <stdlib.h>
#include <string.h>

void decoded_init(struct decoded *decoded)
{
    *decoded = (struct decoded){.status = STATUS_OK};
    batch_init(&decoded->batch);
}

void decoded_fini(struct decoded *decoded)
{
    batch_fini(&decoded->batch);
    free(decoded->payload);
    decoded->payload = NULL;
}

/* Lets the reader inflate into the frame's own memory, or takes that back. */
static void exchange_memory(struct decoded *decoded, struct frame_reader *reader)
{
    unsigned char *inflated = reader->inflated;
    size_t capacity = reader->inflated_capacity;
    reader->inflated = decoded->payload;
    reader->inflated_capacity = decoded->payload_bytes_max;
    decoded->payload = inflated;
    decoded->payload_bytes_max = capacity;
}

/* Content that was stored as it is stands in the reader's window, which slides on. */
static enum status keep_stored(struct decoded *decoded)
{
    size_t bytes = decoded->frame.header.inflated_bytes;
    if (decoded->frame.payload == decoded->payload)
        return STATUS_OK;
    if (decoded->payload_bytes_max < bytes || decoded->payload == NULL) {
        unsigned char *moved = realloc(decoded->payload, bytes > 0 ? bytes : 1);
        if (moved == NULL)
            return diag_set_nomem(&decoded->diag);
        decoded->payload = moved;
        decoded->payload_bytes_max = bytes > 0 ? bytes : 1;
    }
    if (bytes > 0)
        memcpy(decoded->payload, decoded->frame.payload, bytes);
    decoded->frame.payload = decoded->payload;
    return STATUS_OK;
}

void decoded_read(struct decoded *decoded, struct frame_reader *reader, bool keeps)
{
    struct frame *frame = &decoded->frame;
    decoded->diag = DIAG_NONE;
    batch_clear(&decoded->batch);
    exchange_memory(decoded, reader);
    decoded->status = frame_reader_next(reader, frame, &decoded->diag);
    exchange_memory(decoded, reader);
    decoded->read_bytes = reader->input.offset;
    decoded->next_number = reader->next_number;
    decoded->torn = reader->torn;
    if (decoded->status == STATUS_OK && keeps)
        decoded->status = keep_stored(decoded);
    if (decoded->status == STATUS_OK &&
        (frame->header.kind == FRAME_EVENTS || frame->header.kind == FRAME_STATE))
        decoded->batch_status = batch_load(&decoded->batch, frame->payload, frame->header.inflated_bytes,
                                           frame->header.event_count, frame->header.kind == FRAME_STATE);
}
