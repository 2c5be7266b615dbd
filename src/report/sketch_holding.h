/* Sketches of locks: one that is to be held over a block. */
#ifndef STALEREAD_REPORT_HTML_HOLDING_H
#define STALEREAD_REPORT_HTML_HOLDING_H

#include "report/html_hunk.h"

/* Whether the advice is to hold a lock over a block of one function, which can be drawn. */
bool html_holding_is_block(const struct view *view);
void html_holding_draw_block(const struct html_hunk *hunk);

/* The same of two accesses of different threads. */
bool html_holding_is_race(const struct view *view);
void html_holding_draw_race(const struct html_hunk *hunk);

#endif
