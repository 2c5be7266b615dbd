/* Cleared events.
 *
 * In: waits for events, their ends, and who sets and clears them. Out: an occurrence for each set that was wiped out unseen, and
 * for each that could have been. What must hold: a *round* goes from one wait of an actor for an event to its next; who clears
 * in the step in which it wakes up wipes out nothing that it does not see. */
#include "detect/cleared_event.h"

#include <stdlib.h>

#include "detect/describe.h"
#include "detect/looks.h"
#include "detect/naming.h"
#include "detect/waits.h"

enum {
    sets_max = 4,         /* of one event, that are remembered */
    rounds_kept_min = 64, /* fewer are not worth looking through for what can go */
};

/* Somebody sets an event. */
struct set {
    struct actor *actor; /* counted; NULL: there is none */
    const struct trace_site *site;
    uint64_t number; /* of the event */
    uint64_t since;  /* number of the same actor's set before; 0: none known */
    uint32_t slot;
    uint32_t epoch;
    struct clock *clock; /* counted: what the actor knew of others */
};

/* The stretch from the end of a wait to the clearing, open to sets that nobody sees. */
struct stretch {
    const struct trace_site *wait_site;
    uint64_t wait_number;                /* of that event; 0: not known */
    struct clock *began;                 /* counted: what the actor knew when it began to wait */
    struct clock *woken;                 /* counted: and when it woke up */
    const struct trace_site *clear_site; /* NULL: nothing cleared, so far */
    uint64_t clear_number;               /* of that event */
    uint32_t clear_slot;
    uint32_t clear_epoch;
    struct looks looks; /* what the actor looked at since the step of the clearing began */
};

/* One actor and one event. */
struct round {
    struct actor *actor; /* counted */
    struct event_rounds *event;
    bool is_waiting;
    uint64_t first_step; /* after the wait; 0: none is known yet */
    uint64_t looks_step; /* the one that `now.looks` belongs to */
    struct stretch now;
    struct set unseen;     /* fell into it */
    struct stretch before; /* the one of the round before, if no set fell into it */
    struct set waking;     /* the first set during the wait */
    struct round *next_of_event;
    struct round *next_of_actor;
};

struct event_rounds {
    struct object *object; /* counted */
    struct round *rounds;
    uint64_t set_count;
    struct set sets[sets_max]; /* a ring */
};

struct cleared_events {
    struct map events; /* number -> struct event_rounds */
    struct map actors; /* number -> the actor's first struct round */
    size_t round_count;
    size_t round_count_max; /* with more, it is time to look through them */
};

/* ---- Sets and stretches ---- */

static void set_forget(struct set *set, struct clock_pool *clocks)
{
    actor_release(set->actor);
    clock_release(clocks, set->clock);
    *set = (struct set){.actor = NULL};
}

static void set_copy(struct set *to, const struct set *from, struct clock_pool *clocks)
{
    set_forget(to, clocks);
    *to = *from;
    actor_retain(to->actor);
    clock_retain(to->clock);
}

static void stretch_forget(struct stretch *stretch, struct cell_table *cells)
{
    clock_release(cells->clocks, stretch->began);
    clock_release(cells->clocks, stretch->woken);
    looks_clear(&stretch->looks, cells);
    *stretch = (struct stretch){.wait_site = NULL};
}

/* ---- Rounds ---- */

struct cleared_events *cleared_events_open(void)
{
    struct cleared_events *events = calloc(1, sizeof *events);
    if (events == NULL)
        return NULL;
    map_init(&events->events);
    map_init(&events->actors);
    events->round_count_max = rounds_kept_min;
    return events;
}

static void round_free(struct round *round, struct cell_table *cells)
{
    actor_release(round->actor);
    stretch_forget(&round->now, cells);
    stretch_forget(&round->before, cells);
    set_forget(&round->unseen, cells->clocks);
    set_forget(&round->waking, cells->clocks);
    free(round);
}

static void event_free(struct event_rounds *event, struct cell_table *cells)
{
    for (struct round *round = event->rounds, *next; round != NULL; round = next) {
        next = round->next_of_event;
        round_free(round, cells);
    }
    for (uint32_t i = 0; i < sets_max; i++)
        set_forget(&event->sets[i], cells->clocks);
    object_release(event->object);
    free(event);
}

void cleared_events_close(struct cleared_events *events, struct reporter *reporter)
{
    size_t cursor = 0;
    uint64_t number;
    uint64_t value;
    while (map_next(&events->events, &cursor, &number, &value))
        event_free((struct event_rounds *)(uintptr_t)value, &reporter->replay->cells);
    map_fini(&events->events);
    map_fini(&events->actors);
    free(events);
}

static struct event_rounds *event_of(struct cleared_events *events, struct object *object)
{
    struct event_rounds *event = map_get_pointer(&events->events, object->number);
    if (event != NULL)
        return event;
    event = calloc(1, sizeof *event);
    if (event == NULL || map_put_pointer(&events->events, object->number, event) != STATUS_OK) {
        free(event);
        return NULL;
    }
    event->object = object_retain(object);
    return event;
}

/* It stands in the event's list and in the actor's; one of the two may be very long: many may wait for one event, and one actor for
 * many events after each other. */
static struct round *round_find(const struct cleared_events *events, const struct event_rounds *event,
                                const struct actor *actor)
{
    struct round *of_event = event != NULL ? event->rounds : NULL;
    struct round *of_actor = map_get_pointer(&events->actors, actor->number);
    while (of_event != NULL && of_actor != NULL) {
        if (of_event->actor == actor)
            return of_event;
        if (of_actor->event == event)
            return of_actor;
        of_event = of_event->next_of_event;
        of_actor = of_actor->next_of_actor;
    }
    return NULL;
}

static enum status round_link(struct cleared_events *events, struct round *round)
{
    round->next_of_actor = map_get_pointer(&events->actors, round->actor->number);
    return map_put_pointer(&events->actors, round->actor->number, round);
}

/* Lets go of the rounds of an event that can come to nothing any more; returns how many are left. */
static size_t event_thin_out(struct event_rounds *event, struct cell_table *cells)
{
    size_t kept = 0;
    for (struct round **link = &event->rounds; *link != NULL;) {
        struct round *round = *link;
        if (round->actor->is_finished || event->object->is_dropped) {
            *link = round->next_of_event;
            round_free(round, cells);
        } else {
            link = &round->next_of_event;
            kept++;
        }
    }
    return kept;
}

/* Lets go of whoever is finished and of events that are gone. */
static enum status thin_out(struct cleared_events *events, struct cell_table *cells)
{
    struct map kept;
    map_init(&kept);
    map_clear(&events->actors);
    events->round_count = 0;
    size_t cursor = 0;
    uint64_t number;
    uint64_t value;
    enum status status = STATUS_OK;
    while (map_next(&events->events, &cursor, &number, &value)) {
        struct event_rounds *event = (struct event_rounds *)(uintptr_t)value;
        events->round_count += event_thin_out(event, cells);
        for (struct round *round = event->rounds; round != NULL && status == STATUS_OK;
             round = round->next_of_event)
            status = round_link(events, round);
        if (event->rounds == NULL && event->object->is_dropped)
            event_free(event, cells);
        else if (map_put_pointer(&kept, number, event) != STATUS_OK)
            status = STATUS_NOMEM;
    }
    map_fini(&events->events);
    events->events = kept;
    events->round_count_max = 2 * events->round_count + rounds_kept_min;
    return status;
}

/* The actor's round of the event, made if it is the first; NULL: no memory. */
static struct round *round_of(struct cleared_events *events, struct object *object, struct actor *actor,
                              struct cell_table *cells)
{
    struct event_rounds *event = event_of(events, object);
    struct round *round = round_find(events, event, actor);
    if (event == NULL || round != NULL)
        return round;
    if (events->round_count >= events->round_count_max && thin_out(events, cells) != STATUS_OK)
        return NULL;
    event = event_of(events, object); /* may have gone */
    round = calloc(1, sizeof *round);
    if (event == NULL || round == NULL) {
        free(round);
        return NULL;
    }
    *round = (struct round){.actor = actor_retain(actor), .event = event, .next_of_event = event->rounds};
    event->rounds = round;
    events->round_count++;
    return round_link(events, round) == STATUS_OK ? round : NULL;
}

/* ---- Findings ---- */

/* Cleared after the wait at the end of a loop, a set is lost; cleared before it, as part of a new beginning, it may be
 * meant to be. */
static enum finding_confidence confidence_of(const struct trace_site *clear, const struct trace_site *wait)
{
    if (wait == NULL || clear->function != wait->function)
        return FINDING_MEDIUM;
    if (wait->line <= clear->line)
        return FINDING_HIGH;
    return wait->line <= clear->end_line + 1 ? FINDING_MEDIUM : FINDING_LOW;
}

static enum status report(const struct round *round, const struct stretch *stretch, const struct set *set,
                          enum finding_status status, uint64_t number, struct reporter *reporter)
{
    const struct replay *replay = reporter->replay;
    struct finding finding = {
        .kind = FINDING_LOST_WAKEUP,
        .form = FINDING_FORM_CLEARED,
        .status = status,
        .confidence = confidence_of(stretch->clear_site, round->now.wait_site),
        .count = 1,
        .order = number,
        .first = describe_site(replay, &reporter->arena, stretch->wait_site, stretch->wait_number,
                               round->actor, NULL),
        .other = describe_site(replay, &reporter->arena, set->site, set->number, set->actor, NULL),
        .last = describe_site(replay, &reporter->arena, stretch->clear_site, stretch->clear_number,
                              round->actor, NULL),
    };
    if (status == FINDING_PREDICTED && finding.confidence > FINDING_MEDIUM)
        finding.confidence = FINDING_MEDIUM;
    naming_thing(replay, &reporter->arena, round->event->object, &finding.cell);
    return reporter_add(reporter, &finding);
}

/* Whether the set, which came earlier or later, could have fallen into the stretch unseen. */
static bool could_fall_into(const struct stretch *stretch, const struct set *set, const struct actor *actor)
{
    return set->actor != NULL && set->actor != actor &&
           !order_before(set->slot, set->epoch, stretch->woken) &&
           !order_before(stretch->clear_slot, stretch->clear_epoch, set->clock) &&
           !looks_told(&stretch->looks, set->actor, set->since, stretch->began);
}

/* ---- Moments ---- */

/* The actor waits again: what it has not seen by now, it has missed. */
static enum status end_round(struct round *round, const struct trace_site *wait_site, uint64_t number,
                             struct reporter *reporter)
{
    struct cell_table *cells = &reporter->replay->cells;
    stretch_forget(&round->before, cells);
    round->before = round->now;
    round->now = (struct stretch){.wait_site = wait_site, .wait_number = number};
    const struct stretch *before = &round->before;
    if (before->clear_site == NULL)
        return STATUS_OK;
    if (round->unseen.actor != NULL) {
        enum status status = report(round, before, &round->unseen, FINDING_OBSERVED, number, reporter);
        stretch_forget(&round->before, cells);
        return status;
    }
    for (uint32_t i = 0; i < sets_max; i++)
        if (could_fall_into(before, &round->event->sets[i], round->actor))
            return report(round, before, &round->event->sets[i], FINDING_PREDICTED, number, reporter);
    return STATUS_OK;
}

static enum status begin_round(struct cleared_events *events, const struct moment *moment,
                               struct reporter *reporter)
{
    struct cell_table *cells = &reporter->replay->cells;
    struct round *round = round_of(events, moment->object, waits_actor(moment), cells);
    if (round == NULL)
        return STATUS_NOMEM;
    enum status status = end_round(round, moment->site, moment->number, reporter);
    set_forget(&round->unseen, cells->clocks);
    set_forget(&round->waking, cells->clocks);
    round->now.began = clock_retain(moment->actor->clock);
    round->is_waiting = true;
    return status;
}

static enum status wake(struct cleared_events *events, const struct moment *moment, struct reporter *reporter)
{
    const struct event_rounds *event = map_get_pointer(&events->events, moment->object->number);
    struct round *round = round_find(events, event, waits_actor(moment));
    if (round == NULL || !round->is_waiting)
        return STATUS_OK;
    round->is_waiting = false;
    round->now.woken = clock_retain(moment->actor->clock);
    round->first_step = moment->actor == round->actor ? round->actor->step : 0;
    enum status status = STATUS_OK;
    if (round->before.clear_site != NULL && could_fall_into(&round->before, &round->waking, round->actor))
        status = report(round, &round->before, &round->waking, FINDING_PREDICTED, moment->number, reporter);
    stretch_forget(&round->before, &reporter->replay->cells);
    set_forget(&round->waking, &reporter->replay->order.clocks);
    return status;
}

/* It was set already, and the actor knows. Such a wait has no site of its own. */
static enum status pass(struct cleared_events *events, const struct moment *moment, struct reporter *reporter)
{
    struct cell_table *cells = &reporter->replay->cells;
    const struct actor *runner = moment->actor;
    struct round *round = round_of(events, moment->object, waits_actor(moment), cells);
    if (round == NULL)
        return STATUS_NOMEM;
    stretch_forget(&round->now, cells);
    set_forget(&round->unseen, cells->clocks);
    round->now = (struct stretch){
        .wait_site = runner->top != NULL ? runner->top->await_site : runner->made_at,
        .wait_number = runner->top != NULL ? runner->top->await_number : runner->made,
        .began = clock_retain(runner->clock),
        .woken = clock_retain(runner->clock),
    };
    round->is_waiting = false;
    round->first_step = runner == round->actor ? runner->step : 0;
    return STATUS_OK;
}

enum status cleared_events_moment(struct cleared_events *events, const struct moment *moment,
                                  struct reporter *reporter)
{
    if (moment->object->kind != OBJECT_EVENT)
        return STATUS_OK;
    if (moment->event->kind == EVENT_WAIT)
        return begin_round(events, moment, reporter);
    if (moment->event->field[1] != WOKEN_AT_ONCE)
        return wake(events, moment, reporter);
    return pass(events, moment, reporter);
}

/* ---- Acts ---- */

static uint64_t last_set_of(const struct event_rounds *event, const struct actor *actor)
{
    uint64_t number = 0;
    for (uint32_t i = 0; i < sets_max; i++)
        if (event->sets[i].actor == actor && event->sets[i].number > number)
            number = event->sets[i].number;
    return number;
}

/* What is set again after the clearing wakes the actor as if nothing had been cleared. */
static void fall_into(struct round *round, const struct set *set, struct clock_pool *clocks)
{
    bool is_own = round->actor == set->actor;
    if (round->is_waiting && round->waking.actor == NULL) {
        set_copy(&round->waking, set, clocks);
    } else if (round->now.clear_site != NULL) {
        round->now.clear_site = NULL;
        set_forget(&round->unseen, clocks);
    } else if (!round->is_waiting && !is_own && round->unseen.actor == NULL) {
        set_copy(&round->unseen, set, clocks);
    }
}

static void note_set(struct event_rounds *event, const struct act *act, struct clock_pool *clocks)
{
    struct set set = {
        .actor = act->actor,
        .site = act->site,
        .number = act->number,
        .since = last_set_of(event, act->actor),
        .slot = act->actor->slot,
        .epoch = act->actor->epoch,
        .clock = act->actor->clock,
    };
    set_copy(&event->sets[event->set_count++ % sets_max], &set, clocks);
    for (struct round *round = event->rounds; round != NULL; round = round->next_of_event)
        fall_into(round, &set, clocks);
}

/* The first step after the wait may be known only by what is done in it. */
static bool is_first_step(struct round *round, uint64_t step)
{
    if (round->first_step == 0)
        round->first_step = step;
    return round->first_step == step;
}

static void keep_looks_of(struct round *round, uint64_t step, struct cell_table *cells)
{
    if (round->looks_step != step && round->now.clear_site == NULL)
        looks_clear(&round->now.looks, cells);
    round->looks_step = step;
}

static void note_clear(struct event_rounds *event, const struct act *act, struct cell_table *cells)
{
    for (struct round *round = event->rounds; round != NULL; round = round->next_of_event) {
        if (round->is_waiting)
            continue;
        if (round->actor != act->actor || is_first_step(round, act->actor->step)) {
            set_forget(&round->unseen, cells->clocks);
            round->now.clear_site = NULL;
            continue;
        }
        keep_looks_of(round, act->actor->step, cells);
        round->now.clear_site = act->site;
        round->now.clear_number = act->number;
        round->now.clear_slot = act->actor->slot;
        round->now.clear_epoch = act->actor->epoch;
    }
}

void cleared_events_act(struct cleared_events *events, const struct act *act, struct reporter *reporter)
{
    struct event_rounds *event = map_get_pointer(&events->events, act->cell->object->number);
    if (event == NULL)
        return;
    if (cell_value_present(act->value))
        note_set(event, act, &reporter->replay->order.clocks);
    else
        note_clear(event, act, &reporter->replay->cells);
}

/* ---- Reads ---- */

static void look(struct round *round, const struct read *read, struct cell_table *cells)
{
    if (round->is_waiting)
        return;
    bool is_first = is_first_step(round, read->at->step);
    bool is_flag = read->cell->object == round->event->object;
    const struct set *unseen = &round->unseen;
    if (unseen->actor != NULL &&
        (is_flag ? cell_value_present(read->value)
                 : looks_tell(read->cell, unseen->actor, unseen->since, round->now.began)))
        set_forget(&round->unseen, cells->clocks);
    if (is_first)
        return;
    keep_looks_of(round, read->at->step, cells);
    if (is_flag)
        round->now.looks.is_full = true; /* who asks whether it is set misses nothing */
    else
        looks_add(&round->now.looks, read->cell);
}

void cleared_events_read(struct cleared_events *events, const struct read *read, struct reporter *reporter)
{
    if (events->round_count == 0)
        return;
    struct round *round = map_get_pointer(&events->actors, read->at->actor->number);
    for (; round != NULL; round = round->next_of_actor)
        look(round, read, &reporter->replay->cells);
}
