/* In: the bytes of a file. Out: its frames, inflated, each with what was lost before it.
 * Must hold: a frame is handed out only if both its checksums are right and it inflates to just the size it says; no
 * declared size is used before its limit was checked; no whole frame is passed over. */
#include "trace/frame.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "trace/bytes.h"
#include "trace/ring.h"

enum {
    header_checked_bytes = 28,
    search_bytes = 64 * 1024, /* how far a search looks at a time */
    codec_stored = 0,
    codec_zlib = 1,
};

static const unsigned char magic[4] = {'S', 'R', 'F', 'R'};

bool frame_header_parse(const unsigned char *bytes, struct frame_header *header)
{
    if (memcmp(bytes, magic, sizeof magic) != 0 ||
        inflate_crc32(bytes, header_checked_bytes) != bytes_u32(bytes + header_checked_bytes))
        return false;
    *header = (struct frame_header){
        .kind = bytes[4],
        .codec = bytes[5],
        .number = bytes_u32(bytes + 8),
        .inflated_bytes = bytes_u32(bytes + 12),
        .stored_bytes = bytes_u32(bytes + 16),
        .payload_crc = bytes_u32(bytes + 20),
        .event_count = bytes_u32(bytes + 24),
    };
    return header->inflated_bytes <= frame_inflated_bytes_max &&
           header->stored_bytes <= frame_stored_bytes_max && header->event_count <= frame_events_max;
}

/* A trace whose own header is damaged, but whose first frame stands where it should, is read all the same. */
static enum status read_file_header(struct frame_reader *reader, struct diag *diag)
{
    struct frame_header first;
    size_t visible;
    enum status status = input_peek(&reader->input, header_bytes + frame_header_bytes, &visible, diag);
    if (status != STATUS_OK)
        return status;
    const unsigned char *bytes = input_window(&reader->input);
    size_t length = visible < header_bytes ? visible : header_bytes;
    status = header_parse(bytes, length, &reader->header, NULL);
    if (status == STATUS_BAD_INPUT && visible >= header_bytes + frame_header_bytes &&
        frame_header_parse(bytes + header_bytes, &first)) {
        reader->header = (struct header){.major = 0};
        reader->header_damaged = true;
    } else if (status != STATUS_OK) {
        return header_parse(bytes, length, &reader->header, diag);
    }
    input_skip(&reader->input, header_bytes);
    return STATUS_OK;
}

enum status frame_reader_init(struct frame_reader *reader, const char *path,
                              const struct trace_source *source, struct diag *diag)
{
    enum status status = STATUS_OK;
    *reader = (struct frame_reader){.torn = false};
    if (source != NULL)
        input_init_source(&reader->input, source);
    else
        status = input_init(&reader->input, path, diag);
    if (status == STATUS_OK)
        status = read_file_header(reader, diag);
    if (status == STATUS_OK && (reader->header.flags & HEADER_RING) != 0)
        status = ring_unroll(&reader->input, diag);
    return status;
}

void frame_reader_fini(struct frame_reader *reader)
{
    input_fini(&reader->input);
    inflater_fini(&reader->inflater);
    free(reader->inflated);
    reader->inflated = NULL;
}

/* Where in the window, from `from` on, the next header stands that checks. */
static bool find_header(const struct input *input, size_t from, size_t visible, size_t *at)
{
    const unsigned char *bytes = input_window(input);
    struct frame_header header;
    for (size_t i = from; i + frame_header_bytes <= visible; i++) {
        const unsigned char *found = memchr(bytes + i, magic[0], visible - i);
        if (found == NULL)
            return false;
        i = (size_t)(found - bytes);
        if (i + frame_header_bytes <= visible && frame_header_parse(found, &header)) {
            *at = i;
            return true;
        }
    }
    return false;
}

/* Goes on to the next header that checks, or to the end of the file. */
static enum status search(struct frame_reader *reader, struct diag *diag)
{
    struct input *input = &reader->input;
    size_t visible, at;
    for (reader->is_searching = true;;) {
        enum status status = input_peek_some(input, search_bytes, &visible, diag);
        if (status != STATUS_OK)
            return status;
        bool found = find_header(input, 0, visible, &at);
        if (found || (visible < search_bytes && !input_waits(input))) {
            input_skip(input, found ? at : visible);
            reader->is_searching = false;
            return STATUS_OK;
        }
        if (visible >= frame_header_bytes)
            input_skip(input, visible - (frame_header_bytes - 1));
        if (visible < search_bytes)
            return STATUS_WAIT;
    }
}

/* The same from behind the first byte of what is visible, which begins no frame that is any good. */
static enum status search_behind(struct frame_reader *reader, struct diag *diag)
{
    input_skip(&reader->input, 1);
    return search(reader, diag);
}

/* Inflates, never beyond the declared size. STATUS_BAD_INPUT: that is not what is stored here. */
static enum status inflate_payload(struct frame_reader *reader, const struct frame_header *header,
                                   const unsigned char *stored, struct diag *diag)
{
    if (reader->inflated_capacity < header->inflated_bytes || reader->inflated == NULL) {
        size_t capacity = header->inflated_bytes > 0 ? header->inflated_bytes : 1;
        unsigned char *moved = realloc(reader->inflated, capacity);
        if (moved == NULL)
            return diag_set_nomem(diag);
        reader->inflated = moved;
        reader->inflated_capacity = capacity;
    }
    enum status status = inflater_run(&reader->inflater, stored, header->stored_bytes, reader->inflated,
                                      header->inflated_bytes);
    return status == STATUS_NOMEM ? diag_set_nomem(diag) : status;
}

/* The payload of a frame whose checksum is right. */
static enum status decode_payload(struct frame_reader *reader, const struct frame_header *header,
                                  const unsigned char *stored, const unsigned char **payload,
                                  struct diag *diag)
{
    if (header->codec == codec_stored) {
        *payload = stored;
        return header->stored_bytes == header->inflated_bytes ? STATUS_OK : STATUS_BAD_INPUT;
    }
    if (header->codec != codec_zlib)
        return STATUS_BAD_INPUT;
    enum status status = inflate_payload(reader, header, stored, diag);
    *payload = reader->inflated;
    return status;
}

/* Passes over a frame whose header checks, but not its payload. Its stored size is believed if that leads to another
 * header or the end of the file; if not, bytes are missing, and the next frame is nearer. */
static enum status pass_damaged(struct frame_reader *reader, const struct frame_header *header,
                                struct diag *diag)
{
    struct input *input = &reader->input;
    struct frame_header following;
    size_t whole_bytes = frame_header_bytes + (size_t)header->stored_bytes, visible, at;
    enum status status = input_peek(input, whole_bytes + frame_header_bytes, &visible, diag);
    if (status != STATUS_OK)
        return status;
    if (visible == whole_bytes || (visible >= whole_bytes + frame_header_bytes &&
                                   frame_header_parse(input_window(input) + whole_bytes, &following))) {
        input_skip(input, whole_bytes);
    } else if (visible < whole_bytes && !find_header(input, 1, visible, &at)) {
        reader->torn = true;
        input_skip(input, visible);
        return STATUS_OK;
    } else {
        status = search_behind(reader, diag);
    }
    reader->gap.frames++;
    reader->gap.events += header->kind == FRAME_EVENTS ? header->event_count : 0;
    return status;
}

/* What was lost before a whole frame of this number. */
static struct frame_gap gap_before(struct frame_reader *reader, uint32_t number)
{
    struct frame_gap gap = reader->gap;
    uint64_t stepped = number > reader->next_number ? number - reader->next_number
                                                    : (uint64_t)(number < reader->next_number);
    if (gap.frames < stepped)
        gap.frames = stepped;
    reader->gap = (struct frame_gap){.frames = 0};
    reader->next_number = (uint64_t)number + 1;
    return gap;
}

/* Looks at the frame whose header stands at the window. STATUS_BAD_INPUT: it is damaged. */
static enum status take_frame(struct frame_reader *reader, struct frame *frame, struct diag *diag)
{
    struct input *input = &reader->input;
    size_t stored_bytes = frame->header.stored_bytes, visible;
    enum status status = input_peek(input, frame_header_bytes + stored_bytes, &visible, diag);
    if (status != STATUS_OK)
        return status;
    const unsigned char *stored = input_window(input) + frame_header_bytes;
    if (visible < frame_header_bytes + stored_bytes ||
        inflate_crc32(stored, stored_bytes) != frame->header.payload_crc)
        return STATUS_BAD_INPUT;
    status = decode_payload(reader, &frame->header, stored, &frame->payload, diag);
    if (status == STATUS_OK) {
        frame->offset = input->offset;
        frame->gap = gap_before(reader, frame->header.number);
        input_skip(input, frame_header_bytes + stored_bytes);
    }
    return status;
}

static enum status at_end(struct frame_reader *reader, struct frame *frame, size_t visible)
{
    reader->torn = reader->torn || visible != 0;
    input_skip(&reader->input, visible);
    *frame = (struct frame){.gap = reader->gap};
    reader->gap = (struct frame_gap){.frames = 0};
    return STATUS_END;
}

enum status frame_reader_next(struct frame_reader *reader, struct frame *frame, struct diag *diag)
{
    struct input *input = &reader->input;
    for (;;) {
        size_t visible = 0;
        enum status status = reader->is_searching ? search(reader, diag) : STATUS_OK;
        if (status == STATUS_OK)
            status = input_peek(input, frame_header_bytes, &visible, diag);
        if (status != STATUS_OK)
            return status;
        if (visible < frame_header_bytes)
            return at_end(reader, frame, visible);
        if (!frame_header_parse(input_window(input), &frame->header)) {
            reader->gap.frames++;
            status = search_behind(reader, diag);
        } else {
            status = take_frame(reader, frame, diag);
            if (status == STATUS_OK)
                return STATUS_OK;
            if (status == STATUS_BAD_INPUT)
                status = pass_damaged(reader, &frame->header, diag);
        }
        if (status != STATUS_OK)
            return status;
    }
}
