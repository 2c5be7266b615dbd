/* Where a generated run goes to: a trace, or the lines of an STD file.
 *
 * Both are told the same events, by the numbers and fields of formats/events.yaml, and that an actor was waited for:
 * a trace tells that by tokens, an STD file by `join`. */
#ifndef GENERATOR_SINK_H
#define GENERATOR_SINK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "trace/event_kinds.h"

struct sink {
    void (*event)(struct sink *sink, enum event_kind kind, const uint64_t *fields);
    void (*join)(struct sink *sink, uint64_t actor);
    void (*close)(struct sink *sink);
    uint64_t events; /* written so far */
    FILE *file;
};

/* A trace that begins with the program's tables. */
struct sink *sink_open_trace(FILE *file);
struct sink *sink_open_std(FILE *file);

/* Tells an event; fields that are left out are 0. */
#define SINK_EVENT(sink, kind, ...)                                                                          \
    ((sink)->event((sink), (kind), (const uint64_t[event_fields_max]){__VA_ARGS__}))

/* Ends the program with a sentence. */
_Noreturn void sink_fail(const char *what);

/* Memory, or the end of the program. */
void *sink_memory(size_t count, size_t bytes_each);

#endif
