/* What a slice says about itself: what its trace said that still holds, and that it is a slice. */
#ifndef STALEREAD_SLICE_ORIGIN_H
#define STALEREAD_SLICE_ORIGIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "slice/redactor.h"
#include "trace/meta.h"
#include "trace/reader.h"

enum { origin_pairs_max = 24, origin_number_bytes = 24 };

struct origin {
    struct meta_pair pairs[origin_pairs_max]; /* borrowed from the trace and the id */
    size_t count;
    char events[origin_number_bytes];
};

/* Which finding it is a slice of, and what is told of the program. */
struct origin_request {
    const char *id;            /* of the finding, in the slice */
    const char *original_id;   /* in the whole trace; NULL: not told */
    struct redactor *redactor; /* NULL: names stay */
};

/* `trace` was read to its end; it and what the request points to outlive the origin, which must not be moved. STATUS_OK or STATUS_NOMEM. */
enum status origin_of(struct origin *origin, const struct trace *trace, const struct origin_request *request)
    WARN_UNUSED;

#endif
