/* What staleread.h calls a trace. */
#ifndef STALEREAD_API_TRACE_H
#define STALEREAD_API_TRACE_H

#include <staleread.h>
#include <stdbool.h>

#include "api/failure.h"
#include "base/arena.h"
#include "base/map.h"
#include "trace/event_text.h"
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
    bool is_followed;
    struct staleread_analysis *stepped_by; /* NULL: it is not being replayed step by step */
    const struct event *latest;            /* that was handed out; NULL: none, or it is gone */
    struct event_text text;
    struct failure failure;
    struct arena arena; /* of texts that are not as they are handed out */
    struct map mended;  /* address of such a text -> address of the one in the arena */
    struct staleread_trace_info info;
    struct staleread_event event;
    struct staleread_function function;
    struct staleread_site site;
};

/* What a call that came to `status` hands out: the event, if there is one, as staleread.h lays it down. */
enum staleread_status trace_hand_out(struct staleread_trace *trace, enum status status,
                                     const struct event *event, struct diag *diag,
                                     const struct staleread_event **out);

/* Brings what is known of the file up to date. */
void trace_tell(struct staleread_trace_info *told, const struct trace_info *info);

#endif
