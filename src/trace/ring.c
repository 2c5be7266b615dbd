/* In: the file of a ring. Out: where its newest frames end and its oldest begin.
 * Must hold: frames are told apart by headers that check; what is damaged is passed over. */
#include "trace/ring.h"

#include "trace/frame.h"

enum { looked_at_bytes = 16 * 1024 };

/* The next frame's header at or behind `*offset`, which becomes its place. STATUS_END: there is none any more. */
static enum status find_header(struct input *input, uint64_t *offset, struct frame_header *header,
                               struct diag *diag)
{
    unsigned char bytes[looked_at_bytes];
    for (;;) {
        size_t visible;
        enum status status = input_look(input, *offset, bytes, sizeof bytes, &visible, diag);
        if (status != STATUS_OK)
            return status;
        if (visible < frame_header_bytes)
            return STATUS_END;
        for (size_t i = 0; i + frame_header_bytes <= visible; i++) {
            if (frame_header_parse(bytes + i, header)) {
                *offset += i;
                return STATUS_OK;
            }
        }
        *offset += visible - (frame_header_bytes - 1);
    }
}

/* The newest frames stand first; the first of a smaller number is the oldest. STATUS_END: the ring has not come round. */
static enum status find_seam(struct input *input, uint64_t *newest_end, uint64_t *oldest, struct diag *diag)
{
    struct frame_header header;
    uint64_t last = 0;
    enum status status;
    *newest_end = *oldest = header_bytes;
    while ((status = find_header(input, oldest, &header, diag)) == STATUS_OK && header.number >= last) {
        last = header.number;
        *newest_end = *oldest += frame_header_bytes + (uint64_t)header.stored_bytes;
    }
    return status;
}

enum status ring_unroll(struct input *input, struct diag *diag)
{
    if (input->is_stream)
        return diag_set(diag, STATUS_UNSUPPORTED,
                        "this trace keeps the newest only and cannot be read from a pipe; name its file");
    uint64_t newest_end, oldest;
    enum status status = find_seam(input, &newest_end, &oldest, diag);
    if (status != STATUS_OK)
        return status == STATUS_END ? STATUS_OK : status;
    return input_roll(input, oldest, header_bytes, newest_end, diag);
}
