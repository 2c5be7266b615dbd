/* Which events of a trace may matter to a finding: at first few, then more. */
#ifndef STALEREAD_SLICE_WANTED_H
#define STALEREAD_SLICE_WANTED_H

#include <stdbool.h>
#include <stdint.h>

#include "slice/concern.h"
#include "slice/record.h"

enum breadth {
    BREADTH_PLACES, /* the events of the finding, and what these stand in, wherever that is */
    BREADTH_LIVES, /* all that its actors, and those who made them, did to its objects, and with whom they had to do */
    BREADTH_TOUCH, /* the same of all actors that ever touch its objects */
    BREADTH_ORDER, /* and whatever carries order or is held, by anybody */
    BREADTH_ALL,
};

/* Everywhere in the trace. */
#define REACH_WHOLE UINT64_MAX

/* What is near is what happened at most `reach` events before or behind one that the finding stands on. */
struct choice {
    enum breadth breadth;
    uint64_t reach;
};

/* Whether the event is wanted by itself, and not only where something refers to it; `actor` is who runs. */
bool wanted(const struct concern *concern, const struct choice *choice, const struct record *event,
            uint64_t actor);

#endif
