/* One pass through a trace, from its beginning: every event to whoever wants it, and now and then how far it is. */
#ifndef STALEREAD_SLICE_PASSING_H
#define STALEREAD_SLICE_PASSING_H

#include "base/diag.h"
#include "base/status.h"
#include "slice/record.h"
#include "trace/reader.h"

struct passing {
    /* Called now and then; may be NULL. */
    void (*progress)(void *context, const struct trace_info *info);
    void *context;
};

/* STATUS_STOPPED: enough was seen. */
typedef enum status passing_take(void *context, const struct record *event);

/* STATUS_OK: at the trace's end, or enough was seen. Otherwise what `take` or trace_next returned, with the diag set. */
enum status passing_run(const struct passing *passing, struct trace *trace, passing_take *take, void *context,
                        struct diag *diag) WARN_UNUSED;

#endif
