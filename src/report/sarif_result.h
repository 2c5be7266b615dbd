/* A finding as a result of SARIF. */
#ifndef STALEREAD_REPORT_SARIF_RESULT_H
#define STALEREAD_REPORT_SARIF_RESULT_H

#include "report/json_value.h"
#include "report/report.h"

/* `has_flow`: with how it came about, which is half of it. */
cJSON *sarif_result(struct json_writer *writer, const struct report_input *input,
                    const struct finding *finding, bool has_flow);

#endif
