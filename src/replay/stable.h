/* What is *stable*: known to all who may still do something, so that whatever is still to come comes after it.
 *
 * Those are the actors that live, and whoever begins with a handle of a loop. The thread of a running loop counts for
 * nothing: it goes on when somebody on the loop has it stop, and knows then what that one did. Nobody is expected to appear
 * out of nowhere, without a token: such a one knows nothing, so that nothing is stable for it.
 *
 * Source: Wuu and Bernstein, Efficient solutions to the replicated log and dictionary problems (PODC 1984), section 3, where a log
 * forgets what everybody is known to have. */
#ifndef STALEREAD_REPLAY_STABLE_H
#define STALEREAD_REPLAY_STABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

struct replay;

struct stable {
    uint32_t slot_count;
    uint32_t *epochs; /* for each slot, up to which epoch */
};

/* Between two steps. STATUS_OK, STATUS_NOMEM, or STATUS_LIMIT: so many are alive that it would take too
 * long, or a thread is about to begin. Release with
 * stable_fini after STATUS_OK. */
enum status stable_find(const struct replay *replay, struct stable *stable) WARN_UNUSED;

void stable_fini(struct stable *stable);

static inline bool stable_has(const struct stable *stable, uint32_t slot, uint32_t epoch)
{
    return slot < stable->slot_count && stable->epochs[slot] >= epoch;
}

#endif
