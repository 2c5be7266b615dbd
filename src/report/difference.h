/*
 * What differs between two reports, and between two runs.
 *
 * Findings are held side by side by their ids. What a report does not show, because its rules or comments let it stand, is not in it.
 */
#ifndef STALEREAD_REPORT_DIFFERENCE_H
#define STALEREAD_REPORT_DIFFERENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/status.h"
#include "base/vector.h"
#include "finding/parting.h"
#include "report/report.h"

/* A finding of both that is not the same in them. */
struct difference_change {
    const struct finding *before, *after;
};

struct difference {
    const char *paths[2]; /* as the user gave them */
    struct report_input
        sides[2]; /* their `confidence` says from where on a finding counts; one side is enough */
    VECTOR(const struct finding *) fresh; /* in the order of the second one's report */
    VECTOR(const struct finding *) gone;  /* in that of the first one's */
    VECTOR(struct difference_change)
    changed; /* in status, confidence or count, in the order of the second one's */
    size_t same_count;
    const struct parting *parting; /* of the schedules; NULL: not both are traces */
};

/* Everything is borrowed until difference_fini, whatever is returned. STATUS_OK or STATUS_NOMEM. */
enum status difference_init(struct difference *difference, const char *const paths[2],
                            const struct report_input sides[2], const struct parting *parting) WARN_UNUSED;
void difference_fini(struct difference *difference);

/* Whether there is any. */
bool difference_exists(const struct difference *difference);

/* One row of the table of formats. */
struct difference_format {
    const char *name;
    void (*write)(const struct difference *difference, struct buffer *out);
};

/* Number `i` of them, NULL behind the last; and that of a name, NULL when there is none. */
const struct difference_format *difference_format_at(size_t i);
const struct difference_format *difference_format_find(const char *name);

#endif
