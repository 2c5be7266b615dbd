/* In: events and rows of the tables. Out: frames of a trace (formats/trace.md).
 * Must hold: a frame stays within the limits whatever its events are; a row stands before the events that refer to it. */
#include "trace/writer.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/limits.h"
#include "base/vector.h"
#include "trace/bytes_out.h"
#include "trace/column_writer.h"
#include "trace/frame.h"
#include "trace/header.h"
#include "trace/tables_writer.h"

enum {
    kinds_max = 64,
    /* So many events fit into a frame even where each of their fields takes 8 bytes. */
    events_per_frame = 16384,
    tables_bytes_per_frame = 256 * 1024,
    deflate_level = 3,
};

_Static_assert(events_per_frame *(1 + 8 + 8 * event_fields_max) + kinds_max * (2 + 9 * event_fields_max) + 9 <
                   frame_inflated_bytes_max,
               "the largest frame of events is within the limits");

/* The events of one kind, row after row. */
struct rows {
    VECTOR(uint64_t) values;
    size_t count;
};

struct trace_writer {
    FILE *stream;
    enum status status;
    int error; /* errno, of STATUS_IO */
    uint32_t frame_number;
    uint64_t string_count;
    uint64_t event_count;
    struct buffer tables; /* records that are waiting */
    unsigned char kinds[events_per_frame];
    uint64_t threads[events_per_frame];
    size_t waiting; /* events */
    bool is_state;  /* they are how things stood when the trace began */
    struct rows rows[kinds_max];
    struct buffer payload;
    unsigned char *stored;
    size_t stored_capacity;
};

static void fail(struct trace_writer *writer, enum status status)
{
    if (writer->status != STATUS_OK)
        return;
    writer->error = errno;
    writer->status = status;
}

static void put(struct trace_writer *writer, const unsigned char *bytes, size_t count)
{
    if (writer->status == STATUS_OK && fwrite(bytes, 1, count, writer->stream) != count)
        fail(writer, STATUS_IO);
}

static void put_header(struct trace_writer *writer, const struct trace_writer_origin *origin)
{
    unsigned char bytes[header_bytes];
    struct header header = {.major = header_major, .minor = header_minor};
    if (origin != NULL) {
        header.process = origin->process;
        header.start_nanoseconds = origin->start_nanoseconds;
    }
    header_write(&header, bytes);
    put(writer, bytes, sizeof bytes);
}

static bool make_room(struct trace_writer *writer, size_t bytes)
{
    if (bytes <= writer->stored_capacity)
        return true;
    unsigned char *grown = realloc(writer->stored, bytes);
    if (grown == NULL) {
        fail(writer, STATUS_NOMEM);
        return false;
    }
    writer->stored = grown;
    writer->stored_capacity = bytes;
    return true;
}

/* Writes what stands in `payload` as a frame. */
static void put_frame(struct trace_writer *writer, enum frame_kind kind, size_t events)
{
    if (buffer_status(&writer->payload) != STATUS_OK)
        fail(writer, STATUS_NOMEM);
    uLongf stored = compressBound((uLong)writer->payload.length);
    if (writer->status != STATUS_OK || !make_room(writer, stored))
        return;
    if (compress2(writer->stored, &stored, (const unsigned char *)buffer_string(&writer->payload),
                  (uLong)writer->payload.length, deflate_level) != Z_OK) {
        fail(writer, STATUS_NOMEM);
        return;
    }
    unsigned char header[frame_header_bytes] = {'S', 'R', 'F', 'R', (unsigned char)kind, 1};
    bytes_store(header + 8, writer->frame_number++, 4);
    bytes_store(header + 12, writer->payload.length, 4);
    bytes_store(header + 16, stored, 4);
    bytes_store(header + 20, crc32(0, writer->stored, (uInt)stored), 4);
    bytes_store(header + 24, events, 4);
    bytes_store(header + 28, crc32(0, header, 28), 4);
    put(writer, header, sizeof header);
    put(writer, writer->stored, stored);
}

/* Writes the first `bytes` of the records that are waiting. */
static void put_tables(struct trace_writer *writer, size_t bytes)
{
    if (buffer_status(&writer->tables) != STATUS_OK)
        fail(writer, STATUS_NOMEM);
    if (bytes == 0 || writer->status != STATUS_OK)
        return;
    buffer_clear(&writer->payload);
    buffer_add(&writer->payload, (struct text){writer->tables.bytes, bytes});
    put_frame(writer, FRAME_TABLES, 0);
    memmove(writer->tables.bytes, writer->tables.bytes + bytes, writer->tables.length - bytes);
    writer->tables.length -= bytes;
}

static void add_group(struct trace_writer *writer, unsigned kind)
{
    struct rows *rows = &writer->rows[kind];
    size_t fields = event_kinds_info((uint8_t)kind)->field_count;
    bytes_add(&writer->payload, kind, 1);
    bytes_add(&writer->payload, fields, 1);
    for (size_t i = 0; i < fields; i++)
        column_write(&writer->payload, rows->values.items + i, rows->count, fields);
    rows->count = rows->values.count = 0;
}

static void put_events(struct trace_writer *writer)
{
    put_tables(writer, writer->tables.length);
    if (writer->waiting == 0)
        return;
    buffer_clear(&writer->payload);
    buffer_add(&writer->payload, (struct text){(const char *)writer->kinds, writer->waiting});
    column_write(&writer->payload, writer->threads, writer->waiting, 1);
    for (unsigned kind = 0; kind < kinds_max; kind++)
        if (writer->rows[kind].count > 0)
            add_group(writer, kind);
    put_frame(writer, writer->is_state ? FRAME_STATE : FRAME_EVENTS, writer->waiting);
    writer->waiting = 0;
}

static void put_pairs(struct trace_writer *writer, enum frame_kind kind, const struct meta_pair *pairs,
                      size_t count)
{
    buffer_clear(&writer->payload);
    bytes_add_varint(&writer->payload, count);
    for (size_t i = 0; i < count; i++) {
        bytes_add_text(&writer->payload, pairs[i].name);
        bytes_add_text(&writer->payload, pairs[i].value);
    }
    put_frame(writer, kind, 0);
}

enum status trace_writer_open(struct trace_writer **out, FILE *stream,
                              const struct trace_writer_origin *origin, struct diag *diag)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return diag_set_nomem(diag);
    (*out)->stream = stream;
    buffer_init(&(*out)->tables);
    buffer_init(&(*out)->payload);
    put_header(*out, origin);
    return STATUS_OK;
}

void trace_writer_close(struct trace_writer *writer)
{
    if (writer == NULL)
        return;
    for (unsigned kind = 0; kind < kinds_max; kind++)
        VECTOR_FINI(&writer->rows[kind].values);
    buffer_fini(&writer->tables);
    buffer_fini(&writer->payload);
    free(writer->stored);
    free(writer);
}

void trace_writer_meta(struct trace_writer *writer, const struct meta_pair *pairs, size_t count)
{
    put_pairs(writer, FRAME_META, pairs, count);
}

void trace_writer_segment(struct trace_writer *writer, const struct meta_pair *pairs, size_t count)
{
    put_pairs(writer, FRAME_SEGMENT, pairs, count);
    writer->is_state = true;
}

void trace_writer_state_over(struct trace_writer *writer)
{
    put_events(writer);
    writer->is_state = false;
}

/* A record has been added behind `before` bytes of others. One may be as large as a frame. */
static void row_added(struct trace_writer *writer, size_t before)
{
    if (writer->tables.length > frame_inflated_bytes_max)
        put_tables(writer, before);
    if (writer->tables.length >= tables_bytes_per_frame)
        put_tables(writer, writer->tables.length);
}

uint64_t trace_writer_string(struct trace_writer *writer, struct text text)
{
    uint64_t number = ++writer->string_count;
    if (number >= table_rows_max) {
        fail(writer, STATUS_LIMIT);
        return 0;
    }
    trace_writer_numbered_string(writer, number, text);
    return number;
}

void trace_writer_numbered_string(struct trace_writer *writer, uint64_t number, struct text text)
{
    size_t before = writer->tables.length;
    tables_writer_string(&writer->tables, number, text);
    row_added(writer, before);
}

void trace_writer_function(struct trace_writer *writer, const struct trace_function *row)
{
    size_t before = writer->tables.length;
    tables_writer_function(&writer->tables, row);
    row_added(writer, before);
}

void trace_writer_text(struct trace_writer *writer, uint64_t function, struct text text)
{
    size_t before = writer->tables.length;
    tables_writer_text(&writer->tables, function, text);
    row_added(writer, before);
}

void trace_writer_site(struct trace_writer *writer, const struct trace_site *row)
{
    size_t before = writer->tables.length;
    tables_writer_site(&writer->tables, row);
    row_added(writer, before);
}

void trace_writer_ignore(struct trace_writer *writer, const struct trace_ignore *row)
{
    size_t before = writer->tables.length;
    tables_writer_ignore(&writer->tables, row);
    row_added(writer, before);
}

void trace_writer_event(struct trace_writer *writer, enum event_kind kind, uint32_t thread,
                        const uint64_t *fields)
{
    struct rows *rows = &writer->rows[kind];
    size_t field_count = event_kinds_info((uint8_t)kind)->field_count;
    if (VECTOR_RESERVE(&rows->values, rows->values.count + field_count) != STATUS_OK) {
        fail(writer, STATUS_NOMEM);
        return;
    }
    memcpy(rows->values.items + rows->values.count, fields, field_count * sizeof *fields);
    rows->values.count += field_count;
    rows->count++;
    writer->kinds[writer->waiting] = (unsigned char)kind;
    writer->threads[writer->waiting++] = thread;
    writer->event_count++;
    if (writer->waiting == events_per_frame)
        put_events(writer);
}

uint64_t trace_writer_events(const struct trace_writer *writer)
{
    return writer->event_count;
}

enum status trace_writer_end(struct trace_writer *writer, const struct meta_pair *pairs, size_t count,
                             struct diag *diag)
{
    put_events(writer);
    put_pairs(writer, FRAME_END, pairs, count);
    switch (writer->status) {
    case STATUS_OK:
        return STATUS_OK;
    case STATUS_IO:
        return diag_set_errno(diag, writer->error, "cannot write the output");
    case STATUS_LIMIT:
        return diag_set(diag, STATUS_LIMIT, "there are more than %d different names", table_rows_max - 1);
    default:
        return diag_set_nomem(diag);
    }
}
