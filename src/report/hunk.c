/*
 * In:   lines of source.
 * Out:  lines of a sketch, each of which says by a sign, an element and a colour what happens to it.
 * Holds: lines that are not known are not made up.
 */
#include "report/html_hunk.h"

#include <inttypes.h>

#include "report/html_escape.h"
#include "report/html_source.h"

void html_hunk_open(const struct html_hunk *hunk, const struct finding_place *place)
{
    buffer_add_string(hunk->out, "<figure class=\"sketch\">\n<figcaption>");
    html_escape_code(hunk->out, place->file);
    if (place->function.length != 0) {
        buffer_add_string(hunk->out, " in ");
        html_escape_code(hunk->out, place->function);
    }
    buffer_add_string(hunk->out, "</figcaption>\n<pre tabindex=\"0\">");
}

void html_hunk_close(const struct html_hunk *hunk)
{
    buffer_add_string(hunk->out, "</pre>\n</figure>\n");
}

void html_hunk_keep(const struct html_hunk *hunk, uint32_t number, struct text line, bool deeper)
{
    buffer_add_format(hunk->out, "<span class=\"%s\"><span class=\"no\">%" PRIu32 "</span>  %s",
                      deeper ? "ln in" : "ln", number, deeper ? "    " : "");
    html_escape_line(hunk->out, line);
    buffer_add_string(hunk->out, "\n</span>");
}

void html_hunk_remove(const struct html_hunk *hunk, uint32_t number, struct text line)
{
    buffer_add_format(hunk->out, "<del class=\"ln\"><span class=\"no\">%" PRIu32 "</span>- ", number);
    html_escape_line(hunk->out, line);
    buffer_add_string(hunk->out, "\n</del>");
}

void html_hunk_begin_added(const struct html_hunk *hunk, struct text indent)
{
    buffer_add_string(hunk->out, "<ins class=\"ln\"><span class=\"no\"></span>+ ");
    html_escape_line(hunk->out, indent);
}

void html_hunk_end_added(const struct html_hunk *hunk)
{
    buffer_add_string(hunk->out, "\n</ins>");
}

void html_hunk_skip(const struct html_hunk *hunk)
{
    buffer_add_string(hunk->out, "<span class=\"ln gap\"><span class=\"no\">⋯</span>\n</span>");
}

/* ---- Places ---- */

static struct text line_at(const struct html_hunk *hunk, const struct finding_place *place)
{
    return html_source_line(hunk->view, place->file, place->line);
}

void html_hunk_keep_at(const struct html_hunk *hunk, const struct finding_place *place)
{
    html_hunk_keep(hunk, place->line, line_at(hunk, place), false);
}

void html_hunk_remove_at(const struct html_hunk *hunk, const struct finding_place *place)
{
    html_hunk_remove(hunk, place->line, line_at(hunk, place));
}

struct text html_hunk_blanks(struct text line)
{
    size_t length = 0;
    while (length < line.length && (line.bytes[length] == ' ' || line.bytes[length] == '\t'))
        length++;
    return (struct text){line.bytes, length};
}

struct text html_hunk_code(const struct finding_place *place)
{
    size_t length = html_hunk_blanks(place->source).length;
    return (struct text){place->source.bytes + length, place->source.length - length};
}

struct text html_hunk_indent(const struct html_hunk *hunk, const struct finding_place *place)
{
    return html_hunk_blanks(line_at(hunk, place));
}
