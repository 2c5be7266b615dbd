/* What a detector is: a row of the table in detectors.c.
 *
 * One that looks for windows proposes, for each act the replay tells, the windows that end there and that would be a
 * finding if a rival's write fell into them, and says which writes would do harm. Whether one fell or could fall in is
 * the same for all kinds: analysis.c. One that follows something else (locks, waits) keeps a state of its own, is
 * told acts and moments as they happen, and reports by itself. A detector may do both; what it does not do is NULL. */
#ifndef STALEREAD_DETECT_DETECTOR_H
#define STALEREAD_DETECT_DETECTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "detect/reporter.h"
#include "detect/window.h"

enum { proposals_max = 2 * origins_max, proposals_made_max = 4 };

struct proposals {
    uint32_t count;
    struct window windows[proposals_max];
    /* Reads that stand for something else, made for this act; NULL: no memory for one. Released once the windows are judged. */
    uint32_t made_count;
    struct read *made[proposals_made_max];
};

/* Adds a window; past the limit it is ignored. */
static inline void proposals_add(struct proposals *proposals, struct window window)
{
    if (proposals->count < proposals_max)
        proposals->windows[proposals->count++] = window;
}

/* Adds a window whose read was made for it; the reference is taken over. */
static inline void proposals_add_made(struct proposals *proposals, struct window window)
{
    proposals->made[proposals->made_count++] = window.read;
    if (window.read != NULL)
        proposals_add(proposals, window);
}

struct detector {
    enum finding_kind kind;
    enum finding_form form; /* of its windows */

    /* Adds the windows that end at the act. */
    void (*propose)(const struct act *act, struct proposals *proposals);
    /* Whether the write would make a finding of the window: what it wrote is not what was there, and so on. `observed` tells
     * that it really fell into the window; `found` is the cell's value right before the act then. May lower the
     * window's confidence. */
    bool (*harms)(struct window *window, const struct write *write, bool observed, uint64_t found);

    /* Whether somebody else whose check, at the window's own site, found the act done would have done the same, and harm, had
     * its check come into the window. May lower the window's confidence. */
    bool (*doubles)(struct window *window, const struct read *check);

    /* State of its own, made before the first event. NULL: no memory. */
    void *(*open)(void);
    void (*close)(void *state, struct reporter *reporter);
    /* Each act before the cell remembers it, each read and moment as it was. STATUS_OK or STATUS_NOMEM. */
    enum status (*act)(void *state, const struct act *act, struct reporter *reporter);
    enum status (*read)(void *state, const struct read *read, struct reporter *reporter);
    enum status (*moment)(void *state, const struct moment *moment, struct reporter *reporter);
    /* Each access where there are several threads. */
    enum status (*touch)(void *state, const struct touch *touch, struct reporter *reporter);
    /* The trace is over: what waits now waits for ever. */
    enum status (*finish)(void *state, struct reporter *reporter);
};

extern const struct detector *const detectors[];
extern const size_t detector_count;

#endif
