/* The functions behind the table of formats in report.c: each appends the whole report to `out`, whose status
 * tells whether there was memory enough. */
#ifndef STALEREAD_REPORT_FORMATS_H
#define STALEREAD_REPORT_FORMATS_H

#include "report/report.h"

/* text.c: for people on a terminal, at most `width_columns` wide where words allow. */
void text_report(const struct report_input *input, struct buffer *out);

/* One finding in the same way. */
void text_finding(const struct report_input *input, const struct finding *finding, struct buffer *out);

/* json.c: as formats/report.schema.json says. */
void json_report(const struct report_input *input, struct buffer *out);

/* markdown.c: to paste into an issue. */
void markdown_report(const struct report_input *input, struct buffer *out);

/* sarif.c: SARIF 2.1.0, within the limits of GitHub's code scanning. */
void sarif_report(const struct report_input *input, struct buffer *out);

/* html.c: one page that needs nothing else. */
void html_report(const struct report_input *input, struct buffer *out);

/* junit.c: JUnit XML, a test case for each finding. */
void junit_report(const struct report_input *input, struct buffer *out);

/* github.c: workflow commands that make annotations. */
void github_report(const struct report_input *input, struct buffer *out);

#endif
