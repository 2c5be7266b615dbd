/* In: events. Out: a trace by the letter of formats/trace.md, deflated as the agent deflates it.
 * Must hold: a frame has as many events as the agent writes at most, and begins with a clock. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "program.h"
#include "sink.h"

enum { frame_events = 16384, frame_kinds_max = 64, deflate_level = 1, nanoseconds_per_event = 800 };
enum { FRAME_META = 1, FRAME_TABLES, FRAME_EVENTS, FRAME_END };

struct trace_sink {
    struct sink sink;
    struct bytes payload;
    struct bytes deflated;
    uint32_t number; /* of the next frame */
    uint32_t count;  /* of events that are not written yet */
    unsigned char kinds[frame_events];
    uint32_t counts[frame_kinds_max];
    uint64_t (*columns[frame_kinds_max])[frame_events]; /* one for each field; NULL: not of that kind yet */
};

static void write_all(struct sink *sink, const void *bytes, size_t length)
{
    if (fwrite(bytes, 1, length, sink->file) != length)
        sink_fail("the trace cannot be written");
}

static void write_frame(struct trace_sink *trace, unsigned kind, uint32_t events)
{
    uLongf stored = compressBound(trace->payload.length);
    trace->deflated.length = 0;
    bytes_extend(&trace->deflated, stored);
    if (compress2(trace->deflated.start, &stored, trace->payload.start, trace->payload.length,
                  deflate_level) != Z_OK)
        sink_fail("zlib cannot deflate");
    struct bytes head = {.length = 0};
    bytes_add(&head, "SRFR", 4);
    bytes_add_little(&head, kind, 1);
    bytes_add_little(&head, 1, 3);
    bytes_add_little(&head, trace->number++, 4);
    bytes_add_little(&head, trace->payload.length, 4);
    bytes_add_little(&head, stored, 4);
    bytes_add_little(&head, crc32(0, trace->deflated.start, (uInt)stored), 4);
    bytes_add_little(&head, events, 4);
    bytes_add_little(&head, crc32(0, head.start, (uInt)head.length), 4);
    write_all(&trace->sink, head.start, head.length);
    write_all(&trace->sink, trace->deflated.start, stored);
    bytes_free(&head);
    trace->payload.length = 0;
}

static void write_pairs(struct trace_sink *trace, unsigned kind, const char *const *texts, size_t count)
{
    bytes_add_varint(&trace->payload, count / 2);
    for (size_t i = 0; i < count; i++)
        bytes_add_text(&trace->payload, texts[i]);
    write_frame(trace, kind, 0);
}

static void write_header(struct trace_sink *trace)
{
    struct bytes head = {.length = 0};
    bytes_add(&head, "\x89SRT\r\n\x1a\n", 8);
    bytes_add_little(&head, 1, 4); /* version 1.0 */
    bytes_add_little(&head, 1, 4); /* process */
    bytes_add_little(&head, 0, 8); /* start */
    bytes_add_little(&head, 0, 4); /* flags */
    bytes_add_little(&head, crc32(0, head.start, (uInt)head.length), 4);
    write_all(&trace->sink, head.start, head.length);
    bytes_free(&head);
}

static void write_events(struct trace_sink *trace)
{
    const uint64_t thread = 0;
    bytes_add(&trace->payload, trace->kinds, trace->count);
    bytes_add_column(&trace->payload, &thread, 1);
    for (uint8_t kind = 0; kind < frame_kinds_max; kind++) {
        if (trace->counts[kind] == 0)
            continue;
        unsigned fields = event_kinds_info(kind)->field_count;
        bytes_add_little(&trace->payload, kind, 1);
        bytes_add_little(&trace->payload, fields, 1);
        for (unsigned i = 0; i < fields; i++)
            bytes_add_column(&trace->payload, trace->columns[kind][i], trace->counts[kind]);
    }
    write_frame(trace, FRAME_EVENTS, trace->count);
    trace->count = 0;
    memset(trace->counts, 0, sizeof trace->counts);
}

static void put(struct trace_sink *trace, enum event_kind kind, const uint64_t *fields)
{
    if (trace->columns[kind] == NULL)
        trace->columns[kind] = sink_memory(event_fields_max, sizeof *trace->columns[kind]);
    uint32_t place = trace->counts[kind]++;
    for (unsigned i = 0; i < event_fields_max; i++)
        trace->columns[kind][i][place] = fields[i];
    trace->kinds[trace->count++] = (unsigned char)kind;
    trace->sink.events++;
}

static void trace_event(struct sink *sink, enum event_kind kind, const uint64_t *fields)
{
    struct trace_sink *trace = (struct trace_sink *)sink;
    if (trace->count == frame_events)
        write_events(trace);
    if (trace->count == 0)
        put(trace, EVENT_CLOCK, (const uint64_t[event_fields_max]){sink->events * nanoseconds_per_event});
    put(trace, kind, fields);
}

static void trace_join(struct sink *sink, uint64_t actor)
{
    (void)sink, (void)actor; /* the tokens tell */
}

static void trace_close_sink(struct sink *sink)
{
    struct trace_sink *trace = (struct trace_sink *)sink;
    char events[24];
    if (trace->count != 0)
        write_events(trace);
    snprintf(events, sizeof events, "%llu", (unsigned long long)sink->events);
    const char *const pairs[] = {"events", events, "lost_events", "0", "status", "0"};
    write_pairs(trace, FRAME_END, pairs, sizeof pairs / sizeof *pairs);
    for (unsigned kind = 0; kind < frame_kinds_max; kind++)
        free(trace->columns[kind]);
    bytes_free(&trace->payload);
    bytes_free(&trace->deflated);
    free(trace);
}

struct sink *sink_open_trace(FILE *file)
{
    static const char *const pairs[] = {"agent", "generated", "root", "/srv/shop", "loop", "EventLoop"};
    struct trace_sink *trace = sink_memory(1, sizeof *trace);
    trace->sink = (struct sink){trace_event, trace_join, trace_close_sink, 0, file};
    write_header(trace);
    write_pairs(trace, FRAME_META, pairs, sizeof pairs / sizeof *pairs);
    program_add_tables(&trace->payload);
    write_frame(trace, FRAME_TABLES, 0);
    return &trace->sink;
}
