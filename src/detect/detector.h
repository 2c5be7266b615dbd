/* What a detector is: a row of the table in detectors.c.
 *
 * For each act the replay tells, every detector proposes the windows that end there and that would be a finding if a
 * rival's write fell into them, and says which writes would do harm. Whether one fell or could fall in is the same
 * for all kinds: analysis.c. */
#ifndef STALEREAD_DETECT_DETECTOR_H
#define STALEREAD_DETECT_DETECTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "detect/window.h"

enum { proposals_max = 2 * origins_max };

struct proposals {
    uint32_t count;
    struct window windows[proposals_max];
};

/* Adds a window; past the limit it is ignored. */
static inline void proposals_add(struct proposals *proposals, struct window window)
{
    if (proposals->count < proposals_max)
        proposals->windows[proposals->count++] = window;
}

struct detector {
    enum finding_kind kind;
    /* Adds the windows that end at the act. */
    void (*propose)(const struct act *act, struct proposals *proposals);
    /* Whether the write would make a finding of the window: what it wrote is not what was there, and so on. `observed` tells
     * that it really fell into the window; `found` is the cell's value right before the act then. May lower the
     * window's confidence. */
    bool (*harms)(struct window *window, const struct write *write, bool observed, uint64_t found);
};

extern const struct detector *const detectors[];
extern const size_t detector_count;

#endif
