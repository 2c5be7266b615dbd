/* Parts of the JSON report. On one line they are the same bytes for what reports say the same of, and an order for what they do not. */
#ifndef STALEREAD_REPORT_JSON_H
#define STALEREAD_REPORT_JSON_H

#include "base/buffer.h"
#include "base/status.h"
#include "report/json_value.h"
#include "report/report.h"

/* Appends the row of a trace. STATUS_OK or STATUS_NOMEM. */
enum status json_add_trace(const struct report_trace *trace, struct buffer *out) WARN_UNUSED;

/* Appends what happened, without where it was seen and what is made of it: its cell, places, values, locks, advice. Likewise. */
enum status json_add_content(const struct finding *finding, struct buffer *out) WARN_UNUSED;

/* The rows of all traces, which findings refer to by their index. NULL: no memory. */
cJSON *json_traces(struct json_writer *writer, const struct report_input *input);

/* A finding as it stands in the report. NULL: no memory. */
cJSON *json_finding(struct json_writer *writer, const struct report_input *input,
                    const struct finding *finding);

#endif
