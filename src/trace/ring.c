/* In: the file of a ring. Out: where its newest frames end and its oldest begin.
 * Must hold: frames are told apart by headers that check; what is damaged is passed over. */
#include "trace/ring.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "trace/frame.h"

enum { looked_at_bytes = 16 * 1024 };

/* The next frame's header at or behind `*offset`, which becomes its place. False: there is none any more. */
static bool find_header(int descriptor, uint64_t *offset, struct frame_header *header)
{
    unsigned char bytes[looked_at_bytes];
    for (;;) {
        ssize_t got;
        do
            got = pread(descriptor, bytes, sizeof bytes, (off_t)*offset);
        while (got < 0 && errno == EINTR);
        if (got < (ssize_t)frame_header_bytes)
            return false;
        for (size_t i = 0; i + frame_header_bytes <= (size_t)got; i++) {
            if (frame_header_parse(bytes + i, header)) {
                *offset += i;
                return true;
            }
        }
        *offset += (uint64_t)got - (frame_header_bytes - 1);
    }
}

/* The newest frames stand first; the first of a smaller number is the oldest. */
static void find_seam(const struct input *input, uint64_t *newest_end, uint64_t *oldest)
{
    struct frame_header header;
    uint64_t offset = header_bytes, last = 0;
    *newest_end = header_bytes;
    while (find_header(input->descriptor, &offset, &header) && header.number >= last) {
        last = header.number;
        offset += frame_header_bytes + (uint64_t)header.stored_bytes;
        *newest_end = offset;
    }
    *oldest = offset;
}

enum status ring_unroll(struct input *input, struct diag *diag)
{
    if (input->file_bytes == 0)
        return diag_set(diag, STATUS_UNSUPPORTED,
                        "this trace keeps the newest only and cannot be read from a pipe; name its file");
    uint64_t newest_end, oldest;
    find_seam(input, &newest_end, &oldest);
    if (oldest + frame_header_bytes > input->file_bytes)
        return STATUS_OK;
    return input_roll(input, oldest, header_bytes, newest_end, diag);
}
