/* In: bytes that a target made of what it was told. Out: the stream. Must hold: after the first error nothing more is written. */
#include "export/sink.h"

enum { chunk_bytes = 64 * 1024 };

void sink_begin(struct export_sink *sink, const struct export_target *target, FILE *to)
{
    *sink = (struct export_sink){.target = target, .to = to};
    buffer_init(&sink->chunk);
}

void sink_end(struct export_sink *sink)
{
    buffer_fini(&sink->chunk);
}

void sink_fail(struct export_sink *sink, enum status status)
{
    if (sink->status == STATUS_OK)
        sink->status = status;
}

static void write_chunk(struct export_sink *sink)
{
    sink_fail(sink, buffer_status(&sink->chunk));
    if (sink->status == STATUS_OK)
        sink->status = buffer_write(&sink->chunk, sink->to);
    buffer_clear(&sink->chunk);
}

void sink_added(struct export_sink *sink)
{
    if (sink->chunk.length >= chunk_bytes)
        write_chunk(sink);
}

enum status sink_finish(struct export_sink *sink)
{
    if (sink->target->finish != NULL)
        sink->target->finish(sink);
    write_chunk(sink);
    return sink->status;
}
