/* Cells that accesses will soon need are brought into the processor's cache before.
 *
 * A large trace has more cells than a cache has room for, and most of the time of an access goes into waiting for memory: for the
 * index, then the cell, then what the cell remembers. Each is asked for some events before it is needed, the next one when the one
 * before has had time to come. Nothing but time depends on it. */
#ifndef STALEREAD_REPLAY_FORESIGHT_H
#define STALEREAD_REPLAY_FORESIGHT_H

#include <stdbool.h>
#include <stdint.h>

#include "replay/cell_index.h"
#include "trace/reader.h"

/* How many accesses are under way to being at hand. A power of two. */
enum { foresight_room = 32 };

/* What an event accesses. */
struct coming {
    uint64_t hash; /* of the cell; 0: nothing */
    bool is_write;
};

struct foresight {
    struct coming coming[foresight_room]; /* a ring */
    uint32_t next;
};

/* Takes what the event tells of a later one. */
void foresight_look(struct foresight *foresight, const struct cell_index *index, const struct event *event);

#endif
