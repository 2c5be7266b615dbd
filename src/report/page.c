/*
 * In:   printable texts, a width, and whether colours are wanted.
 * Out:  lines.
 * Holds: they keep to the width where words fit it.
 */
#include "report/page.h"

enum { width_columns_default = 80, width_columns_min = 40, text_columns_min = 20 };

struct page page_of(const struct report_input *input, struct buffer *out)
{
    struct page page = {.input = input,
                        .out = out,
                        .width_columns = input->width_columns,
                        .colour = input->colour,
                        .link = TEXT_NONE};
    if (page.width_columns == 0)
        page.width_columns = width_columns_default;
    if (page.width_columns < width_columns_min)
        page.width_columns = width_columns_min;
    return page;
}

/* ---- Colours ---- */

static const char *const colour_codes[] = {
    [PAGE_BOLD] = "\x1b[1m",    [PAGE_DIM] = "\x1b[2m",   [PAGE_RED] = "\x1b[1;31m",
    [PAGE_YELLOW] = "\x1b[33m", [PAGE_CYAN] = "\x1b[36m",
};

void page_start_colour(struct page *page, enum page_colour colour)
{
    if (page->colour)
        buffer_add_string(page->out, colour_codes[colour]);
}

void page_end_colour(struct page *page)
{
    if (page->colour)
        buffer_add_string(page->out, "\x1b[0m");
}

/* ---- Links ---- */

/* As terminals take them (OSC 8): in front of the text the URL, behind it none. A line that goes on begins anew, or its indent would be
 * a part of the link. */
void page_start_link(struct page *page, struct text url)
{
    page->link = url;
}

void page_end_link(struct page *page)
{
    page->link = TEXT_NONE;
}

static void add_hyperlink(struct page *page, struct text url)
{
    if (page->link.length == 0)
        return;
    buffer_add_string(page->out, "\x1b]8;;");
    buffer_add(page->out, url);
    buffer_add_string(page->out, "\x1b\\");
}

void page_add(struct page *page, struct text text)
{
    add_hyperlink(page, page->link);
    buffer_add(page->out, text);
    add_hyperlink(page, TEXT_NONE);
}

/* ---- Folding ---- */

/* Where a word that is longer than a line is broken: behind one of these, if that fills half of the line. */
static const char breaks_behind[] = "/._-,;:([{";

/* What of `text`, which is not empty, goes into a line of so many columns: broken at a space where there is one. */
static struct text line_of(struct text text, size_t columns)
{
    struct text line = columns_cut(text, columns);
    if (line.length == text.length || text.bytes[line.length] == ' ')
        return line;
    for (size_t i = line.length; i > 0; i--) {
        if (line.bytes[i - 1] == ' ')
            return (struct text){line.bytes, i - 1};
    }
    for (size_t i = line.length; i > line.length / 2; i--) {
        if (strchr(breaks_behind, line.bytes[i - 1]) != NULL)
            return (struct text){line.bytes, i};
    }
    return line;
}

static struct text without_spaces_before(struct text text)
{
    while (text.length > 0 && text.bytes[0] == ' ')
        text = (struct text){text.bytes + 1, text.length - 1};
    return text;
}

static void add_mark(struct page *page, const char *mark)
{
    if (mark[0] == '\0')
        return;
    page_start_colour(page, PAGE_DIM);
    buffer_add_string(page->out, mark);
    page_end_colour(page);
}

void page_add_wrapped(struct page *page, struct text text, size_t indent, const char *mark, size_t lines_max)
{
    size_t taken = indent + columns_of(text_of(mark));
    size_t columns =
        page->width_columns > taken + text_columns_min ? page->width_columns - taken : text_columns_min;
    text = without_spaces_before(text);
    for (size_t lines = 1; text.length > 0; lines++) {
        bool last = lines == lines_max && columns_of(text) > columns;
        struct text line = last ? columns_cut(text, columns - 1) : line_of(text, columns);
        buffer_add_repeated(page->out, ' ', indent);
        add_mark(page, mark);
        page_add(page, line);
        buffer_add_string(page->out, last ? "…\n" : "\n");
        if (last)
            return;
        text = without_spaces_before((struct text){text.bytes + line.length, text.length - line.length});
    }
}

void page_add_lines(struct page *page, const struct buffer *lines, size_t indent)
{
    struct text rest = buffer_text(lines);
    if (page->out->status == STATUS_OK)
        page->out->status = lines->status;
    while (rest.length > 0) {
        const char *end = memchr(rest.bytes, '\n', rest.length);
        size_t length = end != NULL ? (size_t)(end - rest.bytes) : rest.length;
        page_add_wrapped(page, (struct text){rest.bytes, length}, indent, "", 0);
        length += end != NULL;
        rest = (struct text){rest.bytes + length, rest.length - length};
    }
}

/* ---- Columns ---- */

void page_add_column(struct page *page, struct text name, size_t columns)
{
    bool is_cut = columns_of(name) > columns;
    struct text shown = is_cut ? columns_cut(name, columns - 1) : name;
    size_t taken = columns_of(shown) + is_cut;
    buffer_add(page->out, shown);
    if (is_cut)
        buffer_add_string(page->out, "…");
    buffer_add_repeated(page->out, ' ', columns - taken + 2);
}
