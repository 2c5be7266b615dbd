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

#endif
