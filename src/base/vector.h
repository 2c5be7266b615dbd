/* A small array that grows, for any type:
 *
 *     VECTOR(struct window) windows = {0};
 *     struct window *added;
 *     if (VECTOR_ADD(&windows, &added) != STATUS_OK) ...        // `added` is uninitialised room for one more
 *     if (VECTOR_PUSH(&windows, value) != STATUS_OK) ...
 *     for (size_t i = 0; i < windows.count; i++) use(&windows.items[i]);
 *     VECTOR_FINI(&windows);
 *
 * All zero is an empty vector. Items move when it grows: keep indices, not addresses. */
#ifndef STALEREAD_BASE_VECTOR_H
#define STALEREAD_BASE_VECTOR_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/status.h"

#define VECTOR(type)                                                                                         \
    struct {                                                                                                 \
        type *items;                                                                                         \
        size_t count;                                                                                        \
        size_t capacity;                                                                                     \
    }

/* Makes room for `wanted` items in all. The array stays as it was when there is no memory. */
static inline void *vector_grown(void *items, size_t *capacity, size_t wanted, size_t bytes_each)
{
    size_t grown = *capacity < 8 ? 8 : *capacity;
    while (grown < wanted) {
        if (grown > SIZE_MAX / 2)
            return NULL;
        grown *= 2;
    }
    if (grown > PTRDIFF_MAX / bytes_each)
        return NULL;
    void *moved = realloc(items, grown * bytes_each);
    if (moved != NULL)
        *capacity = grown;
    return moved;
}

/* A helper writes the items' address through an untyped pointer, so that no cast of `type **` is needed. */
static inline enum status vector_reserve(void *items_address, size_t *capacity, size_t wanted,
                                         size_t bytes_each)
{
    if (wanted <= *capacity)
        return STATUS_OK;
    void *items;
    __builtin_memcpy(&items, items_address, sizeof items);
    void *moved = vector_grown(items, capacity, wanted, bytes_each);
    if (moved == NULL)
        return STATUS_NOMEM;
    __builtin_memcpy(items_address, &moved, sizeof moved);
    return STATUS_OK;
}

#define VECTOR_RESERVE(vector, wanted)                                                                       \
    vector_reserve(&(vector)->items, &(vector)->capacity, (wanted), sizeof *(vector)->items)

/* Appends one item that the caller fills in; its address goes to *(added). */
#define VECTOR_ADD(vector, added)                                                                            \
    (VECTOR_RESERVE(vector, (vector)->count + 1) == STATUS_OK                                                \
         ? (*(added) = &(vector)->items[(vector)->count++], STATUS_OK)                                       \
         : STATUS_NOMEM)

/* Appends a value. */
#define VECTOR_PUSH(vector, ...)                                                                             \
    (VECTOR_RESERVE(vector, (vector)->count + 1) == STATUS_OK                                                \
         ? ((vector)->items[(vector)->count++] = (__VA_ARGS__), STATUS_OK)                                   \
         : STATUS_NOMEM)

#define VECTOR_FINI(vector)                                                                                  \
    do {                                                                                                     \
        free((vector)->items);                                                                               \
        (vector)->items = NULL;                                                                              \
        (vector)->count = (vector)->capacity = 0;                                                            \
    } while (0)

#endif
