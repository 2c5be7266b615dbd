/* In: clocks of actors and tokens. Out: the least of them.
 * Must hold: nobody who may still do something knows less, or is a loop's own thread. */
#include "replay/stable.h"

#include <stdlib.h>
#include <string.h>

#include "replay/replay.h"

/* Counts that are looked at, at most: a few milliseconds. */
enum { counts_max = 1 << 22 };

/* Takes away what somebody with this clock does not know; of the slot `own` that one knows so many epochs. */
static void limit(struct stable *stable, const struct clock *clock, uint32_t own, uint32_t own_epochs)
{
    uint32_t *at_own = &stable->epochs[own];
    uint32_t known = *at_own < own_epochs ? *at_own : own_epochs;
    clock_least(clock, stable->epochs, stable->slot_count);
    *at_own = known;
}

static bool is_parked(const struct actor *actor)
{
    return actor->kind == ACTOR_THREAD && actor->hosted != 0;
}

/* Whether it is a thread or a job of an executor that is still to begin, with a token of any kind. */
static bool is_to_begin(const struct actor *actor)
{
    return actor->slots == NULL && (actor->kind == ACTOR_THREAD || actor->kind == ACTOR_JOB);
}

/* False: one may know anything. */
static bool limit_by_actors(struct stable *stable, const struct map *actors)
{
    size_t cursor = 0;
    uint64_t number;
    uint64_t value;
    while (map_next(actors, &cursor, &number, &value)) {
        const struct actor *actor = (const struct actor *)(uintptr_t)value;
        if (is_to_begin(actor))
            return false;
        if (actor->slots != NULL && !is_parked(actor))
            limit(stable, actor->clock, actor->slot, UINT32_MAX);
    }
    return true;
}

/* What other tokens than handles carry is received by those who know something themselves. */
static void limit_by_handles(struct stable *stable, const struct map *tokens)
{
    size_t cursor = 0;
    uint64_t number;
    uint64_t value;
    while (map_next(tokens, &cursor, &number, &value)) {
        const struct token *token = (const struct token *)(uintptr_t)value;
        if (token->how != 0 && token->sent.epoch != 0)
            limit(stable, token->sent.clock, token->sent.slot, token->sent.epoch);
    }
}

enum status stable_find(const struct replay *replay, struct stable *stable)
{
    size_t slot_count = replay->order.slots.items.count;
    size_t clocks = replay->actors.count + replay->order.tokens.count;
    if (slot_count == 0 || clocks > counts_max / slot_count)
        return STATUS_LIMIT;
    *stable = (struct stable){.slot_count = (uint32_t)slot_count,
                              .epochs = malloc(slot_count * sizeof *stable->epochs)};
    if (stable->epochs == NULL)
        return STATUS_NOMEM;
    memset(stable->epochs, UINT8_MAX, slot_count * sizeof *stable->epochs);
    if (!limit_by_actors(stable, &replay->actors)) {
        stable_fini(stable);
        return STATUS_LIMIT;
    }
    limit_by_handles(stable, &replay->order.tokens);
    return STATUS_OK;
}

void stable_fini(struct stable *stable)
{
    free(stable->epochs);
    *stable = (struct stable){0};
}
