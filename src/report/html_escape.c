/*
 * In:   text that may be anything.
 * Out:  HTML that shows it.
 * Holds: every byte that a trace or a file has a say in comes through html_escape_text.
 */
#include "report/html_escape.h"

#include "report/wording.h"

static const char *reference_of(char byte)
{
    switch (byte) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* Adds the first character of a text that is not empty; returns how many bytes of it that was. */
static size_t add_character(struct buffer *out, struct text text)
{
    size_t length = text_printable(text);
    if (length == 0) {
        char escaped[text_escape_bytes_max];
        size_t escaped_length = text_escape_byte((unsigned char)text.bytes[0], escaped);
        buffer_add(out, (struct text){escaped, escaped_length});
        return 1;
    }
    const char *reference = length == 1 ? reference_of(text.bytes[0]) : NULL;
    if (reference != NULL)
        buffer_add_string(out, reference);
    else
        buffer_add(out, (struct text){text.bytes, length});
    return length;
}

void html_escape_text(struct buffer *out, struct text text)
{
    for (size_t i = 0; i < text.length;)
        i += add_character(out, (struct text){text.bytes + i, text.length - i});
}

void html_escape_string(struct buffer *out, const char *string)
{
    html_escape_text(out, text_of(string));
}

void html_escape_start(struct buffer *out, struct text text, size_t bytes_max)
{
    size_t i = 0;
    while (i < text.length && i < bytes_max)
        i += add_character(out, (struct text){text.bytes + i, text.length - i});
    if (i < text.length)
        buffer_add_string(out, "…");
}

void html_escape_line(struct buffer *out, struct text line)
{
    for (size_t i = 0; i < line.length;) {
        if (line.bytes[i] != '\t') {
            i += add_character(out, (struct text){line.bytes + i, line.length - i});
            continue;
        }
        buffer_add_string(out, "    ");
        i++;
    }
}

void html_escape_code(struct buffer *out, struct text text)
{
    buffer_add_string(out, "<code>");
    html_escape_text(out, text.length != 0 ? text : TEXT("?"));
    buffer_add_string(out, "</code>");
}

void html_escape_sentence(struct buffer *out, struct text sentence)
{
    bool is_code = false;
    size_t start = 0;
    for (size_t i = 0; i <= sentence.length; i++) {
        if (i < sentence.length && sentence.bytes[i] != '`')
            continue;
        html_escape_text(out, (struct text){sentence.bytes + start, i - start});
        if (i < sentence.length)
            is_code = !is_code;
        if (i < sentence.length || is_code)
            buffer_add_string(out, i < sentence.length && is_code ? "<code>" : "</code>");
        start = i + 1;
    }
}

void html_escape_list(struct buffer *out, const struct buffer *lines)
{
    struct text rest = buffer_text(lines);
    if (rest.length == 0)
        return;
    buffer_add_string(out, "<ul>\n");
    while (rest.length > 0) {
        const char *end = memchr(rest.bytes, '\n', rest.length);
        size_t length = end != NULL ? (size_t)(end - rest.bytes) : rest.length;
        buffer_add_string(out, "<li>");
        html_escape_sentence(out, (struct text){rest.bytes, length});
        buffer_add_string(out, "</li>\n");
        length += end != NULL;
        rest = (struct text){rest.bytes + length, rest.length - length};
    }
    buffer_add_string(out, "</ul>\n");
}

void html_escape_location(struct buffer *out, const struct finding_place *place)
{
    struct buffer location;
    buffer_init(&location);
    wording_add_location(&location, place);
    html_escape_code(out, buffer_text(&location));
    buffer_fini_part(&location, out);
}
