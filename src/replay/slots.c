/* Slots.
 *
 * In: actors as they begin, end and are forgotten. Out: a slot for each. What must hold: a slot is taken by one actor at a time;
 * an actor that is over is linked from its end until nobody refers to it, or until it is retired. */
#include "replay/slots.h"

#include "replay/actor.h"
#include "replay/clock.h"

/* A slot that was used so often is left alone. */
static const uint32_t epochs_max = UINT32_MAX - (UINT32_C(1) << 30);

void slots_init(struct slots *slots, struct clock_pool *clocks)
{
    *slots = (struct slots){.clocks = clocks};
}

void slots_fini(struct slots *slots)
{
    VECTOR_FINI(&slots->items);
    VECTOR_FINI(&slots->unasked);
}

static bool is_left_over(const struct slot *slot)
{
    return !slot->is_taken && slot->epoch <= epochs_max;
}

/* A slot that may go to anybody; false: there is none. */
static bool find_unasked(struct slots *slots, uint32_t *number)
{
    while (slots->unasked.count > 0) {
        *number = slots->unasked.items[--slots->unasked.count];
        const struct slot *slot = &slots->items.items[*number];
        if (is_left_over(slot) && slot->users == slot->retired)
            return true; /* otherwise somebody has it again: it comes back */
    }
    return false;
}

/* A slot whose last actor was over before this one begins; false: none is found. */
static bool find_known(const struct slots *slots, const struct actor *actor, uint32_t *number)
{
    uint64_t tried = slots->ended_count < slots_ended_max ? slots->ended_count : slots_ended_max;
    for (uint64_t i = 0; i < tried; i++) {
        *number = slots->ended[(slots->ended_count - 1 - i) % slots_ended_max];
        const struct slot *slot = &slots->items.items[*number];
        if (is_left_over(slot) && slot->loop == actor->loop &&
            clock_get(actor->clock, *number) >= slot->epoch)
            return true;
    }
    return false;
}

/* Whether it is among those that are over and not retired. */
static bool is_linked(const struct slots *slots, const struct actor *actor)
{
    return actor->ended_before != NULL || slots->oldest_ended == actor;
}

static void unlink_ended(struct slots *slots, struct actor *actor)
{
    if (actor->ended_before != NULL)
        actor->ended_before->ended_after = actor->ended_after;
    else
        slots->oldest_ended = actor->ended_after;
    if (actor->ended_after != NULL)
        actor->ended_after->ended_before = actor->ended_before;
    else
        slots->latest_ended = actor->ended_before;
    actor->ended_before = actor->ended_after = NULL;
}

static enum status give_back(struct slots *slots, uint32_t number)
{
    const struct slot *slot = &slots->items.items[number];
    if (!is_left_over(slot) || slot->users != slot->retired)
        return STATUS_OK;
    return VECTOR_PUSH(&slots->unasked, number);
}

/* Retires those that ended first until one leaves a slot. */
static enum status retire(struct slots *slots)
{
    enum status status = STATUS_OK;
    while (status == STATUS_OK && slots->unasked.count == 0 && slots->oldest_ended != NULL) {
        struct actor *actor = slots->oldest_ended;
        unlink_ended(slots, actor);
        actor->is_retired = true;
        slots->retired_count++;
        slots->items.items[actor->slot].retired++;
        status = give_back(slots, actor->slot);
    }
    return status;
}

enum status slots_admit(struct slots *slots, struct actor *actor)
{
    uint32_t number;
    bool is_known = find_known(slots, actor, &number);
    bool is_unasked = !is_known && find_unasked(slots, &number);
    if (!is_known && !is_unasked && slots->items.count >= slots_max) {
        if (retire(slots) != STATUS_OK)
            return STATUS_NOMEM;
        is_unasked = find_unasked(slots, &number);
    }
    if (is_unasked)
        clock_disclaim(slots->clocks, (struct clock_point){number, slots->items.items[number].epoch});
    if (!is_known && !is_unasked) {
        number = (uint32_t)slots->items.count;
        if (VECTOR_PUSH(&slots->items, (struct slot){0}) != STATUS_OK)
            return STATUS_NOMEM;
    }
    struct slot *slot = &slots->items.items[number];
    slot->loop = actor->loop;
    slot->is_taken = true;
    slot->users++;
    actor->slots = slots;
    actor->slot = number;
    actor->epoch = slot->epoch;
    slots_advance(slots, actor);
    return STATUS_OK;
}

void slots_advance(struct slots *slots, struct actor *actor)
{
    slots->items.items[actor->slot].epoch = ++actor->epoch;
}

void slots_end(struct slots *slots, struct actor *actor)
{
    if (actor->slots == NULL)
        return;
    slots->items.items[actor->slot].is_taken = false;
    slots->ended[slots->ended_count++ % slots_ended_max] = actor->slot;
    actor->ended_before = slots->latest_ended;
    if (slots->latest_ended != NULL)
        slots->latest_ended->ended_after = actor;
    else
        slots->oldest_ended = actor;
    slots->latest_ended = actor;
}

void slots_leave(struct slots *slots, struct actor *actor)
{
    struct slot *slot = &slots->items.items[actor->slot];
    if (is_linked(slots, actor))
        unlink_ended(slots, actor);
    slot->users--;
    slot->retired -= actor->is_retired;
    if (give_back(slots, actor->slot) != STATUS_OK)
        return; /* no memory: it is not used again */
}
