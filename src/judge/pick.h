/* One finding of many, by its id or the beginning of it. */
#ifndef STALEREAD_JUDGE_PICK_H
#define STALEREAD_JUDGE_PICK_H

#include "base/diag.h"
#include "base/status.h"
#include "finding/list.h"

/* The one finding of the finished list whose id begins with `word`; "SR-" may be left out, and letters may be of either
 * size. STATUS_USAGE: there is none, or there are several; then *out is NULL. */
enum status pick_finding(const struct finding_list *list, const char *word, const struct finding **out,
                         struct diag *diag) WARN_UNUSED;

#endif
