/* A frame, inflated, and if it has events, those as rows: as far as a frame can be decoded without knowing any other. */
#ifndef STALEREAD_TRACE_DECODED_H
#define STALEREAD_TRACE_DECODED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/status.h"
#include "trace/batch.h"
#include "trace/frame.h"

struct decoded {
    enum status status; /* of reading it; see frame_reader_next */
    struct diag diag;   /* why, where that is an error */
    struct frame frame; /* what it points to belongs to the frame reader or is `payload` */
    struct batch batch;
    enum status batch_status; /* of a frame with events: what batch_load returned */
    uint64_t read_bytes;      /* of the file, up to and with it */
    uint64_t next_number;     /* of the frame that should come */
    bool torn;                /* the file stops inside a frame */
    unsigned char *payload;   /* where it was inflated to, while it is not lent to a frame reader */
    size_t payload_bytes_max;
};

void decoded_init(struct decoded *decoded);
void decoded_fini(struct decoded *decoded);

/* Reads the next frame, in place of the one before. It lives until `decoded` takes another or is given back, but for content
 * that is stored as it is: until the frame reader goes on, unless `keeps` is set. */
void decoded_read(struct decoded *decoded, struct frame_reader *reader, bool keeps);

#endif
