/*
 * In:   names, places and numbers.
 * Out:  pieces of sentences.
 * Holds: what is added is printable, stands on one line and has its backticks in pairs, whatever the
 * names are.
 */
#include "finding/phrase.h"

#include <inttypes.h>

void phrase_add_bare(struct buffer *buffer, struct text name)
{
    size_t start = 0;
    for (size_t i = 0; i < name.length; i++) {
        if (name.bytes[i] != '`')
            continue;
        buffer_add_escaped(buffer, (struct text){name.bytes + start, i - start});
        buffer_add_char(buffer, '\'');
        start = i + 1;
    }
    if (start < name.length)
        buffer_add_escaped(buffer, (struct text){name.bytes + start, name.length - start});
}

void phrase_add_code(struct buffer *buffer, struct text name)
{
    buffer_add_char(buffer, '`');
    phrase_add_bare(buffer, name.length != 0 ? name : TEXT("?"));
    buffer_add_char(buffer, '`');
}

void phrase_add_place(struct buffer *buffer, const struct finding_place *place,
                      const struct finding_place *known)
{
    buffer_add_format(buffer, "%s %" PRIu32, place->is_location ? "location" : "line", place->line);
    bool same_file = text_equal(place->file, known->file);
    if (!same_file && place->file.length > 0) {
        buffer_add_string(buffer, " of ");
        phrase_add_code(buffer, place->file);
    }
    if (place->function.length > 0 && !(same_file && text_equal(place->function, known->function))) {
        buffer_add_string(buffer, " in ");
        phrase_add_code(buffer, place->function);
    }
}

void phrase_add_span(struct buffer *buffer, const struct finding_place *from, const struct finding_place *to)
{
    bool same_file = text_equal(from->file, to->file);
    bool same_function = same_file && text_equal(from->function, to->function);
    if (same_function && from->line == to->line) {
        buffer_add_format(buffer, "around line %" PRIu32, from->line);
        return;
    }
    buffer_add_string(buffer, "from ");
    struct finding_place known = *from;
    if (!same_file)
        known.file = TEXT_NONE;
    if (!same_function)
        known.function = TEXT_NONE;
    phrase_add_place(buffer, from, &known);
    buffer_add_string(buffer, " to ");
    phrase_add_place(buffer, to, from);
    if (same_function && to->line < from->line)
        buffer_add_string(buffer, " of the next round");
}

void phrase_add_number(struct buffer *buffer, uint64_t number)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            buffer_add_char(buffer, ',');
        buffer_add_char(buffer, digits[i]);
    }
}

void phrase_add_times(struct buffer *buffer, uint64_t count)
{
    if (count == 1 || count == 2) {
        buffer_add_string(buffer, count == 2 ? "twice" : "once");
        return;
    }
    phrase_add_number(buffer, count);
    buffer_add_string(buffer, " times");
}

void phrase_add_count(struct buffer *buffer, uint64_t count, const char *one, const char *many)
{
    phrase_add_number(buffer, count);
    buffer_add_char(buffer, ' ');
    buffer_add_string(buffer, count == 1 ? one : many);
}
