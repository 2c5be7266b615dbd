/* Locks misused.
 *
 * In: acquisitions, and uses of a loop's primitives on other threads. Out: one occurrence each; opposite orders are
 * lock_order.c's. What must hold: a lock that serves one loop after the other, never both at a time, is hardly worth a word. */
#include "detect/lock_misuse.h"

#include <stdlib.h>

#include "detect/describe.h"
#include "detect/lock_order.h"
#include "detect/naming.h"

enum { field_foreign_loop = 1, field_function, field_line, field_source, field_operation };

/* Who acquired a lock of asyncio last. */
struct holder {
    struct actor *actor; /* counted */
    const struct trace_site *site;
    uint64_t number; /* of the event */
    uint32_t slot;
    uint32_t epoch;
};

struct misuse {
    struct map holders; /* object number -> struct holder */
    struct lock_order *order;
};

static void *open_state(void)
{
    struct misuse *misuse = calloc(1, sizeof *misuse);
    if (misuse == NULL)
        return NULL;
    map_init(&misuse->holders);
    misuse->order = lock_order_open();
    if (misuse->order == NULL) {
        free(misuse);
        return NULL;
    }
    return misuse;
}

static void close_state(void *state, struct reporter *reporter)
{
    struct misuse *misuse = state;
    size_t cursor = 0;
    uint64_t number;
    uint64_t value;
    while (map_next(&misuse->holders, &cursor, &number, &value)) {
        struct holder *holder = (struct holder *)(uintptr_t)value;
        actor_release(holder->actor);
        free(holder);
    }
    map_fini(&misuse->holders);
    lock_order_close(misuse->order, &reporter->replay->order.clocks);
    free(misuse);
}

/* ---- Two loops ---- */

static enum status report_two_loops(const struct holder *before, const struct moment *moment,
                                    struct reporter *reporter)
{
    const struct replay *replay = reporter->replay;
    bool in_turn = order_before(before->slot, before->epoch, moment->actor->clock);
    struct finding finding = {
        .kind = FINDING_LOCK_MISUSE,
        .form = FINDING_FORM_TWO_LOOPS,
        .status = FINDING_OBSERVED,
        .confidence = in_turn ? FINDING_LOW : FINDING_HIGH,
        .count = 1,
        .order = moment->number,
        .first = describe_site(replay, &reporter->arena, before->site, before->number, before->actor, NULL),
        .last = describe_site(replay, &reporter->arena, moment->site, moment->number, moment->actor, NULL),
        .between_threads = true,
    };
    naming_thing(replay, &reporter->arena, moment->object, &finding.cell);
    return reporter_add(reporter, &finding);
}

/* The holder of the lock, made with zeros if nobody held it yet; NULL: no memory. */
static struct holder *holder_of(struct misuse *misuse, const struct object *lock)
{
    struct holder *holder = map_get_pointer(&misuse->holders, lock->number);
    if (holder != NULL)
        return holder;
    holder = calloc(1, sizeof *holder);
    if (holder == NULL || map_put_pointer(&misuse->holders, lock->number, holder) != STATUS_OK) {
        free(holder);
        return NULL;
    }
    return holder;
}

static enum status note_loop(struct misuse *misuse, const struct moment *moment, struct reporter *reporter)
{
    struct actor *actor = moment->actor;
    if (!lock_is_asyncio(moment->lock) || actor->loop == 0)
        return STATUS_OK;
    struct holder *holder = holder_of(misuse, moment->object);
    if (holder == NULL)
        return STATUS_NOMEM;
    enum status status = STATUS_OK;
    if (holder->actor != NULL && holder->actor->loop != actor->loop)
        status = report_two_loops(holder, moment, reporter);
    actor_release(holder->actor);
    *holder = (struct holder){
        .actor = actor_retain(actor),
        .site = moment->site,
        .number = moment->number,
        .slot = actor->slot,
        .epoch = actor->epoch,
    };
    return status;
}

/* ---- A foreign thread ---- */

static enum status report_foreign(const struct moment *moment, struct reporter *reporter)
{
    const struct event *event = moment->event;
    const struct replay *replay = reporter->replay;
    struct finding_place place = describe_line(replay, event->field[field_function], event->field[field_line],
                                               event->field[field_source]);
    place.event = moment->number;
    place.actor = naming_actor(replay, &reporter->arena, moment->actor);
    struct finding finding = {
        .kind = FINDING_LOCK_MISUSE,
        .form = FINDING_FORM_FOREIGN,
        .status = FINDING_OBSERVED,
        .confidence = event->field[field_function] != 0 ? FINDING_HIGH : FINDING_LOW,
        .count = 1,
        .order = moment->number,
        .cell = {.text = TEXT("event loop"), .object = FINDING_OBJECT_OTHER},
        .first = place,
        .last = place,
        .values = {.read = trace_string(replay->trace, event->field[field_operation])},
        .between_threads = true,
    };
    if (moment->object != NULL)
        naming_thing(replay, &reporter->arena, moment->object, &finding.cell);
    return reporter_add(reporter, &finding);
}

static enum status moment(void *state, const struct moment *moment, struct reporter *reporter)
{
    struct misuse *misuse = state;
    if (moment->event->kind == EVENT_FOREIGN)
        return report_foreign(moment, reporter);
    bool acquires = moment->event->kind == EVENT_ACQUIRE || moment->event->kind == EVENT_ACQUIRE_AT;
    if (!acquires || moment->lock == NULL)
        return STATUS_OK;
    enum status status = note_loop(misuse, moment, reporter);
    return status == STATUS_OK ? lock_order_acquired(misuse->order, moment, reporter) : status;
}

const struct detector lock_misuse = {
    .kind = FINDING_LOCK_MISUSE,
    .open = open_state,
    .close = close_state,
    .moment = moment,
};
