/* How many findings there are of which sort: what every format's summary says. */
#ifndef STALEREAD_REPORT_TALLY_H
#define STALEREAD_REPORT_TALLY_H

#include <stdint.h>

#include "report/report.h"

struct tally {
    uint64_t
        shown; /* neither suppressed, ignored, hidden nor left out as known; the next two are parts of it */
    uint64_t by_kind[FINDING_KIND_COUNT];
    uint64_t by_status[FINDING_CONFIRMED + 1];
    uint64_t listed;     /* shown, and not beyond the rules' max-findings */
    uint64_t hidden;     /* below the confidence asked for */
    uint64_t suppressed; /* by a rule, of whatever confidence */
    uint64_t ignored;    /* by a comment in the source, and by no rule */
    uint64_t known;      /* the baseline has them; neither suppressed, ignored nor hidden */
    uint64_t events;     /* of all traces */
    uint64_t actors;
};

struct tally tally_of(const struct report_input *input);

/* Where a walk over the findings stands; all zero at its start. */
struct tally_cursor {
    size_t index;
    uint64_t listed;
};

/* The next finding that is listed, in order; NULL at the end. */
const struct finding *tally_next(const struct report_input *input, const struct tally *tally,
                                 struct tally_cursor *cursor);

/* The next finding that would be in the report if neither a rule nor a comment let it stand; NULL at the end. *index is 0 at the
 * start. */
const struct finding *tally_next_let_stand(const struct report_input *input, size_t *index);

/* The next suppression that matched nothing; NULL at the end. *number is 0 at the start, then the
 * suppression's number in its file, from 1. */
const struct rules_suppression *tally_next_unused(const struct report_input *input, size_t *number);

#endif
