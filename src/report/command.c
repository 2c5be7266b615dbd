/*
 * In:   what a trace says about how it was recorded.
 * Out:  words of a command.
 * Holds: typed into a shell, each comes out as it was.
 */
#include "report/command.h"

enum { word_bytes_max = 512 };

static bool is_plain(struct text word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,";
    for (size_t i = 0; i < word.length; i++)
        if (memchr(plain, word.bytes[i], sizeof plain - 1) == NULL)
            return text_equals(word, "…");
    return word.length > 0;
}

void command_add_word(struct buffer *command, struct text word)
{
    if (is_plain(word)) {
        buffer_add(command, word);
        return;
    }
    buffer_add_char(command, '\'');
    for (size_t i = 0, from = 0; i <= word.length; i++) {
        if (i < word.length && word.bytes[i] != '\'')
            continue;
        buffer_add_escaped(command, (struct text){word.bytes + from, i - from});
        buffer_add_string(command, i < word.length ? "'\\''" : "'");
        from = i + 1;
    }
}

/* Each line of the list as a word, with `option` before it. */
static void add_words(struct buffer *command, const char *option, struct text list, size_t words_max)
{
    for (size_t start = 0, count = 0; start < list.length; count++) {
        struct text rest = {list.bytes + start, list.length - start};
        const char *end = memchr(rest.bytes, '\n', rest.length);
        size_t length = end != NULL ? (size_t)(end - rest.bytes) : rest.length;
        if (count == words_max) {
            buffer_add_string(command, " …");
            return;
        }
        buffer_add_string(command, option);
        command_add_word(command, text_start((struct text){rest.bytes, length}, word_bytes_max));
        start += length + 1;
    }
}

void command_add_watched(struct buffer *command, const struct report_trace *trace)
{
    add_words(command, " --watch ", report_fact(trace, "watch"), SIZE_MAX);
    add_words(command, " --ignore ", report_fact(trace, "ignore"), SIZE_MAX);
}

void command_add_program(struct buffer *command, const struct report_trace *trace, size_t words_max)
{
    add_words(command, " ", report_fact(trace, "argv"), words_max);
}
