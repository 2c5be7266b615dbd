/* A second look at traces: what happened around each finding (finding/scene.h).
 *
 *     struct scenes scenes;
 *     scenes_init(&scenes);
 *     for each trace: scenes_look(&scenes, path, events, &list, index, wanted, &overview, &diag)
 *     scenes.items[i]                the scene of the list's finding number i, or NULL
 *     scenes_fini(&scenes);
 *
 * Replaying tells what is wrong only when it has come to pass, and keeps little; so the trace is read twice more, once to find the
 * steps in which the ends of findings lie, and once to take down what they did. Memory is bounded for each finding, not by
 * the length of the trace. */
#ifndef STALEREAD_SCENE_SCENES_H
#define STALEREAD_SCENE_SCENES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/status.h"
#include "finding/list.h"
#include "finding/scene.h"
#include "scene/progress.h"

/* Findings of one trace beyond these have no scene. */
enum { scenes_of_trace_max = 1000 };

struct scenes {
    struct arena arena; /* all that scenes and overviews are made of */
    const struct scene *
        *items; /* one for each finding of the list, NULL where there is none; NULL: nothing was looked at */
    size_t count;
    struct scene_progress progress; /* of whoever waits; nobody, unless it is set after scenes_init */
};

void scenes_init(struct scenes *scenes);
void scenes_fini(struct scenes *scenes);

/* Whether the finding is to have a scene. */
typedef bool scenes_wanted(const void *context, const struct finding *finding);

/* Reads the file again, which had so many events when it was judged, for those of the finished list whose `trace` is `index`. If
 * none of them is wanted, the file is let alone. *overview stays as it is where there is none.
 *
 * STATUS_OK also where the file is not what it was, cannot be read any more, or cannot be read twice (a pipe): then there are no
 * scenes. STATUS_NOMEM. */
enum status scenes_look(struct scenes *scenes, const char *path, uint64_t events,
                        const struct finding_list *list, uint32_t index, scenes_wanted *wanted,
                        const void *context, const struct scene_overview **overview) WARN_UNUSED;

#endif
