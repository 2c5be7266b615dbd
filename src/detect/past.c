/* In: blocks and joins. Out: sets of blocks.
 * Must hold: what is reached by way of blocks that are over, and of open ones, is the same before and after a join. */
#include "detect/past.h"

#include <stdlib.h>

struct past {
    uint32_t references;
    uint32_t count;
    struct block *blocks[]; /* counted, each once */
};

void past_walk_fini(struct past_walk *walk)
{
    VECTOR_FINI(&walk->open);
    VECTOR_FINI(&walk->met);
}

struct block *block_new(uint32_t line, uint64_t name, struct past *past)
{
    struct block *block = malloc(sizeof *block);
    if (block == NULL)
        return NULL;
    *block = (struct block){
        .references = 1, .is_open = true, .line = line, .name = name, .past = past_retain(past)};
    return block;
}

/* Chains of blocks that are over may be long: what goes with the last reference waits in a list, linked by `search`. */
void block_release(struct block *block)
{
    struct block *waiting = NULL;
    while (block != NULL) {
        if (--block->references == 0) {
            struct past *past = block->past;
            if (past != NULL && --past->references == 0) {
                for (uint32_t i = 0; i < past->count; i++) {
                    struct block *before = past->blocks[i];
                    if (before->references > 1) {
                        before->references--;
                        continue;
                    }
                    before->search = (uint64_t)(uintptr_t)waiting;
                    waiting = before;
                }
                free(past);
            }
            free(block);
        }
        block = waiting;
        waiting = block == NULL ? NULL : (struct block *)(uintptr_t)block->search;
    }
}

struct past *past_retain(struct past *past)
{
    if (past != NULL)
        past->references++;
    return past;
}

void past_release(struct past *past)
{
    if (past == NULL || --past->references > 0)
        return;
    for (uint32_t i = 0; i < past->count; i++)
        block_release(past->blocks[i]);
    free(past);
}

static struct past *past_new(struct block *const *blocks, size_t count)
{
    struct past *past = malloc(sizeof *past + count * sizeof past->blocks[0]);
    if (past == NULL)
        return NULL;
    *past = (struct past){.references = 1, .count = (uint32_t)count};
    for (size_t i = 0; i < count; i++) {
        past->blocks[i] = blocks[i];
        blocks[i]->references++;
    }
    return past;
}

struct past *past_of_block(struct block *block)
{
    return past_new(&block, 1);
}

static bool has_closed(const struct past *past)
{
    for (uint32_t i = 0; past != NULL && i < past->count; i++)
        if (!past->blocks[i]->is_open)
            return true;
    return false;
}

/* Few are in a past, and fewer where most are of one thread. */
static bool is_within(const struct past *less, const struct past *more)
{
    for (uint32_t i = 0; less != NULL && less != more && i < less->count; i++) {
        uint32_t j = 0;
        while (more != NULL && j < more->count && more->blocks[j] != less->blocks[i])
            j++;
        if (more == NULL || j == more->count)
            return false;
    }
    return true;
}

static void walk_begin(struct past_walk *walk)
{
    walk->number++;
    walk->open.count = walk->met.count = 0;
}

/* Meets the blocks of the past that the walk has not met: open ones are listed as such, all others (or all, if `through`) are to go
 * on from. */
static enum status walk_meet(struct past_walk *walk, const struct past *past, bool through)
{
    for (uint32_t i = 0; past != NULL && i < past->count; i++) {
        struct block *block = past->blocks[i];
        if (block->search == walk->number)
            continue;
        block->search = walk->number;
        enum status status =
            block->is_open && !through ? VECTOR_PUSH(&walk->open, block) : VECTOR_PUSH(&walk->met, block);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status walk_on(struct past_walk *walk, bool through)
{
    while (walk->met.count > 0) {
        const struct block *block = walk->met.items[--walk->met.count];
        if (walk_meet(walk, block->past, through) != STATUS_OK)
            return STATUS_NOMEM;
    }
    return STATUS_OK;
}

enum status past_join(struct past_walk *walk, struct past **past, const struct past *other)
{
    if (!has_closed(*past) && !has_closed(other) && is_within(other, *past))
        return STATUS_OK;
    walk_begin(walk);
    if (walk_meet(walk, *past, false) != STATUS_OK || walk_meet(walk, other, false) != STATUS_OK ||
        walk_on(walk, false) != STATUS_OK)
        return STATUS_NOMEM;
    struct past *joined = NULL;
    if (walk->open.count > 0) {
        joined = past_new(walk->open.items, walk->open.count);
        if (joined == NULL)
            return STATUS_NOMEM;
    }
    past_release(*past);
    *past = joined;
    return STATUS_OK;
}

enum status past_has(struct past_walk *walk, const struct past *past, const struct block *block, bool *has)
{
    *has = false;
    if (past == NULL)
        return STATUS_OK;
    walk_begin(walk);
    if (walk_meet(walk, past, true) != STATUS_OK || walk_on(walk, true) != STATUS_OK)
        return STATUS_NOMEM;
    *has = block->search == walk->number;
    return STATUS_OK;
}
