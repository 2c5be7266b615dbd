/* Findings as staleread.h hands them out. */
#ifndef STALEREAD_API_FINDINGS_H
#define STALEREAD_API_FINDINGS_H

#include <staleread.h>

#include "api/utf8.h"
#include "finding/finding.h"

/* A copy that needs nothing of the finding any more, in the arena; NULL, or `failed`: there is no memory. */
const struct staleread_finding *findings_copy(struct utf8_copies *copies, const struct finding *finding,
                                              bool has_baseline);

#endif
