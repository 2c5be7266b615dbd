/*
 * In:   the lines that a scene knows.
 * Out:  one excerpt for each function, with the story's numbers beside the lines.
 * Holds: lines that are not known are shown to be missing.
 */
#include "report/html_source.h"

#include <inttypes.h>

#include "report/html_escape.h"
#include "report/html_role.h"

static void add_line(struct buffer *out, const struct view *view, struct text file,
                     const struct scene_line *line)
{
    size_t numbers[story_steps_max];
    size_t count = view_numbers_at(view, file, line->line, numbers);
    buffer_add_format(out, "<span class=\"%s\"><span class=\"no\">%" PRIu32 "</span><span class=\"at\">",
                      count != 0 ? "ln hit" : "ln", line->line);
    for (size_t i = 0; i < count; i++)
        html_role_add_badge(out, view, numbers[i]);
    buffer_add_string(out, "</span>");
    html_escape_line(out, line->source);
    buffer_add_string(out, "\n</span>");
}

static void add_excerpt(struct buffer *out, const struct view *view, const struct scene_source *source)
{
    buffer_add_string(out, "<figure class=\"source\">\n<figcaption>");
    html_escape_code(out, source->file);
    if (source->function.length != 0) {
        buffer_add_string(out, " in ");
        html_escape_code(out, source->function);
    }
    buffer_add_string(out, "</figcaption>\n<pre tabindex=\"0\">");
    for (size_t i = 0; i < source->line_count; i++) {
        if (i > 0 && source->lines[i].line > source->lines[i - 1].line + 1)
            buffer_add_string(out, "<span class=\"ln gap\"><span class=\"no\">⋯</span>\n</span>");
        add_line(out, view, source->file, &source->lines[i]);
    }
    buffer_add_string(out, "</pre>\n</figure>\n");
}

void html_source_add(struct buffer *out, const struct view *view)
{
    if (view->scene->source_count == 0)
        return;
    buffer_add_string(out, "<h4>Source</h4>\n");
    for (size_t i = 0; i < view->scene->source_count; i++)
        add_excerpt(out, view, &view->scene->sources[i]);
}
