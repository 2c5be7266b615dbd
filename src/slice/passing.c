/* In: a trace. Out: its events, one by one.
 * Must hold: nothing is kept of an event that was handed out. */
#include "slice/passing.h"

/* So many events between two words of how far it is. */
enum { progress_events = 1 << 16 };

enum status passing_run(const struct passing *passing, struct trace *trace, passing_take *take, void *context,
                        struct diag *diag)
{
    const struct event *event;
    enum status status;
    uint64_t count = 0;
    while ((status = trace_next(trace, &event, diag)) == STATUS_OK) {
        const struct record record = record_of(event);
        status = take(context, &record);
        if (status != STATUS_OK)
            break;
        if (++count % progress_events == 0 && passing->progress != NULL)
            passing->progress(passing->context, trace_info(trace));
    }
    if (status == STATUS_NOMEM)
        return diag_set_nomem(diag);
    return status == STATUS_END || status == STATUS_STOPPED ? STATUS_OK : status;
}
