/* One step of a scene: what of it is shown.
 *
 * The ends of the finding that lie in it, a few moments before and after each, its begin and its end. */
#ifndef STALEREAD_SCENE_BLOCK_H
#define STALEREAD_SCENE_BLOCK_H

#include "scene/draft.h"
#include "scene/words.h"

/* Something that happens in a step. */
struct block_event {
    const struct event *event;
    const struct trace_site *site; /* NULL: it has none */
    uint64_t begun;                /* how many steps of the trace had begun */
};

/* Keeps it, and what was kept: until the next call for the same. */
void block_event_keep(struct draft_waiting *kept, const struct block_event *happening);
struct block_event block_event_kept(struct draft_waiting *kept);

/* The step has begun, perhaps a while ago. `actor` may be NULL: not known. STATUS_OK or STATUS_NOMEM. */
enum status block_begin(struct draft_block *block, struct words *words, const struct actor *actor)
    WARN_UNUSED;

/* The same of what happens in it: after the replay took the event, but for its end. */
enum status block_take(struct draft_block *block, struct words *words, const struct actor *actor,
                       const struct block_event *happening) WARN_UNUSED;
enum status block_end(struct draft_block *block, struct words *words, const struct actor *actor,
                      const struct block_event *happening) WARN_UNUSED;

#endif
