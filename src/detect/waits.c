/* Waits that have begun and are not over.
 *
 * In: `wait` and `woken` moments. Out: one struct for each wait that goes on. What must hold: one actor waits for one thing at a
 * time; what is told otherwise comes from a damaged trace, and the later wait counts. */
#include "detect/waits.h"

#include <stdlib.h>

void waits_init(struct waits *waits)
{
    *waits = (struct waits){.cells = NULL};
    map_init(&waits->table);
    map_init(&waits->counts);
    waits->count_max = waits_kept_min;
}

void waits_fini(struct waits *waits)
{
    size_t cursor = 0;
    for (struct wait *wait; (wait = waits_next(waits, 0, &cursor)) != NULL;)
        waits_free(waits, wait);
    map_fini(&waits->table);
    map_fini(&waits->counts);
}

void waits_free(struct waits *waits, struct wait *wait)
{
    actor_release(wait->actor);
    object_release(wait->object);
    clock_release(waits->cells->clocks, wait->clock);
    looks_clear(&wait->looks, waits->cells);
    actor_release(wait->loss.actor);
    free(wait);
}

/* A task that runs nothing watched was made to wait: by `wait_for` before Python 3.12, say. */
struct actor *waits_actor(const struct moment *moment)
{
    struct actor *actor = moment->actor;
    bool is_proxy = actor->top == NULL && actor->made_at != NULL && actor->creator != NULL;
    return is_proxy ? actor->creator : actor;
}

/* An actor waits for one future at a time: the next one takes its place. */
static uint64_t key_for(const struct actor *runner, const struct object *object)
{
    return map_mix(runner->number, object->kind == OBJECT_FUTURE ? 0 : object->number);
}

static uint64_t key_of(const struct moment *moment)
{
    return key_for(moment->actor, moment->object);
}

struct wait *waits_begin(struct waits *waits, const struct moment *moment)
{
    struct wait *wait = waits_end(waits, moment);
    if (wait != NULL)
        waits_free(waits, wait);
    uint64_t *count = map_entry(&waits->counts, moment->object->number, NULL);
    wait = calloc(1, sizeof *wait);
    if (count == NULL || wait == NULL || map_put_pointer(&waits->table, key_of(moment), wait) != STATUS_OK) {
        free(wait);
        return NULL;
    }
    ++*count;
    *wait = (struct wait){
        .actor = actor_retain(waits_actor(moment)),
        .object = object_retain(moment->object),
        .site = moment->site,
        .number = moment->number,
        .step = moment->actor->step,
        .is_older = moment->event->is_state,
        .slot = moment->actor->slot,
        .epoch = moment->actor->epoch,
        .clock = clock_retain(moment->actor->clock),
    };
    looks_add_step(&wait->looks, moment->actor);
    return wait;
}

static struct wait *take(struct waits *waits, uint64_t key)
{
    uint64_t value = 0;
    if (!map_remove(&waits->table, key, &value))
        return NULL;
    struct wait *wait = (struct wait *)(uintptr_t)value;
    uint64_t *count = map_find(&waits->counts, wait->object->number);
    if (count != NULL && --*count == 0)
        map_remove(&waits->counts, wait->object->number, NULL);
    return wait;
}

struct wait *waits_end(struct waits *waits, const struct moment *moment)
{
    return take(waits, key_of(moment));
}

bool waits_is_over(const struct wait *wait)
{
    return wait->object->kind == OBJECT_FUTURE &&
           (wait->actor->is_finished || wait->actor->step != wait->step);
}

/* What is taken out moves others back in the table, so that the place is looked at once more. */
struct wait *waits_take_over(struct waits *waits, size_t *cursor)
{
    uint64_t key;
    uint64_t value;
    while (map_next(&waits->table, cursor, &key, &value)) {
        struct wait *wait = (struct wait *)(uintptr_t)value;
        if (!waits_is_over(wait))
            continue;
        --*cursor;
        return take(waits, key);
    }
    waits->count_max = 2 * waits->table.count + waits_kept_min;
    return NULL;
}

void waits_lose(struct wait *wait, enum finding_form form, struct actor *actor, const struct trace_site *site,
                uint64_t number)
{
    actor_release(wait->loss.actor);
    wait->loss = (struct loss){.form = form, .actor = actor_retain(actor), .site = site, .number = number};
}

uint64_t waits_count(const struct waits *waits, uint64_t object)
{
    uint64_t count = 0;
    map_get(&waits->counts, object, &count);
    return count;
}

struct wait *waits_next(const struct waits *waits, uint64_t object, size_t *cursor)
{
    uint64_t key;
    uint64_t value;
    while (map_next(&waits->table, cursor, &key, &value)) {
        struct wait *wait = (struct wait *)(uintptr_t)value;
        if (object == 0 || wait->object->number == object)
            return wait;
    }
    return NULL;
}
