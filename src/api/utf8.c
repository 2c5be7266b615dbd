/* In: bytes that should be UTF-8, but need not be. Out: C strings that are.
 * Must hold: what is valid already stays as it is; the same bytes give the same string. */
#include "api/utf8.h"

#include <string.h>

static const struct text replacement = {"\xEF\xBF\xBD", 3};

/* The first character of the text, or what stands for its first byte; *taken bytes of the text are in it. */
static struct text first_character(struct text text, size_t *taken)
{
    *taken = text_character(text);
    if (*taken != 0 && text.bytes[0] != '\0')
        return (struct text){text.bytes, *taken};
    *taken = 1;
    return replacement;
}

/* The length of the copy; writes it unless `to` is NULL. */
static size_t copy(char *to, struct text text)
{
    size_t length = 0;
    for (size_t i = 0, taken; i < text.length; i += taken) {
        struct text character = first_character((struct text){text.bytes + i, text.length - i}, &taken);
        if (to != NULL)
            memcpy(to + length, character.bytes, character.length);
        length += character.length;
    }
    return length;
}

bool utf8_is_valid(struct text text)
{
    for (size_t i = 0, taken; i < text.length; i += taken)
        if (first_character((struct text){text.bytes + i, text.length - i}, &taken).bytes ==
            replacement.bytes)
            return false;
    return true;
}

const char *utf8_copy(struct arena *arena, struct text text)
{
    size_t length = copy(NULL, text);
    char *copied = arena_alloc(arena, length + 1);
    if (copied == NULL)
        return NULL;
    copy(copied, text);
    copied[length] = '\0';
    return copied;
}

const char *utf8_take(struct utf8_copies *copies, struct text text)
{
    const char *taken = utf8_copy(copies->arena, text);
    copies->failed = copies->failed || taken == NULL;
    return taken;
}

const char *utf8_take_known(struct utf8_copies *copies, struct text text)
{
    return text.length != 0 ? utf8_take(copies, text) : NULL;
}

const char *const *utf8_take_all(struct utf8_copies *copies, const struct text *texts, size_t count)
{
    const char **taken = arena_alloc(copies->arena, count * sizeof *taken);
    copies->failed = copies->failed || taken == NULL;
    for (size_t i = 0; taken != NULL && i < count; i++)
        taken[i] = utf8_take(copies, texts[i]);
    return taken;
}
