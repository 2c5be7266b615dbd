/* Why a finding is not sure: a sentence for each kind that can be of low confidence. */
#ifndef STALEREAD_REPORT_DOUBT_H
#define STALEREAD_REPORT_DOUBT_H

#include "finding/finding.h"

/* A whole sentence without a full stop; NULL where there is no doubt to tell. */
const char *doubt_about(const struct finding *finding);

#endif
