/* Sketches of events, conditions and futures: who waits, and who wakes. */
#ifndef STALEREAD_REPORT_SKETCH_WAITS_H
#define STALEREAD_REPORT_SKETCH_WAITS_H

#include "report/hunk.h"

/* An event that is cleared too late. */
void sketch_waits_draw_cleared(struct hunk *hunk);

/* A notify, or an event set and cleared at once, that nobody heard. */
void sketch_waits_draw_unheard(struct hunk *hunk);

/* What is waited for is replaced. */
void sketch_waits_draw_replaced(struct hunk *hunk);

/* A flag that is polled. */
void sketch_waits_draw_polled(struct hunk *hunk);

#endif
