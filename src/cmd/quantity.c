/* In: a word. Out: the number that it stands for. Must hold: what is too large is refused, not cut off. */
#include "cmd/quantity.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Takes digits; *word stands behind them then. */
static bool take_digits(const char **word, uint64_t *number)
{
    const char *first = *word;
    *number = 0;
    for (; **word >= '0' && **word <= '9'; (*word)++) {
        uint64_t digit = (uint64_t)(**word - '0');
        if (*number > (UINT64_MAX - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    return *word != first;
}

bool quantity_of(const char *word, uint64_t *number)
{
    return take_digits(&word, number) && *word == '\0';
}

bool quantity_of_bytes(const char *word, uint64_t *bytes)
{
    static const char letters[] = "KMGT";
    if (!take_digits(&word, bytes))
        return false;
    if (*word == '\0')
        return true;
    const char *letter = strchr(letters, *word >= 'a' ? *word - 'a' + 'A' : *word);
    if (letter == NULL ||
        (word[1] != '\0' && strcasecmp(word + 1, "B") != 0 && strcasecmp(word + 1, "iB") != 0))
        return false;
    unsigned shift = 10 * (unsigned)(letter - letters + 1);
    if (*bytes > UINT64_MAX >> shift)
        return false;
    *bytes <<= shift;
    return true;
}
