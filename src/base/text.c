/* In: bytes from anywhere. Out: nothing that a terminal, a log or a reader of ours could take for a command.
 * Must hold: what is printed is valid UTF-8 and on one line, whatever came in. */
#include "base/text.h"

int text_compare(struct text one, struct text other)
{
    size_t length = one.length < other.length ? one.length : other.length;
    int order = length != 0 ? memcmp(one.bytes, other.bytes, length) : 0;
    return order != 0 ? order : (one.length > other.length) - (one.length < other.length);
}

bool text_ends_with(struct text text, struct text end)
{
    return text.length >= end.length &&
           text_equal((struct text){text.bytes + (text.length - end.length), end.length}, end);
}

/* How long a character that starts with this byte must be, and the bits of it that count; 0: none starts so. */
static size_t sequence_length(unsigned char first, uint32_t *bits)
{
    if (first < 0x80)
        return *bits = first, 1;
    if (first >= 0xC2 && first <= 0xDF)
        return *bits = first & 0x1Fu, 2;
    if (first >= 0xE0 && first <= 0xEF)
        return *bits = first & 0x0Fu, 3;
    if (first >= 0xF0 && first <= 0xF4)
        return *bits = first & 0x07u, 4;
    return 0;
}

/* The first character's length in bytes and its code point; 0 if it is not valid UTF-8. */
static size_t decode(struct text text, uint32_t *point)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800,
                                     0x10000}; /* what is shorter must be written shorter */
    if (text.length == 0)
        return 0;
    size_t length = sequence_length((unsigned char)text.bytes[0], point);
    if (length == 0 || length > text.length)
        return 0;
    for (size_t i = 1; i < length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        if ((byte & 0xC0) != 0x80)
            return 0;
        *point = *point << 6 | (byte & 0x3Fu);
    }
    bool surrogate = *point >= 0xD800 && *point <= 0xDFFF;
    return *point < least[length] || *point > 0x10FFFF || surrogate ? 0 : length;
}

size_t text_character(struct text text)
{
    uint32_t point;
    return decode(text, &point);
}

struct text text_start(struct text text, size_t bytes_max)
{
    size_t length = text.length < bytes_max ? text.length : bytes_max;
    while (length > 0 && length < text.length && ((unsigned char)text.bytes[length] & 0xC0) == 0x80)
        length--;
    return (struct text){text.bytes, length};
}

/* Controls (C0, DEL, C1), separators of lines and paragraphs, what turns the direction of writing around, what is not seen
 * at all (so that one name could pass for another), and what XML has no room for. Joiners are left alone: scripts and emoji need
 * them. */
static bool is_control(uint32_t point)
{
    static const struct {
        uint32_t first, last;
    } controls[] = {
        {0x00, 0x1F},     {0x7F, 0x9F},     {0x061C, 0x061C},   {0x200B, 0x200B},
        {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x2069},   {0xFEFF, 0xFEFF},
        {0xFFF9, 0xFFFB}, {0xFFFE, 0xFFFF}, {0xE0000, 0xE007F},
    };
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++)
        if (point >= controls[i].first && point <= controls[i].last)
            return true;
    return false;
}

size_t text_printable(struct text text)
{
    uint32_t point;
    size_t length = decode(text, &point);
    bool is_plain = length == 1 && point >= 0x20 && point < 0x7F; /* as nearly all is */
    return is_plain || (length != 0 && !is_control(point)) ? length : 0;
}

size_t text_escape_byte(unsigned char byte, char escaped[text_escape_bytes_max])
{
    static const char hex[] = "0123456789abcdef";
    const char *known = byte == '\n' ? "\\n" : byte == '\r' ? "\\r" : byte == '\t' ? "\\t" : NULL;
    if (known != NULL) {
        memcpy(escaped, known, 3);
        return 2;
    }
    escaped[0] = '\\';
    escaped[1] = 'x';
    escaped[2] = hex[byte >> 4];
    escaped[3] = hex[byte & 0xF];
    escaped[4] = '\0';
    return 4;
}

/* The first character of the text, which is not empty, as it is, or its first byte escaped; *taken bytes of the text are in it. */
static size_t escape_first(struct text text, size_t *taken, char *escaped)
{
    *taken = text_printable(text);
    if (*taken == 0) {
        *taken = 1;
        return text_escape_byte((unsigned char)text.bytes[0], escaped);
    }
    memcpy(escaped, text.bytes, *taken);
    return *taken;
}

size_t text_escape(struct text text, char *escaped)
{
    size_t length = 0;
    for (size_t i = 0, taken; i < text.length; i += taken)
        length += escape_first((struct text){text.bytes + i, text.length - i}, &taken, escaped + length);
    escaped[length] = '\0';
    return length;
}

void text_print(struct text text, FILE *to)
{
    for (size_t i = 0, taken; i < text.length; i += taken) {
        char escaped[text_escape_bytes_max];
        size_t length = escape_first((struct text){text.bytes + i, text.length - i}, &taken, escaped);
        fwrite(escaped, 1, length, to);
    }
}
