/* Traces that were replayed, as staleread.h tells of them. */
#ifndef STALEREAD_API_RECORDINGS_H
#define STALEREAD_API_RECORDINGS_H

#include <staleread.h>

#include "api/utf8.h"
#include "report/report.h"

/* A copy in the arena; its path stays the row's. NULL, or `failed`: there is no memory. */
const struct staleread_recording *recordings_copy(struct utf8_copies *copies, const struct report_trace *row);

#endif
