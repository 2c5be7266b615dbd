/* Changes traces where it tells: within frames that are inflated, and events that are decoded; what is around them is made
 * right again.
 *
 * In: a trace, or what was one. Out: another. A sixteenth of the changes are made without care, so that frames themselves are
 * damaged too. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "random.h"
#include "target.h"
#include "trace/batch.h"
#include "trace/bytes.h"
#include "trace/bytes_out.h"
#include "trace/column_writer.h"
#include "trace/frame.h"
#include "trace/header.h"

enum { frames_max = 48, events_max = 8192, growth_bytes = 64, codec_zlib = 1 };

struct piece {
    struct frame_header header;
    unsigned char *payload; /* inflated; room for growth_bytes more */
    size_t length;
};

struct pieces {
    unsigned char file_header[header_bytes];
    struct piece items[frames_max];
    size_t count;
    uint64_t random;
};

static void *must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

/* ---- apart ---- */

static bool inflate_piece(struct piece *piece, const unsigned char *stored)
{
    uLongf length = piece->header.inflated_bytes;
    piece->payload = must(malloc(length + growth_bytes));
    piece->length = length;
    if (piece->header.codec == codec_zlib)
        return uncompress(piece->payload, &length, stored, piece->header.stored_bytes) == Z_OK &&
               length == piece->length;
    bool plain = piece->header.stored_bytes == length;
    if (plain && length > 0)
        memcpy(piece->payload, stored, length);
    return plain;
}

static void release(struct pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++)
        free(pieces->items[i].payload);
}

/* Whether there is a frame to work on. Those behind the first that is not whole are left out. */
static bool take_apart(struct pieces *pieces, const uint8_t *data, size_t size)
{
    pieces->count = 0;
    if (size < header_bytes)
        return false;
    memcpy(pieces->file_header, data, header_bytes);
    size_t at = header_bytes;
    while (pieces->count < frames_max && size - at >= frame_header_bytes) {
        struct piece *piece = &pieces->items[pieces->count];
        if (!frame_header_parse(data + at, &piece->header) ||
            piece->header.stored_bytes > size - at - frame_header_bytes)
            break;
        pieces->count++;
        if (!inflate_piece(piece, data + at + frame_header_bytes))
            piece->length = 0;
        at += frame_header_bytes + (size_t)piece->header.stored_bytes;
    }
    return pieces->count > 0;
}

/* ---- together ---- */

static size_t put_piece(const struct piece *piece, bool is_deflated, uint8_t *to, size_t room)
{
    if (room < frame_header_bytes)
        return 0;
    unsigned char *stored = to + frame_header_bytes;
    uLongf stored_bytes = room - frame_header_bytes;
    if (!is_deflated && piece->length > stored_bytes)
        return 0;
    if (is_deflated && compress2(stored, &stored_bytes, piece->payload, piece->length, 1) != Z_OK)
        return 0;
    if (!is_deflated) {
        memcpy(stored, piece->payload, piece->length);
        stored_bytes = piece->length;
    }
    memcpy(to, "SRFR", 4);
    bytes_store(to + 4, piece->header.kind, 1);
    bytes_store(to + 5, is_deflated ? codec_zlib : 0, 1);
    bytes_store(to + 6, 0, 2);
    bytes_store(to + 8, piece->header.number, 4);
    bytes_store(to + 12, piece->length, 4);
    bytes_store(to + 16, stored_bytes, 4);
    bytes_store(to + 20, crc32(0, stored, (uInt)stored_bytes), 4);
    bytes_store(to + 24, piece->header.event_count, 4);
    bytes_store(to + 28, crc32(0, to, 28), 4);
    return frame_header_bytes + stored_bytes;
}

/* As many frames as there is room for. */
static size_t put_together(struct pieces *pieces, uint8_t *to, size_t room)
{
    bytes_store(pieces->file_header + 28, crc32(0, pieces->file_header, 28), 4);
    memcpy(to, pieces->file_header, header_bytes);
    size_t at = header_bytes;
    for (size_t i = 0; i < pieces->count; i++) {
        size_t put = put_piece(&pieces->items[i], random_below(&pieces->random, 8) == 0, to + at, room - at);
        if (put == 0)
            break;
        at += put;
    }
    return at;
}

/* ---- changes within events ---- */

struct row {
    uint8_t kind;
    uint64_t thread;
    uint64_t fields[event_fields_max];
};

struct rows {
    struct row *items;
    size_t count;
};

/* False where the payload is damaged, or has kinds that we do not know. */
static bool decode_rows(const struct piece *piece, struct rows *rows)
{
    struct batch batch;
    batch_init(&batch);
    bool decoded =
        piece->header.event_count > 0 && piece->header.event_count < events_max &&
        batch_load(&batch, piece->payload, piece->length, piece->header.event_count, false) == STATUS_OK;
    decoded = decoded && batch.events.count == batch.event_count;
    rows->count = decoded ? batch.events.count : 0;
    rows->items = must(calloc(rows->count + 1, sizeof *rows->items));
    for (size_t i = 0; i < rows->count; i++) {
        const struct event *event = &batch.events.items[i];
        rows->items[i].kind = event->kind;
        rows->items[i].thread = event->thread;
        for (size_t field = 0; field < event->field_count; field++)
            rows->items[i].fields[field] = event->field[field];
    }
    batch_fini(&batch);
    return decoded;
}

static void encode_rows(const struct rows *rows, struct buffer *to)
{
    uint64_t *values = must(calloc(rows->count * event_fields_max + 1, sizeof *values));
    for (size_t i = 0; i < rows->count; i++) {
        buffer_add_char(to, (char)rows->items[i].kind);
        values[i] = rows->items[i].thread;
    }
    column_write(to, values, rows->count, 1);
    for (unsigned kind = 0; kind < batch_kinds; kind++) {
        const struct event_kind_info *info = event_kinds_info((uint8_t)kind);
        size_t count = 0;
        for (size_t i = 0; info != NULL && i < rows->count; i++)
            if (rows->items[i].kind == kind)
                memcpy(values + info->field_count * count++, rows->items[i].fields,
                       info->field_count * sizeof *values);
        if (count == 0)
            continue;
        buffer_add_char(to, (char)kind);
        buffer_add_char(to, (char)info->field_count);
        for (size_t field = 0; field < info->field_count; field++)
            column_write(to, values + field, count, info->field_count);
    }
    free(values);
}

static uint64_t telling_number(uint64_t *random)
{
    static const uint64_t telling[] = {
        0,          1,
        2,          3,
        4,          5,
        7,          255,
        1024,       (1u << 20) - 1,
        1u << 20,   (1u << 24) - 1,
        1u << 24,   INT32_MAX,
        UINT32_MAX, UINT64_C(1) << 32,
        INT64_MAX,  UINT64_C(1) << 63,
        UINT64_MAX,
    };
    return telling[random_below(random, sizeof telling / sizeof *telling)];
}

static void change_field(const struct rows *rows, struct row *row, uint64_t *random)
{
    const struct event_kind_info *info = event_kinds_info(row->kind);
    if (info == NULL || info->field_count == 0)
        return;
    size_t field = random_below(random, info->field_count);
    switch (random_below(random, 4)) {
    case 0:
        row->fields[field] = telling_number(random);
        break;
    case 1: /* what another event has there */
        row->fields[field] = rows->items[random_below(random, rows->count)].fields[field];
        break;
    case 2:
        row->fields[field] += random_below(random, 5) - 2;
        break;
    default:
        row->fields[field] ^= UINT64_C(1) << random_below(random, 64);
    }
}

/* An event is put elsewhere, told twice, left out, given to another thread, made another kind, or changed. */
static void change_row(struct rows *rows, uint64_t *random)
{
    size_t at = random_below(random, rows->count), to = random_below(random, rows->count);
    struct row *row = &rows->items[at];
    struct row moved = *row;
    switch (random_below(random, 8)) {
    case 0:
        memmove(row, row + 1, (rows->count - at - 1) * sizeof *row);
        memmove(rows->items + to + 1, rows->items + to, (rows->count - to - 1) * sizeof *row);
        rows->items[to] = moved;
        break;
    case 1:
        rows->items[to] = moved;
        break;
    case 2:
        if (rows->count > 1)
            memmove(row, row + 1, (--rows->count - at) * sizeof *row);
        break;
    case 3:
        row->thread = random_below(random, 8) == 0 ? telling_number(random) : random_below(random, 4);
        break;
    case 4:
        row->kind = rows->items[to].kind;
        break;
    default:
        change_field(rows, row, random);
    }
}

/* Whether the frame has events that could be changed. */
static bool change_events(struct piece *piece, uint64_t *random)
{
    struct rows rows;
    struct buffer payload;
    buffer_init(&payload);
    bool decoded = decode_rows(piece, &rows);
    if (decoded) {
        for (size_t left = 1 + random_below(random, 3); left > 0; left--)
            change_row(&rows, random);
        encode_rows(&rows, &payload);
        piece->length = payload.length;
        piece->payload = must(realloc(piece->payload, payload.length + growth_bytes));
        memcpy(piece->payload, payload.bytes, payload.length);
        piece->header.event_count = (uint32_t)rows.count;
    }
    free(rows.items);
    buffer_fini(&payload);
    return decoded;
}

/* ---- changes of frames ---- */

static void change_header(struct pieces *pieces, struct piece *piece)
{
    uint64_t *random = &pieces->random;
    switch (random_below(random, 4)) {
    case 0:
        piece->header.kind = (uint8_t)(1 + random_below(random, 7));
        break;
    case 1:
        piece->header.number = (uint32_t)telling_number(random);
        break;
    case 2:
        piece->header.event_count += (uint32_t)random_below(random, 3) - 1;
        break;
    default:
        pieces->file_header[24] ^= HEADER_RING;
    }
}

static void change_order(struct pieces *pieces, size_t at)
{
    size_t to = random_below(&pieces->random, pieces->count);
    struct piece moved = pieces->items[at];
    if (random_below(&pieces->random, 2) == 0 && pieces->count > 1) {
        free(moved.payload);
        pieces->count--;
        memmove(&pieces->items[at], &pieces->items[at + 1], (pieces->count - at) * sizeof moved);
    } else {
        pieces->items[at] = pieces->items[to];
        pieces->items[to] = moved;
    }
}

static void change_pieces(struct pieces *pieces)
{
    size_t at = random_below(&pieces->random, pieces->count);
    struct piece *piece = &pieces->items[at];
    switch (random_below(&pieces->random, 16)) {
    case 0:
        change_header(pieces, piece);
        break;
    case 1:
        change_order(pieces, at);
        break;
    case 2:
    case 3:
    case 4:
    case 5:
        piece->length = LLVMFuzzerMutate(piece->payload, piece->length, piece->length + growth_bytes);
        break;
    default:
        for (size_t tries = 0; tries < pieces->count; tries++)
            if (change_events(&pieces->items[(at + tries) % pieces->count], &pieces->random))
                break;
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed)
{
    struct pieces *pieces = must(malloc(sizeof *pieces));
    pieces->random = seed * 0x9E3779B97F4A7C15ull | 1;
    random_next(&pieces->random);
    bool is_careful = random_below(&pieces->random, 16) != 0;
    if (is_careful && take_apart(pieces, data, size)) {
        change_pieces(pieces);
        size = put_together(pieces, data, size_max);
        release(pieces);
    } else {
        if (is_careful)
            release(pieces);
        size = LLVMFuzzerMutate(data, size, size_max);
    }
    free(pieces);
    return size;
}
