/* In: printable text (text.h). Out: columns. Must hold: what is not valid UTF-8 takes a column a byte; a text takes as many columns as
 * the pieces that it is cut into, together. */
#include "base/columns.h"

#include <stdbool.h>
#include <utf8proc.h>

enum { cluster_columns_max = 2, emoji_presentation = 0xFE0F };

/* The first character, which is not valid where less than 1 is returned. */
static utf8proc_ssize_t first_character(struct text text, utf8proc_int32_t *point)
{
    return utf8proc_iterate((const utf8proc_uint8_t *)text.bytes, (utf8proc_ssize_t)text.length, point);
}

static bool is_ascii(char byte)
{
    return ((unsigned char)byte & 0x80) == 0;
}

/* What is drawn as one at the start of a text that is not empty: its bytes, and its columns. */
static size_t first_cluster(struct text text, size_t *columns)
{
    utf8proc_int32_t point, next, state = 0;
    *columns = 1;
    if (is_ascii(text.bytes[0]) && (text.length == 1 || is_ascii(text.bytes[1])))
        return 1;
    utf8proc_ssize_t taken = first_character(text, &point);
    if (taken < 1)
        return 1;
    size_t length = (size_t)taken, wanted = (size_t)utf8proc_charwidth(point);
    while (length < text.length) {
        taken = first_character((struct text){text.bytes + length, text.length - length}, &next);
        if (taken < 1 || utf8proc_grapheme_break_stateful(point, next, &state))
            break;
        wanted += next == emoji_presentation ? 1 : (size_t)utf8proc_charwidth(next);
        length += (size_t)taken;
        point = next;
    }
    *columns = wanted < cluster_columns_max ? wanted : cluster_columns_max;
    return length;
}

size_t columns_of(struct text text)
{
    size_t sum = 0, columns;
    for (size_t i = 0; i < text.length; sum += columns)
        i += first_cluster((struct text){text.bytes + i, text.length - i}, &columns);
    return sum;
}

struct text columns_cut(struct text text, size_t columns)
{
    size_t end = 0;
    while (end < text.length) {
        size_t wanted;
        size_t length = first_cluster((struct text){text.bytes + end, text.length - end}, &wanted);
        if (wanted > columns)
            break;
        columns -= wanted;
        end += length;
    }
    return (struct text){text.bytes, end};
}
