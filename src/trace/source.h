/* Where the bytes of a trace come from, if not from a file. */
#ifndef STALEREAD_TRACE_SOURCE_H
#define STALEREAD_TRACE_SOURCE_H

#include <stddef.h>
#include <stdint.h>

/* Called by whoever reads the trace, one call at a time. */
struct trace_source {
    /* Up to `bytes` bytes go to `into`; how many, 0 at the end, -1: they cannot be read. */
    ptrdiff_t (*read)(void *context, void *into, size_t bytes);
    /* Goes on reading there; 0, or -1: that cannot be. NULL: bytes come once, in order. */
    int (*seek)(void *context, uint64_t offset);
    void *context;
    uint64_t bytes; /* how many there are; 0: unknown */
};

#endif
