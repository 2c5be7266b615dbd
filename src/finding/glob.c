/*
 * In:   a pattern and a text of any bytes.
 * Out:  whether they match.
 * Holds: only the last star is ever tried again, so that no pattern takes exponential time.
 */
#include "finding/glob.h"

/* The length of the character at `i`; a byte that is no UTF-8 is one of its own. */
static size_t character_length(struct text text, size_t i)
{
    size_t length = text_character((struct text){text.bytes + i, text.length - i});
    return length != 0 ? length : 1;
}

bool glob_matches(struct text pattern, struct text text)
{
    size_t p = 0, t = 0;
    size_t star = SIZE_MAX; /* behind the last star */
    size_t tried = 0;       /* where the text went on after it */
    while (t < text.length) {
        if (p < pattern.length && pattern.bytes[p] == '*') {
            star = ++p;
            tried = t;
        } else if (p < pattern.length && pattern.bytes[p] == '?') {
            p++;
            t += character_length(text, t);
        } else if (p < pattern.length && pattern.bytes[p] == text.bytes[t]) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star;
            t = ++tried;
        } else {
            return false;
        }
    }
    while (p < pattern.length && pattern.bytes[p] == '*')
        p++;
    return p == pattern.length;
}
