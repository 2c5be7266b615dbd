/*
 * In:   the pieces of a sketch.
 * Out:  a figure for each; every line says by a sign, an element and a colour what happens to it.
 * Holds: no line is markup.
 */
#include "report/html_sketch.h"

#include <inttypes.h>

#include "report/html_escape.h"
#include "report/sketch.h"

struct look {
    const char *open, *close; /* around it */
    const char *sign;
};

static const struct look looks[] = {
    [HUNK_KEEP] = {"<span class=\"ln\">", "</span>", "  "},
    [HUNK_DEEPER] = {"<span class=\"ln in\">", "</span>", "      "},
    [HUNK_REMOVE] = {"<del class=\"ln\">", "</del>", "- "},
    [HUNK_ADD] = {"<ins class=\"ln\">", "</ins>", "+ "},
};

static void add_line(struct buffer *out, const struct hunk *hunk, const struct hunk_line *line)
{
    if (line->kind == HUNK_SKIP) {
        buffer_add_string(out, "<span class=\"ln gap\"><span class=\"no\">⋯</span>\n</span>");
        return;
    }
    buffer_add_string(out, looks[line->kind].open);
    buffer_add_string(out, "<span class=\"no\">");
    if (line->number != 0)
        buffer_add_format(out, "%" PRIu32, line->number);
    buffer_add_string(out, "</span>");
    buffer_add_string(out, looks[line->kind].sign);
    html_escape_line(out, hunk_line_text(hunk, line));
    buffer_add_char(out, '\n');
    buffer_add_string(out, looks[line->kind].close);
}

static void add_piece(struct buffer *out, const struct hunk *hunk, const struct hunk_piece *piece)
{
    buffer_add_string(out, "<figure class=\"sketch\">\n<figcaption>");
    html_escape_code(out, piece->place->file);
    if (piece->place->function.length != 0) {
        buffer_add_string(out, " in ");
        html_escape_code(out, piece->place->function);
    }
    buffer_add_string(out, "</figcaption>\n<pre tabindex=\"0\">");
    for (size_t i = piece->from; i < piece->to; i++)
        add_line(out, hunk, &hunk->lines.items[i]);
    buffer_add_string(out, "</pre>\n</figure>\n");
}

void html_sketch_add(struct buffer *out, const struct view *view)
{
    struct hunk hunk;
    hunk_init(&hunk, view);
    sketch_of(&hunk);
    if (buffer_status(&hunk.texts) == STATUS_OK && hunk.pieces.count != 0) {
        buffer_add_string(out, "<p class=\"note\">A sketch, not a patch: nobody has run it.</p>\n");
        for (size_t i = 0; i < hunk.pieces.count; i++)
            add_piece(out, &hunk, &hunk.pieces.items[i]);
    }
    if (out->status == STATUS_OK)
        out->status = buffer_status(&hunk.texts);
    hunk_fini(&hunk);
}
