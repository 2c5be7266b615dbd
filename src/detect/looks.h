/* What an actor has looked at, and whether that told it what another one did. */
#ifndef STALEREAD_DETECT_LOOKS_H
#define STALEREAD_DETECT_LOOKS_H

#include "replay/replay.h"

enum { looks_max = 16 };

struct looks {
    uint32_t count;
    bool is_full;                  /* there was more than what is kept, or all there is to see */
    struct cell *cells[looks_max]; /* counted */
};

void looks_add(struct looks *looks, struct cell *cell);
void looks_clear(struct looks *looks, struct cell_table *cells);

/* Adds what the actor has read in its running step. */
void looks_add_step(struct looks *looks, const struct actor *actor);

/* Whether the cell, or the container that it is part of, has something that the actor wrote after that event and that who
 * has the clock does not know of by order. */
bool looks_tell(const struct cell *cell, const struct actor *actor, uint64_t since,
                const struct clock *known);

/* Whether any of the cells has; true also where there were too many to keep. */
bool looks_told(const struct looks *looks, const struct actor *actor, uint64_t since,
                const struct clock *known);

#endif
