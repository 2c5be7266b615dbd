/* The reader of traces. In: a trace, or what was one. Out: nothing, or a crash.
 * Must hold: a file that grows piece by piece is read as it is when it is whole. */
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/map.h"
#include "memory_file.h"
#include "target.h"
#include "trace/header.h"
#include "trace/reader.h"

enum { pieces_max = 8 };

/* Reads on as far as there is something; adds it to the sum. */
static enum status read_on(struct trace *trace, uint64_t *sum)
{
    const struct event *event;
    enum status status;
    struct diag diag = DIAG_NONE;
    while ((status = trace_next(trace, &event, &diag)) == STATUS_OK) {
        *sum = map_mix(*sum, event->number << 8 | event->kind);
        for (size_t i = 0; i < event->field_count; i++)
            *sum = map_mix(*sum, event->field[i]);
    }
    if (status != STATUS_END && status != STATUS_WAIT && diag.message[0] == '\0')
        abort();
    return status;
}

/* Looks at everything that the trace says. */
static void look_around(const struct trace *trace)
{
    size_t pair_count, length = 0;
    const struct meta_pair *pairs = trace_meta_pairs(trace, &pair_count);
    for (size_t i = 0; i < pair_count; i++)
        length += pairs[i].value.length;
    for (const struct trace_function *row = trace_next_function(trace, 0); row != NULL;
         row = trace_next_function(trace, row->number))
        length += trace_string(trace, row->name).length;
    for (const struct trace_ignore *row = trace_ignores(trace); row != NULL; row = row->next)
        length += trace_string(trace, row->reason).length;
    if (length == SIZE_MAX)
        abort();
}

/* Whether it could be read to its end. */
static bool read_whole(const char *path, uint64_t *sum)
{
    struct trace *trace;
    struct diag diag = DIAG_NONE;
    if (trace_open(&trace, path, &diag) != STATUS_OK) {
        if (diag.message[0] == '\0')
            abort();
        return false;
    }
    enum status status = read_on(trace, sum);
    look_around(trace);
    trace_close(trace);
    return status == STATUS_END;
}

/* Reads what comes piece by piece. False: it cannot be followed. */
static bool read_growing(struct memory_file *file, const uint8_t *data, size_t size, uint64_t *sum)
{
    struct trace *trace;
    struct diag diag = DIAG_NONE;
    size_t at = header_bytes + 32, piece_bytes = size / pieces_max + 1;
    memory_file_set(file, data, at);
    if (trace_open(&trace, file->path, &diag) != STATUS_OK)
        return false;
    bool followed = trace_follow(trace, &diag) == STATUS_OK;
    for (; followed && at < size; at += piece_bytes) {
        followed = read_on(trace, sum) == STATUS_WAIT;
        memory_file_append(file, data + at, size - at < piece_bytes ? size - at : piece_bytes);
    }
    followed = followed && read_on(trace, sum) == STATUS_WAIT;
    trace_end_here(trace);
    followed = followed && read_on(trace, sum) == STATUS_END;
    trace_close(trace);
    return followed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file file;
    uint64_t whole = 0, growing = 0;
    memory_file_open(&file);
    memory_file_set(&file, data, size);
    bool is_read = read_whole(file.path, &whole);
    if (is_read && size > header_bytes + 32 && read_growing(&file, data, size, &growing) && growing != whole)
        abort();
    memory_file_close(&file);
    return 0;
}
