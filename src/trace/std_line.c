/* In: a line of text. Out: what it says, or what is wrong with it.
 * Must hold: nothing is guessed: what is not written as it should be is no event. */
#include "trace/std_line.h"

#include <stdbool.h>

#define WORD(word, operation)                                                                                \
    {                                                                                                        \
        {"" word, sizeof(word) - 1}, operation                                                               \
    }

static const struct {
    struct text word;
    enum std_operation operation;
} words[] = {
    WORD("r", STD_READ),        WORD("w", STD_WRITE),      WORD("acq", STD_ACQUIRE), WORD("rel", STD_RELEASE),
    WORD("fork", STD_FORK),     WORD("join", STD_JOIN),    WORD("begin", STD_BEGIN), WORD("end", STD_END),
    WORD("branch", STD_BRANCH), WORD("dummy", STD_BRANCH),
};

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

static bool is_blank(char character)
{
    return character == ' ' || character == '\t';
}

static bool has_blank(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if (is_blank(text.bytes[i]))
            return true;
    return false;
}

static struct text trimmed(struct text text)
{
    while (text.length > 0 && (is_blank(text.bytes[text.length - 1]) || text.bytes[text.length - 1] == '\r'))
        text.length--;
    while (text.length > 0 && is_blank(text.bytes[0]))
        text = (struct text){text.bytes + 1, text.length - 1};
    return text;
}

/* What stands before the mark, which is taken off `rest` with it. False: there is none. */
static bool take_until(struct text *rest, char mark, struct text *piece)
{
    const char *at = memchr(rest->bytes, mark, rest->length);
    if (at == NULL)
        return false;
    *piece = (struct text){rest->bytes, (size_t)(at - rest->bytes)};
    *rest = (struct text){at + 1, rest->length - piece->length - 1};
    return true;
}

static bool parse_location(struct text text, uint32_t *location)
{
    uint64_t number = 0;
    if (text.length == 0)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        if (!is_digit(text.bytes[i]))
            return false;
        number = number * 10 + (uint64_t)(text.bytes[i] - '0');
        if (number > UINT32_MAX)
            return false;
    }
    *location = (uint32_t)number;
    return true;
}

/* A thread's number without the `T` before it. */
static struct text thread_name(struct text name)
{
    if (name.length < 2 || name.bytes[0] != 'T')
        return name;
    for (size_t i = 1; i < name.length; i++)
        if (!is_digit(name.bytes[i]))
            return name;
    return (struct text){name.bytes + 1, name.length - 1};
}

/* "w(x)", or a word alone where it begins or ends a block. */
static const char *parse_operation(struct text text, struct std_line *out)
{
    struct text rest = text;
    struct text word = text;
    bool has_operand = take_until(&rest, '(', &word);
    if (has_operand && (rest.length == 0 || rest.bytes[rest.length - 1] != ')'))
        return "the operation's bracket is not closed";
    size_t i = 0;
    while (i < sizeof words / sizeof *words && !text_equal(word, words[i].word))
        i++;
    if (i == sizeof words / sizeof *words)
        return "there is no such operation";
    out->operation = words[i].operation;
    out->operand = has_operand ? (struct text){rest.bytes, rest.length - 1} : TEXT_NONE;
    bool may_lack = out->operation == STD_BEGIN || out->operation == STD_END || out->operation == STD_BRANCH;
    if (out->operand.length == 0 && !may_lack)
        return "the operation does not say on what";
    if (has_blank(out->operand))
        return "there is a blank in a name";
    if (out->operation == STD_FORK || out->operation == STD_JOIN)
        out->operand = thread_name(out->operand);
    return NULL;
}

const char *std_line_parse(struct text line, struct std_line *out)
{
    struct text rest = trimmed(line);
    struct text thread, operation;
    if (!take_until(&rest, '|', &thread) || !take_until(&rest, '|', &operation) ||
        memchr(rest.bytes, '|', rest.length) != NULL)
        return "it has not three fields with `|` between";
    if (thread.length == 0)
        return "the thread has no name";
    if (has_blank(thread))
        return "there is a blank in a name";
    if (!parse_location(rest, &out->location))
        return "the location is no whole number from 0 to 4294967295";
    out->thread = thread_name(thread);
    return parse_operation(operation, out);
}
