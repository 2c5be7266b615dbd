/* When and where something was seen: the first and the last time, and on how many hosts. */
#ifndef STALEREAD_REPORT_SEEN_H
#define STALEREAD_REPORT_SEEN_H

#include "report/report.h"

struct seen {
    struct text first, last; /* when those traces were started; empty: of none is it known */
    size_t traces;
    size_t hosts; /* known ones */
};

/* Of the traces that the finding occurred in; of all traces where it is NULL. STATUS_OK or STATUS_NOMEM. */
enum status seen_of(struct seen *seen, const struct report_input *input, const struct finding *finding)
    WARN_UNUSED;

/* A line on where a finding of a merged report was seen: "Seen in 3 of 12 traces, …". Lines are as in report/wording.h. */
void seen_add(struct buffer *lines, const struct report_input *input, const struct finding *finding);

/* " on 2 hosts, from 2026-01-02T03:04:05Z to …", as far as it is known. */
void seen_add_span(struct buffer *lines, const struct seen *seen);

#endif
