/* One actor in a finding's picture: its steps as blocks, the locks it held as bars, and what it did, with words beside it. */
#ifndef STALEREAD_REPORT_HTML_LANE_H
#define STALEREAD_REPORT_HTML_LANE_H

#include "report/html_layout.h"

void html_lane_add(struct buffer *out, const struct html_layout *layout, uint32_t lane);

/* What stands within a lane goes between these two: texts end where the lane does. */
void html_lane_open(struct buffer *out, const struct html_layout *layout, uint32_t lane);
void html_lane_close(struct buffer *out);

#endif
