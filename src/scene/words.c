/* In: numbers of a trace that is being replayed. Out: texts of the arena.
 * Must hold: a string of the tables is copied once, however many moments are at its line. */
#include "scene/words.h"

#include "detect/naming.h"

enum { scratch_bytes_max = 1 << 16 };

void words_init(struct words *words, const struct replay *replay, struct arena *arena)
{
    *words = (struct words){.replay = replay, .arena = arena};
    arena_init(&words->scratch, 0);
    map_init(&words->strings);
}

void words_fini(struct words *words)
{
    words->arena->lacks |= words->scratch.lacks;
    arena_fini(&words->scratch);
    map_fini(&words->strings);
}

static struct text keep(struct words *words, struct text text)
{
    struct text kept = text.length != 0 ? arena_text(words->arena, text) : TEXT_NONE;
    if (words->scratch.used_bytes > scratch_bytes_max) {
        words->arena->lacks |= words->scratch.lacks;
        arena_fini(&words->scratch);
        arena_init(&words->scratch, 0);
    }
    return kept.bytes != NULL ? kept : TEXT_NONE;
}

struct text words_string(struct words *words, uint64_t number)
{
    const struct text *known = map_get_pointer(&words->strings, number);
    if (known != NULL)
        return *known;
    struct text *kept = arena_alloc(words->arena, sizeof *kept);
    if (kept == NULL)
        return TEXT_NONE;
    *kept = keep(words, trace_string(words->replay->trace, number));
    if (map_put_pointer(&words->strings, number, kept) != STATUS_OK)
        words->arena->lacks = true;
    return *kept;
}

struct text words_actor(struct words *words, const struct actor *actor)
{
    return keep(words, naming_actor(words->replay, &words->scratch, actor));
}

struct text words_object(struct words *words, uint64_t object)
{
    const struct object *known = map_get_pointer(&words->replay->cells.objects, object);
    return known != NULL ? keep(words, naming_object(words->replay, &words->scratch, known)) : TEXT_NONE;
}

struct text words_cell(struct words *words, uint64_t object, uint64_t key)
{
    struct object *known = map_get_pointer(&words->replay->cells.objects, object);
    if (known == NULL)
        return TEXT_NONE;
    const struct cell cell = {.object = known, .key = key};
    struct finding_cell named;
    naming_cell(words->replay, &words->scratch, &cell, &named);
    return keep(words, named.text);
}

struct text words_value(struct words *words, uint64_t key, uint64_t value)
{
    return keep(words, naming_value(words->replay, &words->scratch, key, value));
}
