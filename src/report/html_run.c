/*
 * In:   the traces.
 * Out:  a section for each.
 * Holds: what is not known is left out, not guessed.
 */
#include "report/html_run.h"

#include <inttypes.h>

#include "finding/phrase.h"
#include "report/html_escape.h"
#include "report/html_overview.h"

static void begin_fact(struct buffer *out, const char *name)
{
    buffer_add_string(out, "<tr><th scope=\"row\">");
    html_escape_string(out, name);
    buffer_add_string(out, "</th><td>");
}

static void end_fact(struct buffer *out)
{
    buffer_add_string(out, "</td></tr>\n");
}

static void add_count(struct buffer *out, const char *name, uint64_t count)
{
    begin_fact(out, name);
    phrase_add_number(out, count);
    end_fact(out);
}

static void add_counts(struct buffer *out, const struct report_trace *trace)
{
    begin_fact(out, "whole");
    buffer_add_string(out, trace->complete ? "yes" : "no: the recording did not end");
    end_fact(out);
    add_count(out, "events", trace->events);
    add_count(out, "actors", trace->actors);
    if (trace->lost_events != 0)
        add_count(out, "events lost", trace->lost_events);
    if (trace->damaged_frames != 0)
        add_count(out, "damaged frames", trace->damaged_frames);
}

/* What the counts above say already. */
static bool is_told(struct text name)
{
    return text_equals(name, "events") || text_equals(name, "lost_events");
}

static void add_facts(struct buffer *out, const struct report_trace *trace)
{
    for (size_t i = 0; i < trace->fact_count; i++) {
        const struct report_fact *fact = &trace->facts[i];
        if (is_told(fact->name) || fact->value.length == 0)
            continue;
        buffer_add_string(out, "<tr><th scope=\"row\">");
        html_escape_text(out, fact->name);
        buffer_add_string(out, "</th><td>");
        html_escape_code(out, fact->value);
        end_fact(out);
    }
}

static void add_trace(struct buffer *out, const struct report_input *input, const struct tally *tally,
                      uint32_t index)
{
    const struct report_trace *trace = &input->traces[index];
    buffer_add_string(out, "<section class=\"trace\">\n<h3>");
    html_escape_code(out, text_of(trace->path));
    buffer_add_string(out, "</h3>\n");
    html_overview_add(out, input, tally, index);
    buffer_add_string(out, "<details><summary>What it says about itself</summary>\n"
                           "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Table\">\n"
                           "<table class=\"facts\">\n<caption>The trace</caption>\n<tbody>\n");
    add_counts(out, trace);
    add_facts(out, trace);
    buffer_add_string(out, "</tbody>\n</table>\n</div>\n</details>\n</section>\n");
}

void html_run_add(struct buffer *out, const struct report_input *input, const struct tally *tally)
{
    buffer_add_string(out, "<section aria-labelledby=\"run\">\n<h2 id=\"run\">");
    buffer_add_string(out, input->trace_count == 1 ? "The run" : "The runs");
    buffer_add_string(out, "</h2>\n");
    for (uint32_t i = 0; i < input->trace_count; i++)
        add_trace(out, input, tally, i);
    buffer_add_string(out, "</section>\n");
}
