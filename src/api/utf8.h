/* Texts of anywhere as texts of staleread.h: valid UTF-8, no 0 byte but the one at the end. */
#ifndef STALEREAD_API_UTF8_H
#define STALEREAD_API_UTF8_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/text.h"

/* Whether the text is so already, but for the 0 byte at the end. */
bool utf8_is_valid(struct text text);

/* A copy in the arena, in which U+FFFD stands for each byte that belongs to no character, and for each 0 byte. NULL: there is
 * no memory. */
const char *utf8_copy(struct arena *arena, struct text text);

/* Copies that fail once and tell it at the end. */
struct utf8_copies {
    struct arena *arena;
    bool failed;
};

/* As utf8_copy; `known` has NULL for an empty text, which stands for what is not known. */
const char *utf8_take(struct utf8_copies *copies, struct text text);
const char *utf8_take_known(struct utf8_copies *copies, struct text text);
const char *const *utf8_take_all(struct utf8_copies *copies, const struct text *texts, size_t count);

#endif
