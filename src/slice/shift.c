/* In: a site, its line, and the other sites of that line. Out: the columns that it has among pseudonyms.
 * Must hold: what was at the expression is at it again; a line that is no longer told in full is left alone. */
#include "slice/shift.h"

#include "scene/indent.h"

enum { sites_of_line_max = 32 };

static bool is_of_line(const struct trace_site *site, const struct trace_site *row)
{
    return site->function == row->function && site->line == row->line && site->source == row->source;
}

/* How far to the right the site's line stands. */
static bool find_indent(const struct trace *trace, const struct trace_site *row, const uint64_t *sites,
                        size_t count, uint32_t *indent)
{
    struct indent_site of_line[sites_of_line_max];
    size_t found = 0;
    for (size_t i = 0; i < count && found < sites_of_line_max; i++) {
        const struct trace_site *site = trace_site(trace, sites[i]);
        if (site != NULL && is_of_line(site, row))
            of_line[found++] = (struct indent_site){trace_string(trace, site->expression), site->column};
    }
    return indent_of(trace_string(trace, row->source), of_line, found, indent);
}

/* Where that column of the line is among pseudonyms. */
static enum status shift(uint32_t *column, struct text source, uint32_t indent, struct redactor *redactor)
{
    if (*column < indent || *column - indent > source.length)
        return STATUS_OK;
    struct text before = redactor_text(redactor, (struct text){source.bytes, *column - indent});
    if (before.bytes == NULL)
        return STATUS_NOMEM;
    *column = indent + (uint32_t)before.length;
    return STATUS_OK;
}

enum status shift_site(struct trace_site *row, const struct trace *trace, const uint64_t *sites, size_t count,
                       struct redactor *redactor)
{
    struct text source = trace_string(trace, row->source);
    uint32_t indent;
    if (!find_indent(trace, row, sites, count, &indent))
        return STATUS_OK;
    enum status status = shift(&row->column, source, indent, redactor);
    if (status == STATUS_OK && row->end_line == row->line)
        status = shift(&row->end_column, source, indent, redactor);
    return status;
}
