/*
 * In:   one line of Python as it stands in the program, of any bytes.
 * Out:  yes or no, and a part of the line.
 * Holds: nothing is read behind the line's end.
 */
#include "finding/source.h"

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_upper(char byte)
{
    return byte >= 'A' && byte <= 'Z';
}

static bool is_word(char byte)
{
    return is_digit(byte) || is_upper(byte) || (byte >= 'a' && byte <= 'z') || byte == '_' ||
           (unsigned char)byte >= 0x80;
}

/* The index behind the string literal that starts at `start`. An unclosed one takes the rest of the line. */
static size_t string_end(struct text source, size_t start)
{
    char quote = source.bytes[start];
    for (size_t i = start + 1; i < source.length; i++) {
        if (source.bytes[i] == '\\')
            i++;
        else if (source.bytes[i] == quote)
            return i + 1;
    }
    return source.length;
}

/* The next index at or after `i` that is code; the length when there is none. */
static size_t next_code(struct text source, size_t i)
{
    while (i < source.length && (source.bytes[i] == '"' || source.bytes[i] == '\''))
        i = string_end(source, i);
    return i < source.length && source.bytes[i] == '#' ? source.length : i;
}

static bool has_at(struct text source, size_t i, struct text piece)
{
    if (source.length - i < piece.length || memcmp(source.bytes + i, piece.bytes, piece.length) != 0)
        return false;
    size_t end = i + piece.length;
    bool starts = i == 0 || !is_word(piece.bytes[0]) || !is_word(source.bytes[i - 1]);
    bool ends =
        end == source.length || !is_word(piece.bytes[piece.length - 1]) || !is_word(source.bytes[end]);
    return starts && ends;
}

bool source_has(struct text source, const char *piece)
{
    struct text wanted = text_of(piece);
    for (size_t i = next_code(source, 0); i < source.length; i = next_code(source, i + 1)) {
        if (has_at(source, i, wanted))
            return true;
    }
    return false;
}

bool source_starts_with(struct text source, const char *word)
{
    size_t i = 0;
    while (i < source.length && (source.bytes[i] == ' ' || source.bytes[i] == '\t'))
        i++;
    return has_at(source, i, text_of(word));
}

bool source_names_limit(struct text name)
{
    static const char *const words[] = {"max", "limit", "capacity", "quota"};
    for (size_t i = 0; i < name.length; i++) {
        if (i > 0 && name.bytes[i - 1] != '_' && name.bytes[i - 1] != '.')
            continue;
        for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
            size_t same = 0;
            while (words[w][same] != '\0' && i + same < name.length &&
                   (name.bytes[i + same] | 0x20) == words[w][same])
                same++;
            if (words[w][same] == '\0')
                return true;
        }
    }
    return false;
}

/* Whether it is a constant's name, MAX_OPEN say, and no single letter. */
static bool names_constant(struct text name)
{
    bool upper = true;
    for (size_t i = 0; i < name.length; i++)
        upper = upper && (is_upper(name.bytes[i]) || is_digit(name.bytes[i]) || name.bytes[i] == '_');
    return upper && name.length > 1 && is_upper(name.bytes[0]);
}

static bool is_number(struct text name)
{
    for (size_t i = 0; i < name.length; i++) {
        if (!is_digit(name.bytes[i]))
            return false;
    }
    return name.length > 0;
}

/* The dotted name or number that starts at `start`. */
static struct text name_at(struct text source, size_t start)
{
    size_t end = start;
    while (end < source.length && (is_word(source.bytes[end]) || source.bytes[end] == '.'))
        end++;
    return (struct text){.bytes = source.bytes + start, .length = end - start};
}

/* The index of the comparison by size that stands before `i`; `i` when none does. */
static size_t comparison_before(struct text source, size_t i)
{
    size_t at = i;
    while (at > 0 && (source.bytes[at - 1] == ' ' || source.bytes[at - 1] == '='))
        at--;
    return at > 0 && (source.bytes[at - 1] == '<' || source.bytes[at - 1] == '>') ? at - 1 : i;
}

/* Whether a number is a limit: `len(jobs) < 10`, `while active >= 1`; `len(jobs) > 0` asks "any at all?". */
static bool is_number_limit(struct text source, size_t comparison, struct text number)
{
    bool above_one = number.length > 1 || number.bytes[0] > '1';
    if (above_one && source_has(source, "len("))
        return true;
    bool waits = source_starts_with(source, "while") && number.bytes[0] != '0';
    return waits && has_at(source, comparison, TEXT(">="));
}

static bool is_limit(struct text source, size_t start, struct text name)
{
    bool called = start + name.length < source.length && source.bytes[start + name.length] == '(';
    if (called)
        return false;
    if (source_names_limit(name))
        return true;
    size_t comparison = comparison_before(source, start);
    if (comparison == start)
        return false;
    return names_constant(name) || (is_number(name) && is_number_limit(source, comparison, name));
}

bool source_limit(struct text source, struct text *limit)
{
    if (!source_has(source, "<") && !source_has(source, ">") && !source_has(source, "-"))
        return false;
    for (size_t i = next_code(source, 0); i < source.length; i = next_code(source, i)) {
        struct text name = name_at(source, i);
        if (name.length > 0 && is_limit(source, i, name)) {
            *limit = name;
            return true;
        }
        i += name.length > 0 ? name.length : 1;
    }
    return false;
}

bool source_asks_absence(struct text source)
{
    static const char *const questions[] = {"is None", "is not None", "in", ".get(", "not", "hasattr("};
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        if (source_has(source, questions[i]))
            return true;
    }
    return false;
}

bool source_fills(struct text source)
{
    return source_has(source, "=") && !source_has(source, "= None") && !source_has(source, "= False") &&
           !source_has(source, "+=") && !source_has(source, "-=");
}
