/* The source around the ends of findings, as far as the trace knows it. */
#ifndef STALEREAD_SCENE_SOURCES_H
#define STALEREAD_SCENE_SOURCES_H

#include "base/status.h"
#include "finding/scene.h"
#include "scene/draft.h"
#include "scene/words.h"
#include "trace/reader.h"

/* Fills the sources of the scenes, each made of the draft with the same index (or NULL). The trace was read to its end. STATUS_OK or
 * STATUS_NOMEM. */
enum status sources_give(const struct trace *trace, struct words *words, const struct draft *drafts,
                         struct scene *const *scenes, size_t count) WARN_UNUSED;

#endif
