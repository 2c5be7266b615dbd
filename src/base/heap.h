/* Small pieces of memory for one owner, taken and given back in a few instructions.
 *
 * For what the replay makes and forgets at every event. Pieces come in sizes that differ by 16 bytes; one that was given back
 * goes to the next who wants that size, and to nobody else. Large ones are allocations of their own. Only one thread may
 * use a heap. Whoever gives a piece back says how large it was. Built with the address sanitizer each piece is an allocation of
 * its own, so that a use after it was given back, and one that is never given back, are found. */
#ifndef STALEREAD_BASE_HEAP_H
#define STALEREAD_BASE_HEAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum { heap_unit_bytes = 16, heap_sizes = 64, heap_line_bytes = 64 };

struct heap_piece {
    struct heap_piece *next;
};

struct heap_block;

struct heap {
    struct heap_piece *free[heap_sizes]; /* given back, by size */
    struct heap_block *blocks;           /* where pieces come from */
    size_t block_count;
    char *rest; /* of the latest block */
    size_t rest_bytes;
    uint64_t used_bytes; /* taken and not given back */
};

void heap_init(struct heap *heap);

/* Frees every piece but the large ones, given back or not. */
void heap_fini(struct heap *heap);

/* Memory with no particular content, aligned for anything but vectors, and to lines of the cache if it is as large as some; NULL:
 * there is none. */
void *heap_take_new(struct heap *heap, size_t bytes) WARN_UNUSED;
void heap_give_large(struct heap *heap, void *piece, size_t bytes);

#if defined(__SANITIZE_ADDRESS__)
#define HEAP_OF_ALLOCATIONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HEAP_OF_ALLOCATIONS 1
#endif
#endif

static inline size_t heap_size_of(size_t bytes)
{
    return (bytes + heap_unit_bytes - 1) / heap_unit_bytes;
}

/* The same, of what was given back where there is some. */
static inline void *heap_take(struct heap *heap, size_t bytes)
{
    size_t size = heap_size_of(bytes);
    if (size >= heap_sizes || heap->free[size] == NULL)
        return heap_take_new(heap, bytes);
    struct heap_piece *piece = heap->free[size];
    heap->free[size] = piece->next;
    heap->used_bytes += size * heap_unit_bytes;
    return piece;
}

/* `piece` is of so many bytes, or NULL. */
static inline void heap_give(struct heap *heap, void *piece, size_t bytes)
{
#ifdef HEAP_OF_ALLOCATIONS
    heap_give_large(heap, piece, bytes);
#else
    size_t size = heap_size_of(bytes);
    if (size >= heap_sizes) {
        heap_give_large(heap, piece, bytes);
    } else if (piece != NULL) {
        struct heap_piece *given = piece;
        given->next = heap->free[size];
        heap->free[size] = given;
        heap->used_bytes -= size * heap_unit_bytes;
    }
#endif
}

/* A larger piece with the content of the smaller one, which is given back; NULL: no memory, and it stays. */
void *heap_grow(struct heap *heap, void *piece, size_t bytes, size_t grown_bytes) WARN_UNUSED;

#endif
