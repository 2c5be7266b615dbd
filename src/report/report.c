/*
 * In:   the name of a format, and what is to be reported.
 * Out:  the report's bytes.
 * Holds: whoever knows a format knows it from the table here.
 */
#include "report/report.h"

#include <string.h>

#include "report/formats.h"

static const struct report_format formats[] = {
    {"text", "for people on a terminal", text_report, false},
    {"json", "for other programs (formats/report.schema.json)", json_report, false},
    {"markdown", "to paste into an issue", markdown_report, true},
    {"sarif", "SARIF 2.1.0, for code scanning and editors", sarif_report, true},
    {"html", "one page with pictures, to send to anybody", html_report, true},
    {"junit", "JUnit XML, for continuous integration", junit_report, false},
    {"github", "annotations of GitHub Actions", github_report, false},
};

enum { format_count = sizeof formats / sizeof *formats };

const struct report_format *report_formats(size_t *count)
{
    *count = format_count;
    return formats;
}

const struct report_format *report_format_find(const char *name)
{
    for (size_t i = 0; i < format_count; i++) {
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    }
    return NULL;
}

bool report_shows(const struct report_input *input, const struct finding *finding)
{
    return finding_list_shows(finding, input->confidence) && (!finding->known || input->shows_known);
}

struct text report_root(const struct report_input *input, const struct finding *finding)
{
    return finding->trace < input->trace_count ? report_fact(&input->traces[finding->trace], "root")
                                               : TEXT_NONE;
}

struct text report_fact(const struct report_trace *trace, const char *name)
{
    for (size_t i = 0; i < trace->fact_count; i++)
        if (text_equals(trace->facts[i].name, name))
            return trace->facts[i].value;
    return TEXT_NONE;
}

void report_write_finding(const struct report_input *input, const struct finding *finding, struct buffer *out)
{
    text_finding(input, finding, out);
}

enum status report_write(const struct report_format *format, const struct report_input *input,
                         struct buffer *out)
{
    format->write(input, out);
    return buffer_status(out);
}
