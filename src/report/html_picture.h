/*
 * The picture of a finding: actors across, time down.
 *
 * Widths are parts of whatever room there is, heights are pixels, texts end where their lane ends: so one picture
 * fits a phone and a desk. What it shows is told again by html_moments_add, in full.
 */
#ifndef STALEREAD_REPORT_HTML_PICTURE_H
#define STALEREAD_REPORT_HTML_PICTURE_H

#include "report/view.h"

/* Nothing where there are not two moments to tell apart. */
void html_picture_add(struct buffer *out, const struct view *view);

#endif
