/* What a bug report wants: one finding as a page, as text and for programs, the trace that shows it, where that was recorded, and how to see
 * it for oneself. */
#ifndef STALEREAD_BUNDLE_BUNDLE_H
#define STALEREAD_BUNDLE_BUNDLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/diag.h"
#include "base/status.h"
#include "finding/finding.h"
#include "report/report.h"

struct bundle_request {
    struct text slice; /* the bytes of a trace */
    const char *id;    /* of the finding in it */
    size_t slice_events;
    const struct finding *finding;    /* in the whole trace */
    const struct report_trace *whole; /* which that was */
    uint64_t blocking_milliseconds;   /* as the rules had it; 0: as by default */
    bool is_redacted;                 /* nothing of the finding in the whole trace may be told but numbers */
};

/* Adds the zip file to `out`. STATUS_OK; STATUS_USAGE: this build cannot make zip files; STATUS_IO: there is no room for temporary files; or
 * what the analysis of the slice returns. */
enum status bundle_make(const struct bundle_request *request, struct buffer *out, struct diag *diag)
    WARN_UNUSED;

#endif
