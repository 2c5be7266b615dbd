/* The two texts of a bundle: what is in it and how to see it for oneself, and where the trace was recorded. */
#ifndef STALEREAD_BUNDLE_ABOUT_H
#define STALEREAD_BUNDLE_ABOUT_H

#include "base/buffer.h"
#include "bundle/bundle.h"
#include "report/report.h"

/* How the slice is called in the bundle, and a rules file, where the finding takes one. */
#define ABOUT_SLICE "slice.srt"
#define ABOUT_RULES "rules.yaml"

/* README.md, in Markdown. `finding` is the one in the slice, `input` the report on it. */
void about_readme(struct buffer *out, const struct bundle_request *request, const struct report_input *input,
                  const struct finding *finding);

/* environment.txt: all that the slice says about its recording. */
void about_environment(struct buffer *out, const struct report_trace *slice);

#endif
