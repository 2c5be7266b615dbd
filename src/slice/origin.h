/* What a slice says about itself: what its trace said that still holds, and that it is a slice. */
#ifndef STALEREAD_SLICE_ORIGIN_H
#define STALEREAD_SLICE_ORIGIN_H

#include <stddef.h>
#include <stdint.h>

#include "trace/meta.h"
#include "trace/reader.h"

enum { origin_pairs_max = 24, origin_number_bytes = 24 };

struct origin {
    struct meta_pair pairs[origin_pairs_max]; /* borrowed from the trace and the id */
    size_t count;
    char events[origin_number_bytes];
};

/* `trace` was read to its end; `id` is the finding's. Both outlive the origin, which must not be moved. */
void origin_of(struct origin *origin, const struct trace *trace, const char *id);

#endif
