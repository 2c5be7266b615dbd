/* The first look at a trace: in which steps the ends of findings lie, and which cells they are about. */
#ifndef STALEREAD_SCENE_LOCATE_H
#define STALEREAD_SCENE_LOCATE_H

#include "base/diag.h"
#include "base/status.h"
#include "scene/draft.h"
#include "scene/progress.h"
#include "trace/reader.h"

/* Fills the ends of the drafts, each as far as its finding knows the event. What trace_next returns at the end of the trace or on
 * an error, STATUS_OK in place of STATUS_END. */
enum status locate(struct trace *trace, struct draft *drafts, size_t count,
                   const struct scene_progress *progress, struct diag *diag) WARN_UNUSED;

/* The site of an event, or NULL. */
const struct trace_site *locate_site(const struct trace *trace, const struct event *event);

#endif
