/*
 * In:   the events of a trace.
 * Out:  steps of loops.
 * Holds: what names are made of is the same in another run of the same program, as long as that has done the same. A step is told at
 * the first thing in it that is watched; where it went on is known from the await before.
 */
#include "compare/schedule.h"

#include <stdlib.h>

#include "finding/canonical.h"

enum { threads_max = 1 << 16, stack_max = 1 << 12 };

/* A call that has not ended; of a generator, only while it runs. */
struct call {
    uint64_t generator; /* number; 0: it is none */
    uint32_t function;
    uint32_t await_site; /* 0: it has awaited nothing yet */
};

struct scheduled_actor {
    uint32_t references; /* the map of actors, and those threads that it runs on */
    uint64_t name;
    uint64_t loop; /* number; 0: runs on none */
    uint32_t function;
    uint32_t label; /* string */
    bool has_begun;
    VECTOR(struct call) calls; /* innermost last */
};

struct scheduled_loop {
    uint64_t name;
    uint32_t label; /* string */
};

/* ---- names ---- */

static const uint64_t name_start = 0xCBF29CE484222325u;

static uint64_t hash_byte(uint64_t hash, unsigned char byte)
{
    return (hash ^ byte) * 0x100000001B3u;
}

static uint64_t hash_text(uint64_t hash, struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        hash = hash_byte(hash, (unsigned char)text.bytes[i]);
    return hash_byte(hash, 0xFF);
}

/* Numbers in the names of tasks and threads are counted up, by whoever comes first. */
static uint64_t hash_label(uint64_t hash, struct text label)
{
    for (size_t i = 0; i < label.length; i++) {
        bool is_digit = label.bytes[i] >= '0' && label.bytes[i] <= '9';
        if (!is_digit || i == 0 || label.bytes[i - 1] < '0' || label.bytes[i - 1] > '9')
            hash = hash_byte(hash, is_digit ? '0' : (unsigned char)label.bytes[i]);
    }
    return hash_byte(hash, 0xFF);
}

static uint64_t hash_source(uint64_t hash, struct text source)
{
    struct canonical walk = {.source = source};
    for (int byte; (byte = canonical_next(&walk)) >= 0;)
        hash = hash_byte(hash, (unsigned char)byte);
    return hash_byte(hash, 0xFF);
}

static uint64_t hash_function(uint64_t hash, const struct trace *trace, uint64_t number)
{
    const struct trace_function *function = trace_function(trace, number);
    return hash_text(hash, function != NULL ? trace_string(trace, function->name) : TEXT_NONE);
}

static uint64_t hash_site(uint64_t hash, const struct trace *trace, uint64_t number)
{
    const struct trace_site *site = trace_site(trace, number);
    if (site == NULL)
        return hash_byte(hash, 0);
    hash = hash_function(hash, trace, site->function);
    hash = hash_text(hash, trace_string(trace, site->expression));
    return hash_source(hash, trace_string(trace, site->source));
}

/* Which of those it is that one maker made alike. STATUS_OK or STATUS_NOMEM. */
static enum status add_ordinal(struct schedule *schedule, uint64_t *name)
{
    uint64_t *made = map_entry(&schedule->made, *name, NULL);
    if (made == NULL)
        return STATUS_NOMEM;
    *name = map_mix(*name, ++*made);
    return STATUS_OK;
}

/* ---- who runs ---- */

static void release(struct scheduled_actor *actor)
{
    if (--actor->references > 0)
        return;
    VECTOR_FINI(&actor->calls);
    free(actor);
}

static struct schedule_thread *thread_of(struct schedule *schedule, const struct event *event)
{
    if (event->thread >= threads_max)
        return NULL;
    while (schedule->threads.count <= event->thread)
        if (VECTOR_PUSH(&schedule->threads, (struct schedule_thread){0}) != STATUS_OK)
            return NULL;
    return &schedule->threads.items[event->thread];
}

/* The innermost run of the thread, or NULL. */
static struct schedule_run *running(struct schedule *schedule, const struct event *event)
{
    if (event->thread >= schedule->threads.count)
        return NULL;
    struct schedule_thread *thread = &schedule->threads.items[event->thread];
    return thread->runs.count > 0 ? &thread->runs.items[thread->runs.count - 1] : NULL;
}

static uint64_t runner_name(struct schedule *schedule, const struct event *event)
{
    const struct schedule_run *run = running(schedule, event);
    return run != NULL ? run->actor->name : name_start;
}

static struct scheduled_actor *add_actor(struct schedule *schedule, uint64_t number, uint64_t name)
{
    struct scheduled_actor *actor = calloc(1, sizeof *actor);
    if (actor == NULL)
        return NULL;
    actor->references = 1;
    actor->name = name;
    if (map_put_pointer(&schedule->actors, number, actor) == STATUS_OK)
        return actor;
    free(actor);
    return NULL;
}

static enum status take_actor(struct schedule *schedule, const struct event *event)
{
    enum { number, kind, label, loop, function, site };
    const uint64_t *field = event->field;
    if (map_get(&schedule->actors, field[number], NULL))
        return STATUS_OK;
    uint64_t name = hash_byte(runner_name(schedule, event), (unsigned char)field[kind]);
    name = hash_function(name, schedule->trace, field[function]);
    name = hash_label(name, trace_string(schedule->trace, field[label]));
    name = hash_site(name, schedule->trace, field[site]);
    if (add_ordinal(schedule, &name) != STATUS_OK)
        return STATUS_NOMEM;
    struct scheduled_actor *actor = add_actor(schedule, field[number], name);
    if (actor == NULL)
        return STATUS_NOMEM;
    actor->loop = field[loop];
    actor->function = (uint32_t)field[function];
    actor->label = (uint32_t)field[label];
    return STATUS_OK;
}

static enum status take_loop(struct schedule *schedule, const struct event *event)
{
    uint64_t name = hash_byte(runner_name(schedule, event), 'l');
    struct scheduled_loop *loop = malloc(sizeof *loop);
    enum status status = loop != NULL ? add_ordinal(schedule, &name) : STATUS_NOMEM;
    if (status == STATUS_OK) {
        free(map_get_pointer(&schedule->loops, event->field[0]));
        *loop = (struct scheduled_loop){.name = name, .label = (uint32_t)event->field[1]};
        status = map_put_pointer(&schedule->loops, event->field[0], loop);
    }
    if (status != STATUS_OK)
        free(loop);
    return status;
}

static enum status take_begin(struct schedule *schedule, const struct event *event)
{
    struct schedule_thread *thread = thread_of(schedule, event);
    struct scheduled_actor *actor = map_get_pointer(&schedule->actors, event->field[0]);
    if (actor == NULL)
        actor = add_actor(schedule, event->field[0], map_mix(name_start, 0));
    if (thread == NULL || actor == NULL)
        return STATUS_NOMEM;
    struct schedule_run run = {.actor = actor, .event = event->number, .is_pending = actor->loop != 0};
    actor->references++;
    return VECTOR_PUSH(&thread->runs, run);
}

static enum status take_end(struct schedule *schedule, const struct event *event)
{
    struct schedule_run *run = running(schedule, event);
    if (run == NULL)
        return STATUS_OK;
    schedule->threads.items[event->thread].runs.count--;
    release(run->actor);
    return STATUS_OK;
}

static enum status take_finish(struct schedule *schedule, const struct event *event)
{
    uint64_t actor;
    if (map_remove(&schedule->actors, event->field[0], &actor))
        release((struct scheduled_actor *)(uintptr_t)actor);
    return STATUS_OK;
}

/* ---- calls ---- */

static enum status push_call(struct scheduled_actor *actor, struct call call)
{
    if (actor->calls.count >= stack_max)
        return STATUS_OK;
    return VECTOR_PUSH(&actor->calls, call);
}

/* The innermost call, or (of a generator) that of its number, is over or gives way. */
static void pop_call(struct scheduled_actor *actor, uint64_t generator)
{
    size_t i = actor->calls.count;
    while (i > 0 && generator != 0 && actor->calls.items[i - 1].generator != generator)
        i--;
    if (i == 0)
        return;
    actor->calls.count--;
    for (i--; i < actor->calls.count; i++)
        actor->calls.items[i] = actor->calls.items[i + 1];
}

static enum status take_call(const struct trace *trace, struct scheduled_actor *actor,
                             const struct event *event)
{
    const struct trace_site *site;
    switch (event->kind) {
    case EVENT_ENTER:
        return push_call(actor,
                         (struct call){.generator = event->field[2], .function = (uint32_t)event->field[0]});
    case EVENT_RESUME:
        site = trace_site(trace, event->field[1]);
        return push_call(actor, (struct call){.generator = event->field[0],
                                              .function = site != NULL ? site->function : 0});
    case EVENT_LEAVE:
    case EVENT_PAUSE:
        pop_call(actor, event->field[0]);
        return STATUS_OK;
    default:
        site = trace_site(trace, event->field[0]);
        if (actor->calls.count == 0 && site != NULL) /* it ran before the recording did */
            return push_call(actor, (struct call){.function = site->function, .await_site = site->number});
        if (actor->calls.count > 0)
            actor->calls.items[actor->calls.count - 1].await_site = (uint32_t)event->field[0];
        return STATUS_OK;
    }
}

/* ---- steps ---- */

static struct finding_place place_of_function(const struct trace *trace, uint32_t number)
{
    const struct trace_function *function = trace_function(trace, number);
    if (function == NULL)
        return (struct finding_place){0};
    return (struct finding_place){
        .file = trace_string(trace, function->file),
        .function = trace_string(trace, function->name),
        .line = function->line,
    };
}

static struct finding_place place_of_site(const struct trace *trace, const struct trace_site *site)
{
    struct finding_place place = place_of_function(trace, site->function);
    place.line = site->line;
    place.source = trace_string(trace, site->source);
    return place;
}

/* Where the step goes on, or begins: with what the actor runs, or, of somebody else's code, what that has entered. */
static struct parting_step place_of_run(const struct trace *trace, const struct schedule_run *run,
                                        uint64_t *name)
{
    const struct scheduled_actor *actor = run->actor;
    const struct call *top = actor->calls.count > 0 ? &actor->calls.items[actor->calls.count - 1] : NULL;
    const struct trace_site *site = top != NULL ? trace_site(trace, top->await_site) : NULL;
    struct parting_step step = {.is_start = site == NULL};
    uint32_t function = top != NULL ? top->function : actor->function;
    step.place = site != NULL ? place_of_site(trace, site) : place_of_function(trace, function);
    *name = site != NULL ? hash_site(actor->name, trace, site->number)
                         : hash_function(hash_byte(actor->name, 1), trace, function);
    step.place.actor = trace_string(trace, actor->label);
    step.place.event = run->event + 1;
    return step;
}

static void tell(const struct schedule *schedule, struct schedule_run *run, struct schedule_step *step)
{
    const struct scheduled_loop *loop = map_get_pointer(&schedule->loops, run->actor->loop);
    step->told = place_of_run(schedule->trace, run, &step->name);
    step->loop = loop != NULL ? loop->name : map_mix(name_start, run->actor->loop);
    step->loop_class = loop != NULL ? trace_string(schedule->trace, loop->label) : TEXT_NONE;
    run->is_pending = false;
}

/* Whether the program itself did something. */
static bool is_watched(const struct event *event)
{
    return (event->kind >= EVENT_ENTER && event->kind <= EVENT_AWAIT) || event->kind == EVENT_READ ||
           event->kind == EVENT_WRITE;
}

/* Takes the event; *is_step: a step is known by it. */
static enum status take(struct schedule *schedule, const struct event *event, struct schedule_step *step,
                        bool *is_step)
{
    switch (event->kind) {
    case EVENT_ACTOR:
        return take_actor(schedule, event);
    case EVENT_LOOP:
        return take_loop(schedule, event);
    case EVENT_BEGIN:
        return take_begin(schedule, event);
    case EVENT_END:
        return take_end(schedule, event);
    case EVENT_FINISH:
        return take_finish(schedule, event);
    default:
        break;
    }
    struct schedule_run *run = is_watched(event) ? running(schedule, event) : NULL;
    if (run == NULL)
        return STATUS_OK;
    bool is_call = event->kind >= EVENT_ENTER && event->kind <= EVENT_AWAIT;
    bool is_first_call = run->actor->calls.count == 0 && event->kind == EVENT_ENTER;
    *is_step = run->is_pending;
    if (*is_step && !is_first_call)
        tell(schedule, run, step);
    enum status status = is_call ? take_call(schedule->trace, run->actor, event) : STATUS_OK;
    if (*is_step && is_first_call)
        tell(schedule, run, step);
    return status;
}

enum status schedule_next(struct schedule *schedule, struct schedule_step *step, struct diag *diag)
{
    const struct event *event;
    bool is_step = false;
    while (!is_step) {
        enum status status = schedule->has_gap || schedule->begins_late
                                 ? STATUS_END
                                 : trace_next(schedule->trace, &event, diag);
        if (status != STATUS_OK)
            return status;
        schedule->has_gap = event->kind == EVENT_GAP || event->kind == EVENT_LOST || event->kind == EVENT_OFF;
        schedule->begins_late = event->is_state;
        if (!schedule->has_gap && !schedule->begins_late &&
            take(schedule, event, step, &is_step) != STATUS_OK)
            return diag_set_nomem(diag);
    }
    return STATUS_OK;
}

/* ---- its life ---- */

void schedule_init(struct schedule *schedule, struct trace *trace)
{
    *schedule = (struct schedule){.trace = trace};
    map_init(&schedule->actors);
    map_init(&schedule->loops);
    map_init(&schedule->made);
}

void schedule_fini(struct schedule *schedule)
{
    size_t cursor = 0;
    for (uint64_t number, value; map_next(&schedule->loops, &cursor, &number, &value);)
        free((void *)(uintptr_t)value);
    for (size_t i = 0; i < schedule->threads.count; i++) {
        struct schedule_thread *thread = &schedule->threads.items[i];
        for (size_t j = 0; j < thread->runs.count; j++)
            release(thread->runs.items[j].actor);
        VECTOR_FINI(&thread->runs);
    }
    VECTOR_FINI(&schedule->threads);
    cursor = 0;
    for (uint64_t number, value; map_next(&schedule->actors, &cursor, &number, &value);)
        release((struct scheduled_actor *)(uintptr_t)value);
    map_fini(&schedule->actors);
    map_fini(&schedule->loops);
    map_fini(&schedule->made);
}
