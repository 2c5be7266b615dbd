/* Steps, the calls in them, and the waits between them.
 *
 * In: begin and end, enter and leave, awaits. Out: slices: a step of a task, in it the functions that were entered in this step, and from
 * its end to the next step's begin the await that it stands at. What a function did in an earlier step is not drawn again: a step is
 * named after the innermost function that goes on in it.
 *
 * Must hold: a slice is told when it is over, and before that all that began in it; ends that were lost leave nothing open. */
#include <stdlib.h>
#include <string.h>

#include "export/exporter.h"

/* Functions of one actor that are kept; deeper recursion is not drawn. */
enum { frames_max = 512 };

/* Where a lane has a slice around all of a task, what is in it begins later than that. */
static uint64_t within_lane(const struct export_actor *actor, uint64_t from)
{
    return actor->shares_lane && from <= actor->lane_from ? actor->lane_from + 1 : from;
}

/* ---- calls ---- */

static struct text name_of_call(const struct exporter *exporter, const struct export_frame *frame,
                                const struct export_place *place)
{
    if (place->key != 0)
        return place->function;
    struct text block = trace_string(exporter->trace, frame->block);
    return block.length != 0 ? block : frame->function != 0 ? TEXT("a function") : TEXT("a block");
}

static void tell_call(struct exporter *exporter, const struct export_actor *actor,
                      const struct export_frame *frame, uint64_t at)
{
    struct export_place place = exporter_function(exporter, frame->function);
    struct export_mark call = {
        .track = lanes_lane(exporter, actor),
        .from = within_lane(actor, frame->from),
        .to = at,
        .category = EXPORT_CALL,
        .name = {name_of_call(exporter, frame, &place), true},
        .place = place,
    };
    exporter_tell(exporter, &call);
}

/* Ends the slices of the frames from that one on. */
static void close_calls(struct exporter *exporter, struct export_actor *actor, size_t first, uint64_t at)
{
    for (size_t i = actor->frames.count; i > first; i--) {
        struct export_frame *frame = &actor->frames.items[i - 1];
        if (frame->has_slice)
            tell_call(exporter, actor, frame, at);
        frame->has_slice = false;
    }
}

static void push_frame(struct exporter *exporter, struct export_actor *actor, struct export_frame frame)
{
    if (actor->frames.count >= frames_max) {
        actor->frames_beyond++;
        return;
    }
    frame.from = exporter_at(exporter->now);
    /* The first one stands for the step itself. */
    bool is_step = actor->frames.count == 0 && actor->function_of_step == 0 && actor->kind != ACTOR_THREAD;
    if (is_step)
        actor->function_of_step = frame.function;
    frame.has_slice = !is_step && (actor->has_step || actor->kind == ACTOR_THREAD);
    if (VECTOR_PUSH(&actor->frames, frame) != STATUS_OK)
        exporter_fail(exporter, STATUS_NOMEM);
}

static void remove_frame(struct exporter *exporter, struct export_actor *actor, size_t i)
{
    close_calls(exporter, actor, i, exporter_after(exporter->now));
    actor->frames.count--;
    for (; i < actor->frames.count; i++)
        actor->frames.items[i] = actor->frames.items[i + 1];
}

static void enter(struct exporter *exporter, const struct event *event, struct export_actor *actor)
{
    if (event->field[2] != 0 && map_put(&exporter->generators, event->field[2], event->field[0]) != STATUS_OK)
        exporter_fail(exporter, STATUS_NOMEM);
    push_frame(exporter, actor,
               (struct export_frame){.function = event->field[0], .generator = event->field[2]});
}

static void leave_generator(struct exporter *exporter, struct export_actor *actor, uint64_t generator)
{
    for (size_t i = actor->frames.count; i > 0; i--)
        if (actor->frames.items[i - 1].generator == generator) {
            remove_frame(exporter, actor, i - 1);
            return;
        }
}

/* A block is left as a function is: what is innermost. */
static void leave_innermost(struct exporter *exporter, struct export_actor *actor)
{
    if (actor->frames_beyond > 0)
        actor->frames_beyond--;
    else if (actor->frames.count > 0)
        remove_frame(exporter, actor, actor->frames.count - 1);
}

static void leave(struct exporter *exporter, const struct event *event, struct export_actor *actor)
{
    if (event->field[0] != 0) {
        leave_generator(exporter, actor, event->field[0]);
        map_remove(&exporter->generators, event->field[0], NULL);
    } else {
        leave_innermost(exporter, actor);
    }
}

static void resume(struct exporter *exporter, const struct event *event, struct export_actor *actor)
{
    uint64_t function;
    if (map_get(&exporter->generators, event->field[0], &function))
        push_frame(exporter, actor,
                   (struct export_frame){.function = function, .generator = event->field[0]});
}

static void note_await(const struct event *event, struct export_actor *actor)
{
    if (actor->frames.count > 0)
        actor->frames.items[actor->frames.count - 1].await = event->field[0];
}

/* ---- waits ---- */

/* "await asyncio.sleep(0)"; what `async with` and `async for` wait for is no `await` in the source. */
static void name_wait(struct exporter *exporter, const struct trace_site *site, struct buffer *name)
{
    static const char word[] = "await ";
    struct text text = site == NULL ? TEXT_NONE : trace_string(exporter->trace, site->expression);
    if (text.length == 0)
        buffer_add_string(name, "(waits)");
    else if (text.length < sizeof word - 1 || memcmp(text.bytes, word, sizeof word - 1) != 0)
        buffer_add_string(name, "waits at ");
    buffer_add(name, text);
}

static void tell_wait(struct exporter *exporter, struct export_actor *actor, uint64_t at)
{
    uint64_t from = within_lane(actor, actor->waits_from);
    const struct export_frame *frame =
        actor->frames.count == 0 ? NULL : &actor->frames.items[actor->frames.count - 1];
    uint64_t site = frame == NULL ? 0 : frame->await;
    actor->waits_from = 0;
    if (exporter->sink == NULL || actor->lane == 0 || from >= at)
        return;
    struct export_mark wait = {
        .track = actor->lane,
        .from = from,
        .to = at,
        .category = EXPORT_WAIT,
        .place = exporter_site(exporter, site),
    };
    struct buffer name, object;
    buffer_init(&name);
    buffer_init(&object);
    name_wait(exporter, trace_site(exporter->trace, site), &name);
    exporter_object_name(exporter, actor->waits_for, &object);
    wait.name = (struct export_text){buffer_text(&name), true};
    exporter_add_text(&wait, "for", buffer_text(&object), true);
    exporter_tell(exporter, &wait);
    exporter_drop(exporter, &object);
    exporter_drop(exporter, &name);
}

/* ---- steps ---- */

static struct export_text name_of_step(struct exporter *exporter, const struct export_actor *actor,
                                       struct buffer *buffer)
{
    if (actor->kind != ACTOR_THREAD && actor->function_of_step != 0) {
        struct export_place place = exporter_function(exporter, actor->function_of_step);
        if (place.key != 0)
            return (struct export_text){place.function, true};
    }
    return (struct export_text){exporter_actor_name(exporter, actor->name, actor->number, buffer), false};
}

/* `why` it ends, where that is no end of its own; empty otherwise. */
static void tell_step(struct exporter *exporter, struct export_actor *actor, uint64_t at,
                      uint64_t microseconds, const char *why)
{
    struct buffer number;
    buffer_init(&number);
    close_calls(exporter, actor, 0, at);
    struct export_mark step = {
        .track = lanes_lane(exporter, actor),
        .from = within_lane(actor, actor->from),
        .to = at,
        .category = EXPORT_STEP,
        .name = name_of_step(exporter, actor, &number),
        .place = exporter_function(exporter, actor->function_of_step),
        .out = actor->out.items,
        .out_count = actor->out.count,
        .in = actor->in.items,
        .in_count = actor->in.count,
    };
    if (actor->lane == 0 && step.name.comes_again)
        exporter_add_text(&step, "actor", exporter_actor_name(exporter, actor->name, actor->number, &number),
                          false);
    if (microseconds != 0)
        exporter_add_number(&step, "measured_microseconds", microseconds);
    exporter_add_text(&step, "cut", text_of(why), true);
    exporter_tell(exporter, &step);
    actor->out.count = actor->in.count = 0;
    actor->has_step = false;
    exporter_drop(exporter, &number);
}

/* Of one that is only told so that it is known how things stood. */
static void drop_step(struct export_actor *actor)
{
    for (size_t i = 0; i < actor->frames.count; i++)
        actor->frames.items[i].has_slice = false;
    actor->has_step = false;
}

static void open_step(struct export_actor *actor, uint64_t begin)
{
    actor->has_step = true;
    actor->begin = begin;
    actor->from = exporter_at(begin);
    actor->reached_count = 0;
    actor->function_of_step =
        actor->frames.count == 0 ? 0 : actor->frames.items[actor->frames.count - 1].function;
}

/* Ends what of the actor is drawn, whether or not its step was seen to begin. */
static void stop(struct exporter *exporter, struct export_actor *actor, uint64_t at, uint64_t microseconds,
                 const char *why)
{
    if (actor->has_step)
        tell_step(exporter, actor, at, microseconds, why);
    else
        close_calls(exporter, actor, 0, at);
}

/* Ends what the thread runs from that place of its stack on, the innermost first. */
static void cut_thread(struct exporter *exporter, const struct export_thread *thread, size_t first,
                       uint64_t at, const char *why)
{
    for (size_t i = thread->running.count; i > first; i--)
        stop(exporter, thread->running.items[i - 1], at, 0, why);
}

/* The end of the step that the actor is in was lost, and so were those of all that began in it. */
static void cut_lost_step(struct exporter *exporter, struct export_actor *actor, uint64_t at)
{
    const struct export_thread *thread = actors_thread(exporter, actor->thread_of_step);
    size_t i = thread == NULL ? 0 : thread->running.count;
    while (i > 0 && thread->running.items[i - 1] != actor)
        i--;
    if (i > 0)
        cut_thread(exporter, thread, i - 1, at, "its end is not in the trace");
    stop(exporter, actor, at, 0, "its end is not in the trace");
}

static void begin(struct exporter *exporter, const struct event *event)
{
    struct export_actor *actor = actors_actor(exporter, event->field[0]);
    if (actor != NULL && actor->steps_open > 0)
        cut_lost_step(exporter, actor, exporter_at(event->number));
    struct export_thread *thread = actors_thread(exporter, event->thread);
    if (actor == NULL || thread == NULL)
        return;
    if (VECTOR_PUSH(&thread->running, actor) != STATUS_OK) {
        exporter_fail(exporter, STATUS_NOMEM);
        return;
    }
    actor->steps_open++;
    actor->thread_of_step = event->thread;
    if (actor->lane == 0)
        actor->thread = event->thread;
    if (!event->is_state)
        lanes_take(exporter, actor);
    if (actor->waits_from != 0)
        tell_wait(exporter, actor, exporter_at(event->number));
    open_step(actor, event->number);
    arrows_receive(exporter, event, event->field[1], actor);
}

static void bury(struct exporter *exporter, struct export_actor *actor, uint64_t at)
{
    if (actor->waits_from != 0)
        tell_wait(exporter, actor, at);
    lanes_give_back(exporter, actor, at);
    actors_forget(exporter, actor);
}

/* A thread that lived through a gap: what ends now may have begun in it. */
static bool may_be_lost_step(const struct exporter *exporter, const struct export_thread *thread)
{
    return exporter->has_gap && thread->running.count == 1 && thread->running.items[0]->kind == ACTOR_THREAD;
}

static void end(struct exporter *exporter, const struct event *event)
{
    struct export_thread *thread = actors_thread(exporter, event->thread);
    if (thread == NULL || thread->running.count == 0 || may_be_lost_step(exporter, thread))
        return;
    struct export_actor *actor = thread->running.items[--thread->running.count];
    uint64_t at = exporter_after(event->number);
    actor->steps_open--;
    if (event->is_state)
        drop_step(actor);
    else if (actor->thread_of_step == event->thread)
        stop(exporter, actor, at, event->field[0], "");
    if (actor->kind == ACTOR_TASK && !actor->is_finished)
        actor->waits_from = at;
    if (actor->is_finished && actor->steps_open == 0)
        bury(exporter, actor, at);
}

static void finish(struct exporter *exporter, const struct event *event)
{
    struct export_actor *actor = map_get_pointer(&exporter->actors, event->field[0]);
    if (actor == NULL)
        return;
    actor->is_finished = true;
    if (actor->steps_open == 0)
        bury(exporter, actor, exporter_after(event->number));
}

void slices_event(struct exporter *exporter, const struct event *event)
{
    if (event->kind == EVENT_BEGIN)
        begin(exporter, event);
    else if (event->kind == EVENT_END)
        end(exporter, event);
    else if (event->kind == EVENT_FINISH)
        finish(exporter, event);
    struct export_actor *actor = actors_running(exporter, event->thread);
    if (actor == NULL)
        return;
    switch (event->kind) {
    case EVENT_ENTER:
        enter(exporter, event, actor);
        break;
    case EVENT_LEAVE:
        leave(exporter, event, actor);
        break;
    case EVENT_BLOCK:
        push_frame(exporter, actor, (struct export_frame){.block = event->field[1]});
        break;
    case EVENT_BLOCK_END:
        leave_innermost(exporter, actor);
        break;
    case EVENT_PAUSE:
        leave_generator(exporter, actor, event->field[0]);
        break;
    case EVENT_RESUME:
        resume(exporter, event, actor);
        break;
    case EVENT_AWAIT:
        note_await(event, actor);
        break;
    case EVENT_WAIT:
        actor->waits_for = event->field[0];
        break;
    case EVENT_WOKEN:
        actor->waits_for = 0;
        break;
    default:
        break;
    }
}

/* ---- where something is missing, and at the end ---- */

static void cut_threads(struct exporter *exporter, uint64_t at, const char *why)
{
    for (size_t i = 0; i < exporter->threads.count; i++)
        cut_thread(exporter, &exporter->threads.items[i], 0, at, why);
}

static void cut_waits(struct exporter *exporter, uint64_t at)
{
    size_t cursor = 0;
    uint64_t number, value;
    while (map_next(&exporter->actors, &cursor, &number, &value)) {
        struct export_actor *actor = (struct export_actor *)(uintptr_t)value;
        if (actor->waits_from != 0)
            tell_wait(exporter, actor, at);
        actor->frames.count = 0;
        actor->frames_beyond = 0;
    }
}

/* What ran on the thread is over, as far as anybody knows, but for the thread itself, whose calls go on being drawn. */
static void keep_bottom(struct exporter *exporter, struct export_thread *thread, uint64_t at)
{
    while (thread->running.count > 0) {
        struct export_actor *actor = thread->running.items[thread->running.count - 1];
        if (thread->running.count == 1 && actor->kind == ACTOR_THREAD)
            return;
        thread->running.count--;
        if (--actor->steps_open == 0 && actor->is_finished)
            bury(exporter, actor, at);
    }
}

void slices_gap(struct exporter *exporter, uint64_t at)
{
    cut_threads(exporter, at, "something is missing from here on");
    cut_waits(exporter, at);
    for (size_t i = 0; i < exporter->threads.count; i++)
        keep_bottom(exporter, &exporter->threads.items[i], at);
    exporter->has_gap = true;
}

void slices_end(struct exporter *exporter, uint64_t at)
{
    size_t cursor = 0;
    uint64_t number, value;
    bool is_complete = trace_info(exporter->trace)->complete;
    cut_threads(exporter, at, is_complete ? "it ran when the recording ended" : "the trace stops here");
    while (map_next(&exporter->actors, &cursor, &number, &value))
        lanes_take(exporter, (struct export_actor *)(uintptr_t)value);
    cut_waits(exporter, at);
    cursor = 0;
    while (map_next(&exporter->actors, &cursor, &number, &value))
        lanes_give_back(exporter, (struct export_actor *)(uintptr_t)value, at);
}
