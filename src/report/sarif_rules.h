/* The kinds of findings as rules of SARIF. */
#ifndef STALEREAD_REPORT_SARIF_RULES_H
#define STALEREAD_REPORT_SARIF_RULES_H

#include "report/json_value.h"

/* An array with all of them, each at the index that its kind is. */
cJSON *sarif_rules(struct json_writer *writer);

#endif
