/* How a finding came about, as SARIF has it: a code flow. */
#ifndef STALEREAD_REPORT_SARIF_FLOW_H
#define STALEREAD_REPORT_SARIF_FLOW_H

#include "report/json_value.h"
#include "report/sarif_place.h"
#include "report/view.h"

/* "`Task-3`": who does something. */
void sarif_flow_add_actor(struct buffer *out, struct text actor);

/* The code flows of a finding: one, or none where no moment has a place. */
cJSON *sarif_flow(struct json_writer *writer, const struct sarif_places *places, const struct view *view);

#endif
