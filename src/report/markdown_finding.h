/* A finding in Markdown. */
#ifndef STALEREAD_REPORT_MARKDOWN_FINDING_H
#define STALEREAD_REPORT_MARKDOWN_FINDING_H

#include "report/report.h"

/* All that there is to say: a section. */
void markdown_finding_add(struct buffer *out, const struct report_input *input,
                          const struct finding *finding);

/* What, where and how sure: one item of a list. */
void markdown_finding_add_short(struct buffer *out, const struct finding *finding);

/* Sentences with newlines behind them as a list, as many as there are bytes for; then how many there are more. */
void markdown_finding_add_items(struct buffer *out, const struct buffer *lines, size_t bytes_max);

#endif
