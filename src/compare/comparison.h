/* Two traces of one program, read side by side up to where their schedules part. */
#ifndef STALEREAD_COMPARE_COMPARISON_H
#define STALEREAD_COMPARE_COMPARISON_H

#include "base/diag.h"
#include "base/status.h"
#include "finding/parting.h"

struct comparison;

/* Steps of one run that are kept while those of the other one that belong beside them have not come: loops of several threads do not
 * keep step. */
enum { comparison_waiting_max = 65536 };

/* Opens and compares two files. STATUS_OK; what trace_open and trace_next return: then *out is NULL. */
enum status comparison_open(struct comparison **out, const char *const paths[2], struct diag *diag)
    WARN_UNUSED;
void comparison_close(struct comparison *comparison);

/* Lives as long as the comparison. */
const struct parting *comparison_parting(const struct comparison *comparison);

#endif
