/*
 * What the silence of a report is worth: what the runs never exercised, and what the agent could not see.
 *
 * Lines are as in report/wording.h.
 */
#ifndef STALEREAD_REPORT_HONESTY_H
#define STALEREAD_REPORT_HONESTY_H

#include "report/report.h"

/* Two lines, whatever there is to say: nobody should have to guess what is not said. */
void honesty_add(struct buffer *lines, const struct report_input *input);

/* Hands over what was not seen in these traces, piece by piece: "code of `redis`, which is not watched". Each is
 * valid during the call only. STATUS_OK or STATUS_NOMEM. */
enum status honesty_each_unseen(const struct report_trace *traces, size_t count,
                                void (*take)(void *context, struct text phrase), void *context) WARN_UNUSED;

#endif
