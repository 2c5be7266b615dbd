/* How far a second look is, for somebody who waits. */
#ifndef STALEREAD_SCENE_PROGRESS_H
#define STALEREAD_SCENE_PROGRESS_H

#include "trace/reader.h"

enum { scene_looks = 2, scene_progress_events = 1 << 16 };

struct scene_progress {
    /* Called now and then; NULL: nobody waits. `look`: from 0, the trace is read scene_looks times. */
    void (*tell)(void *context, unsigned look, const struct trace_info *info);
    void *context;
};

/* To be called for each event. */
static inline void scene_progress_tell(const struct scene_progress *progress, unsigned look,
                                       const struct trace *trace, const struct event *event)
{
    if (progress->tell != NULL && event->number % scene_progress_events == 0)
        progress->tell(progress->context, look, trace_info(trace));
}

#endif
