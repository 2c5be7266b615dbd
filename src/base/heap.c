/* In: sizes, and pieces given back. Out: pieces.
 * Must hold: a piece is either taken, or in the list of its size, once; used_bytes is what all that are taken come to. */
#include "base/heap.h"

#include <stdlib.h>
#include <string.h>

#include "base/pages.h"

/* Many small ones first: most traces need no more. */
enum { small_block_bytes = 64 * 1024, small_blocks_max = 32, large_block_bytes = pages_large_bytes };

struct heap_block {
    struct heap_block *next;
    max_align_t pieces[];
};

void heap_init(struct heap *heap)
{
    *heap = (struct heap){.blocks = NULL};
}

void heap_fini(struct heap *heap)
{
    while (heap->blocks != NULL) {
        struct heap_block *block = heap->blocks;
        heap->blocks = block->next;
        free(block);
    }
    heap_init(heap);
}

static void *take_large(struct heap *heap, size_t bytes)
{
    void *piece = malloc(bytes);
    if (piece != NULL)
        heap->used_bytes += heap_size_of(bytes) * heap_unit_bytes;
    return piece;
}

void heap_give_large(struct heap *heap, void *piece, size_t bytes)
{
    if (piece == NULL)
        return;
    heap->used_bytes -= heap_size_of(bytes) * heap_unit_bytes;
    free(piece);
}

#ifdef HEAP_OF_ALLOCATIONS

void *heap_take_new(struct heap *heap, size_t bytes)
{
    return take_large(heap, bytes);
}

#else

/* What is left of the former block is less than a piece of the size that is wanted. */
static enum status begin_block(struct heap *heap)
{
    size_t block_bytes = heap->block_count < small_blocks_max ? small_block_bytes : large_block_bytes;
    struct heap_block *block = pages_take(block_bytes);
    if (block == NULL)
        return STATUS_NOMEM;
    heap->block_count++;
    block->next = heap->blocks;
    heap->blocks = block;
    heap->rest = (char *)block->pieces;
    heap->rest_bytes = block_bytes - offsetof(struct heap_block, pieces);
    return STATUS_OK;
}

/* What is left out before a piece of whole lines of the cache, so that it begins with one. */
static size_t skipped_bytes(const struct heap *heap, size_t piece_bytes)
{
    return piece_bytes % heap_line_bytes == 0 ? -(uintptr_t)heap->rest % heap_line_bytes : 0;
}

void *heap_take_new(struct heap *heap, size_t bytes)
{
    size_t size = heap_size_of(bytes), piece_bytes = size * heap_unit_bytes;
    if (size >= heap_sizes)
        return take_large(heap, bytes);
    if (heap->rest_bytes < skipped_bytes(heap, piece_bytes) + piece_bytes && begin_block(heap) != STATUS_OK)
        return NULL;
    size_t skipped = skipped_bytes(heap, piece_bytes);
    void *piece = heap->rest + skipped;
    heap->rest += skipped + piece_bytes;
    heap->rest_bytes -= skipped + piece_bytes;
    heap->used_bytes += piece_bytes;
    return piece;
}

#endif

void *heap_grow(struct heap *heap, void *piece, size_t bytes, size_t grown_bytes)
{
    void *grown = heap_take(heap, grown_bytes);
    if (grown == NULL)
        return NULL;
    if (piece != NULL)
        memcpy(grown, piece, bytes);
    heap_give(heap, piece, bytes);
    return grown;
}
