/*
 * In:   texts.
 * Out:  code spans and blocks.
 * Holds: a fence is longer than any run of backticks within. In a table a vertical bar is escaped; one behind a backslash, which
 * renderers read in different ways, becomes a broken bar.
 */
#include "report/markdown_code.h"

#include "report/wording.h"

static size_t longest_backtick_run(struct text text)
{
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < text.length; i++) {
        run = text.bytes[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

/* The text, printable and cut. */
static void add_cut(struct buffer *out, struct text text, size_t bytes_max)
{
    struct buffer printable;
    buffer_init(&printable);
    buffer_add_escaped(&printable, text_start(text, bytes_max));
    struct text whole = buffer_text(&printable), start = text_start(whole, bytes_max);
    buffer_add(out, start);
    if (start.length < whole.length || text.length > bytes_max)
        buffer_add_string(out, "…");
    buffer_fini_part(&printable, out);
}

static void add_span(struct buffer *out, struct text code)
{
    size_t fence = longest_backtick_run(code) + 1;
    const char *padding = fence > 1 ? " " : "";
    buffer_add_repeated(out, '`', fence);
    buffer_add_string(out, padding);
    buffer_add(out, code);
    buffer_add_string(out, padding);
    buffer_add_repeated(out, '`', fence);
}

void markdown_code_add(struct buffer *out, struct text text, size_t bytes_max)
{
    struct buffer code;
    buffer_init(&code);
    add_cut(&code, text.length != 0 ? text : TEXT("?"), bytes_max);
    add_span(out, buffer_text(&code));
    buffer_fini_part(&code, out);
}

void markdown_code_add_cell(struct buffer *out, struct text text, size_t bytes_max)
{
    struct buffer span;
    buffer_init(&span);
    markdown_code_add(&span, text, bytes_max);
    char before = '\0';
    for (size_t i = 0; i < span.length; i++) {
        char byte = span.bytes[i];
        if (byte == '|')
            buffer_add_string(out, before == '\\' ? "¦" : "\\|");
        else
            buffer_add_char(out, byte);
        before = byte;
    }
    buffer_fini_part(&span, out);
}

static void add_location(struct buffer *out, const struct finding_place *place,
                         void (*add)(struct buffer *, struct text, size_t))
{
    struct buffer location;
    buffer_init(&location);
    wording_add_location(&location, place);
    add(out, buffer_text(&location), markdown_source_bytes_max);
    buffer_fini_part(&location, out);
}

void markdown_code_add_location(struct buffer *out, const struct finding_place *place)
{
    add_location(out, place, markdown_code_add);
}

void markdown_code_add_location_cell(struct buffer *out, const struct finding_place *place)
{
    add_location(out, place, markdown_code_add_cell);
}

void markdown_code_add_block(struct buffer *out, const char *language, const struct buffer *lines)
{
    size_t run = longest_backtick_run(buffer_text(lines)), fence = run < 3 ? 3 : run + 1;
    buffer_add_repeated(out, '`', fence);
    buffer_add_format(out, "%s\n", language);
    buffer_add(out, buffer_text(lines));
    buffer_add_repeated(out, '`', fence);
    buffer_add_string(out, "\n\n");
}
