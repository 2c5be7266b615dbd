/*
 * In:   the pieces of a sketch.
 * Out:  a block of code for each: signs as in a patch, and no line numbers, so that nobody takes it for one that applies.
 * Holds: no line is markup, nor ends its block.
 */
#include "report/markdown_sketch.h"

#include "report/markdown_code.h"
#include "report/sketch.h"

static const char *const signs[] = {[HUNK_KEEP] = "  ",
                                    [HUNK_DEEPER] = "      ",
                                    [HUNK_REMOVE] = "- ",
                                    [HUNK_ADD] = "+ ",
                                    [HUNK_SKIP] = "  ⋯"};

static void add_piece(struct buffer *out, const struct hunk *hunk, const struct hunk_piece *piece)
{
    struct buffer lines;
    buffer_init(&lines);
    for (size_t i = piece->from; i < piece->to; i++) {
        const struct hunk_line *line = &hunk->lines.items[i];
        buffer_add_string(&lines, signs[line->kind]);
        buffer_add_escaped(&lines, text_start(hunk_line_text(hunk, line), markdown_source_bytes_max));
        buffer_add_char(&lines, '\n');
    }
    buffer_add_string(out, piece == hunk->pieces.items ? "A sketch that nobody has run, in " : "And in ");
    markdown_code_add(out, piece->place->function, markdown_name_bytes_max);
    buffer_add_string(out, " of ");
    markdown_code_add(out, piece->place->file, markdown_name_bytes_max);
    buffer_add_string(out, ":\n\n");
    markdown_code_add_block(out, "diff", &lines);
    buffer_fini_part(&lines, out);
}

void markdown_sketch_add(struct buffer *out, const struct view *view)
{
    struct hunk hunk;
    hunk_init(&hunk, view);
    sketch_of(&hunk);
    for (size_t i = 0; buffer_status(&hunk.texts) == STATUS_OK && i < hunk.pieces.count; i++)
        add_piece(out, &hunk, &hunk.pieces.items[i]);
    if (out->status == STATUS_OK)
        out->status = buffer_status(&hunk.texts);
    hunk_fini(&hunk);
}
