/* Sketches of locks: one that is to be held over a block. */
#ifndef STALEREAD_REPORT_SKETCH_HOLDING_H
#define STALEREAD_REPORT_SKETCH_HOLDING_H

#include "report/hunk.h"

/* Whether the advice is to hold a lock over a block of one function, which can be drawn. */
bool sketch_holding_is_block(const struct view *view);
void sketch_holding_draw_block(struct hunk *hunk);

/* The same of two accesses of different threads. */
bool sketch_holding_is_race(const struct view *view);
void sketch_holding_draw_race(struct hunk *hunk);

#endif
