/* The frames of a trace file: finds them, checks them, inflates them.
 *
 * What is damaged is skipped and counted; the next frame that is whole says what was lost before it. */
#ifndef STALEREAD_TRACE_FRAME_H
#define STALEREAD_TRACE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/status.h"
#include "trace/header.h"
#include "trace/inflate.h"
#include "trace/input.h"

enum frame_kind {
    FRAME_META = 1,
    FRAME_TABLES = 2,
    FRAME_EVENTS = 3,
    FRAME_END = 4,
    FRAME_SEGMENT = 5,
    FRAME_STATE = 6,
};

enum { frame_header_bytes = 32 };

/* What stands in a frame's header, once that has been checked. */
struct frame_header {
    uint8_t kind; /* enum frame_kind, or one that we do not know */
    uint8_t codec;
    uint32_t number;
    uint32_t inflated_bytes;
    uint32_t stored_bytes;
    uint32_t payload_crc;
    uint32_t event_count;
};

/* What was lost between one whole frame and the next. */
struct frame_gap {
    uint64_t frames; /* 0: nothing was lost */
    uint64_t events; /* in those of them whose headers survived */
};

struct frame {
    struct frame_header header;
    uint64_t offset;              /* of its header in the file */
    const unsigned char *payload; /* inflated; inflated_bytes of it */
    struct frame_gap gap;         /* what was lost before it */
};

struct frame_reader {
    struct input input;
    struct header header; /* of the file */
    bool header_damaged;
    bool torn;            /* the file stops inside a frame */
    bool is_searching;    /* for the next header that checks; nothing more of the file was there yet */
    uint64_t next_number; /* of the frame that should come */
    struct frame_gap gap; /* collected since the last whole frame */
    struct inflater inflater;
    unsigned char *inflated;
    size_t inflated_capacity;
};

/* Opens the file, or the source unless it is NULL, and reads its header. After an error only frame_reader_fini may be
 * called. */
enum status frame_reader_init(struct frame_reader *reader, const char *path,
                              const struct trace_source *source, struct diag *diag) WARN_UNUSED;
void frame_reader_fini(struct frame_reader *reader);

/* The next frame that is whole; what it points to lives until the next call. STATUS_END when there is none any more:
 * then only frame->gap is set. STATUS_WAIT, of a file that is followed: it is not there yet. */
enum status frame_reader_next(struct frame_reader *reader, struct frame *frame, struct diag *diag)
    WARN_UNUSED;

/* Says whether 32 bytes are a frame's header: magic, checksum and limits are right. */
bool frame_header_parse(const unsigned char *bytes, struct frame_header *header);

#endif
