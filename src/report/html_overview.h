/* A whole run in one strip: how much happened when, and where the findings lie. */
#ifndef STALEREAD_REPORT_HTML_OVERVIEW_H
#define STALEREAD_REPORT_HTML_OVERVIEW_H

#include "report/report.h"
#include "report/tally.h"

/* Of the trace with this index; nothing where it has no overview. */
void html_overview_add(struct buffer *out, const struct report_input *input, const struct tally *tally,
                       uint32_t trace);

/* Number of the event at which a finding is drawn, from 0. */
uint64_t html_overview_event(const struct finding *finding);

#endif
