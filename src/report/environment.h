/*
 * Where a trace was recorded: Python, loop, packages, command.
 */
#ifndef STALEREAD_REPORT_ENVIRONMENT_H
#define STALEREAD_REPORT_ENVIRONMENT_H

#include "report/report.h"

/* Adds sentences, each with a newline behind it; code in backticks. Nothing of what is not known. */
void environment_add(struct buffer *lines, const struct report_trace *trace);

#endif
