/* In: a word that somebody copied from a report, perhaps not all of it. Out: the finding that is meant.
 * Must hold: nothing is guessed: a word that fits several findings is refused, with their ids. */
#include "judge/pick.h"

#include <stdbool.h>
#include <string.h>

#include "base/buffer.h"

enum { mark_bytes = 3, ids_told_max = 4 };

static char small(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

/* Whether `text` begins with `word`, letters of either size alike. */
static bool begins_with(const char *text, const char *word)
{
    while (*word != '\0' && small(*text) == small(*word)) {
        text++;
        word++;
    }
    return *word == '\0';
}

static bool is_meant(const struct finding *finding, const char *word)
{
    return begins_with(finding->id, word) || begins_with(finding->id + mark_bytes, word);
}

/* The first ids that begin with the word, of so many. */
static void add_ids(struct buffer *ids, const struct finding_list *list, const char *word, size_t count)
{
    size_t told = 0;
    for (size_t i = 0; i < list->findings.count && told < ids_told_max; i++)
        if (is_meant(&list->findings.items[i], word))
            buffer_add_format(ids, "%s%s", told++ == 0 ? "" : ", ", list->findings.items[i].id);
    if (told < count)
        buffer_add_format(ids, " and %zu more", count - told);
}

static enum status refuse_several(const struct finding_list *list, const char *word, size_t count,
                                  struct diag *diag)
{
    struct buffer ids;
    buffer_init(&ids);
    add_ids(&ids, list, word, count);
    diag_set(diag, STATUS_USAGE, "the ids of %zu findings begin with `%s`: %s", count, word,
             buffer_string(&ids));
    buffer_fini(&ids);
    return STATUS_USAGE;
}

static enum status refuse_unknown(const struct finding_list *list, const char *word, struct diag *diag)
{
    struct buffer ids;
    size_t count = list->findings.count;
    if (count == 0)
        return diag_set(diag, STATUS_USAGE, "there is no finding `%s` in it, nor any other", word);
    buffer_init(&ids);
    add_ids(&ids, list, "", count);
    diag_set(diag, STATUS_USAGE, "there is no finding `%s` in it, but %s%s", word, buffer_string(&ids),
             count > ids_told_max ? "; `staleread analyze --confidence low` tells all" : "");
    buffer_fini(&ids);
    return STATUS_USAGE;
}

enum status pick_finding(const struct finding_list *list, const char *word, const struct finding **out,
                         struct diag *diag)
{
    size_t count = 0;
    const struct finding *found = NULL;
    *out = NULL;
    for (size_t i = 0; i < list->findings.count; i++) {
        if (!is_meant(&list->findings.items[i], word))
            continue;
        count++;
        found = &list->findings.items[i];
    }
    if (count > 1)
        return refuse_several(list, word, count, diag);
    if (count == 0)
        return refuse_unknown(list, word, diag);
    *out = found;
    return STATUS_OK;
}
