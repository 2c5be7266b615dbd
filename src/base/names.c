/* In: texts. Out: their numbers.
 * Must hold: two texts have one number only if they are equal, whatever their hashes are; at least half the slots are free. */
#include "base/names.h"

#include <stdlib.h>

enum { slots_min = 64 };

void names_init(struct names *names)
{
    *names = (struct names){0};
    arena_init(&names->arena, 0);
}

void names_fini(struct names *names)
{
    VECTOR_FINI(&names->texts);
    free(names->slots);
    arena_fini(&names->arena);
}

static uint64_t hash_of(struct text text)
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (size_t i = 0; i < text.length; i++)
        hash = (hash ^ (unsigned char)text.bytes[i]) * 0x100000001B3u;
    return hash ^ hash >> 32;
}

/* Where the text stands, or the free slot where it would. */
static uint32_t *slot_of(const struct names *names, struct text text)
{
    size_t mask = names->slot_count - 1;
    for (size_t i = (size_t)hash_of(text) & mask;; i = (i + 1) & mask) {
        uint32_t *slot = &names->slots[i];
        if (*slot == 0 || text_equal(names->texts.items[*slot - 1], text))
            return slot;
    }
}

static enum status grow(struct names *names)
{
    size_t count = names->slot_count == 0 ? slots_min : names->slot_count * 2;
    uint32_t *slots = calloc(count, sizeof *slots);
    if (slots == NULL)
        return STATUS_NOMEM;
    free(names->slots);
    names->slots = slots;
    names->slot_count = count;
    for (size_t i = 0; i < names->texts.count; i++)
        *slot_of(names, names->texts.items[i]) = (uint32_t)i + 1;
    return STATUS_OK;
}

enum status names_number(struct names *names, struct text text, uint32_t *number, bool *added)
{
    if (names->texts.count >= names->slot_count / 2 && grow(names) != STATUS_OK)
        return STATUS_NOMEM;
    uint32_t *slot = slot_of(names, text);
    *added = *slot == 0;
    if (*added) {
        if (names->texts.count >= UINT32_MAX - 1)
            return STATUS_LIMIT;
        struct text copy = arena_text(&names->arena, text);
        if (copy.bytes == NULL || VECTOR_PUSH(&names->texts, copy) != STATUS_OK)
            return STATUS_NOMEM;
        *slot = (uint32_t)names->texts.count;
    }
    *number = *slot - 1;
    return STATUS_OK;
}
