/* In: sizes. Out: memory that lives as long as the arena.
 * Must hold: every address is aligned for any type; nothing moves; the bound is met before the system is asked. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { block_bytes = 64 * 1024 };

struct arena_block {
    struct arena_block *older;
    alignas(max_align_t) unsigned char bytes[];
};

void arena_init(struct arena *arena, size_t bytes_max)
{
    *arena = (struct arena){.bytes_max = bytes_max};
}

void arena_fini(struct arena *arena)
{
    for (struct arena_block *block = arena->newest; block != NULL;) {
        struct arena_block *older = block->older;
        free(block);
        block = older;
    }
    arena_init(arena, arena->bytes_max);
}

void arena_join(struct arena *arena, struct arena *other)
{
    struct arena_block **end = &other->newest;
    while (*end != NULL)
        end = &(*end)->older;
    if (arena->newest == NULL) {
        arena->newest = other->newest;
        arena->next = other->next;
        arena->end = other->end;
    } else {
        *end = arena->newest->older;
        arena->newest->older = other->newest;
    }
    arena->used_bytes += other->used_bytes;
    arena_init(other, other->bytes_max);
}

static struct arena_block *take_block(struct arena *arena, size_t bytes)
{
    size_t left_bytes = arena->bytes_max != 0 ? arena->bytes_max - arena->used_bytes : SIZE_MAX;
    size_t whole_bytes = sizeof(struct arena_block) + bytes;
    struct arena_block *block = NULL;
    if (bytes <= PTRDIFF_MAX - sizeof(struct arena_block) && whole_bytes <= left_bytes)
        block = malloc(whole_bytes);
    if (block == NULL)
        arena->lacks = true;
    else
        arena->used_bytes += whole_bytes;
    return block;
}

/* A big piece gets a block of its own behind the newest one, whose room stays in use. */
static void *alloc_alone(struct arena *arena, size_t bytes)
{
    struct arena_block *block = take_block(arena, bytes);
    if (block == NULL)
        return NULL;
    if (arena->newest == NULL) {
        block->older = NULL;
        arena->newest = block;
        arena->next = arena->end = block->bytes + bytes;
    } else {
        block->older = arena->newest->older;
        arena->newest->older = block;
    }
    return block->bytes;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    size_t align = alignof(max_align_t);
    if (bytes > PTRDIFF_MAX - align)
        return NULL;
    size_t rounded = (bytes + align - 1) / align * align;
    if (rounded > block_bytes / 4)
        return alloc_alone(arena, rounded);
    if (arena->next == NULL || (size_t)(arena->end - arena->next) < rounded) {
        struct arena_block *block = take_block(arena, block_bytes);
        if (block == NULL)
            return NULL;
        block->older = arena->newest;
        arena->newest = block;
        arena->next = block->bytes;
        arena->end = block->bytes + block_bytes;
    }
    void *given = arena->next;
    arena->next += rounded;
    return given;
}

void *arena_calloc(struct arena *arena, size_t count, size_t bytes_each)
{
    if (bytes_each != 0 && count > PTRDIFF_MAX / bytes_each)
        return NULL;
    void *given = arena_alloc(arena, count * bytes_each);
    if (given != NULL)
        memset(given, 0, count * bytes_each);
    return given;
}

struct text arena_text(struct arena *arena, struct text text)
{
    char *copy = text.length < PTRDIFF_MAX ? arena_alloc(arena, text.length + 1) : NULL;
    if (copy == NULL)
        return (struct text){.bytes = NULL, .length = 0};
    if (text.length != 0)
        memcpy(copy, text.bytes, text.length);
    copy[text.length] = '\0';
    return (struct text){.bytes = copy, .length = text.length};
}
