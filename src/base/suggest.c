/* In: a wrong word and the right ones. Out: the right one that it is most like.
 * Must hold: the time is bounded, however long the wrong word is. */
#include "base/suggest.h"

#include <string.h>

enum { word_bytes_max = 32, edits_max = 2 };

static size_t least(size_t one, size_t other, size_t third)
{
    size_t less = one < other ? one : other;
    return less < third ? less : third;
}

/* How many letters must be put in, taken out or changed to make one word of the other. */
static size_t edits_between(const char *one, const char *other)
{
    size_t one_length = strlen(one), other_length = strlen(other);
    size_t row[word_bytes_max + 1];
    for (size_t j = 0; j <= other_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= one_length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= other_length; j++) {
            size_t above = row[j];
            row[j] = least(above + 1, row[j - 1] + 1, diagonal + (one[i - 1] != other[j - 1]));
            diagonal = above;
        }
    }
    return row[other_length];
}

const char *suggest_nearest(const char *word, const char *const *known, size_t count)
{
    const char *nearest = NULL;
    size_t nearest_edits = edits_max + 1;
    if (strlen(word) > word_bytes_max)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (strlen(known[i]) > word_bytes_max)
            continue;
        size_t edits = edits_between(word, known[i]);
        if (edits < nearest_edits && edits < strlen(known[i])) {
            nearest = known[i];
            nearest_edits = edits;
        }
    }
    return nearest;
}
