/* Columns of a line that pseudonyms make longer or shorter. */
#ifndef STALEREAD_SLICE_SHIFT_H
#define STALEREAD_SLICE_SHIFT_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "slice/redactor.h"
#include "trace/reader.h"

/* Puts `row`, a site of the trace, where its expression stands once its line is redacted. `sites`: numbers of the sites that are
 * known, from which it is told how far to the right the line stands; where that cannot be told, `row` stays as it is. STATUS_OK
 * or STATUS_NOMEM. */
enum status shift_site(struct trace_site *row, const struct trace *trace, const uint64_t *sites, size_t count,
                       struct redactor *redactor) WARN_UNUSED;

#endif
