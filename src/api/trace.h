/* What staleread.h calls a trace. */
#ifndef STALEREAD_API_TRACE_H
#define STALEREAD_API_TRACE_H

#include <staleread.h>
#include <stdbool.h>

#include "api/failure.h"
#include "base/arena.h"
#include "base/map.h"
#include "trace/reader.h"

/* A trace that lies in memory, and how far it was read. */
struct trace_memory {
    const unsigned char *bytes;
    size_t byte_count;
    size_t at;
};

struct staleread_trace {
    struct trace *reader; /* NULL: nothing is open */
    struct trace_memory memory;
    bool has_begun; /* an event was taken, by whomever */
    struct failure failure;
    struct arena arena; /* of texts that are not as they are handed out */
    struct map mended;  /* address of such a text -> address of the one in the arena */
    struct staleread_trace_info info;
    struct staleread_event event;
    struct staleread_function function;
    struct staleread_site site;
};

/* Brings what is known of the file up to date. */
void trace_tell(struct staleread_trace_info *told, const struct trace_info *info);

#endif
