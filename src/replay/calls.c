/* Which functions run, innermost on top of each actor's stack.
 *
 * In: enter, leave, pause, resume and await events. Out: activations (activation.c). What must hold: an access finds its
 * activation by function even when an end of a call was not seen. */
#include "replay/handlers.h"

/* How far down the stack an access looks for its function: deeper lies what an unseen end has left behind. */
enum { stack_search_max = 64 };

/* Puts it on the stack; takes over the reference. */
static void push(struct actor *actor, struct activation *activation)
{
    activation->actor = actor;
    actor->top = activation;
}

/* Takes the topmost activation off; its caller is on top then. The reference is returned. */
static struct activation *pop(struct actor *actor)
{
    struct activation *activation = actor->top;
    actor->top = activation_retain(activation->caller);
    activation->actor = NULL;
    return activation;
}

/* A number that comes again (in a trace that is damaged) stands for the later one. */
static enum status remember_generator(struct replay *replay, struct activation *activation)
{
    struct activation *former = map_get_pointer(&replay->generators, activation->generator);
    enum status status = map_put_pointer(&replay->generators, activation->generator, activation);
    if (status != STATUS_OK)
        return status;
    activation_retain(activation);
    activation_release(&replay->cells, former);
    return STATUS_OK;
}

enum status calls_enter(struct replay *replay, const struct event *event)
{
    struct actor *actor = steps_running(replay, event);
    if (actor == NULL)
        return STATUS_NOMEM;
    uint32_t function = (uint32_t)event->field[0];
    struct activation *activation;
    if (actor->top == NULL)
        activation = activation_new_spawned(&replay->cells, replay->trace, function, actor);
    else
        activation = activation_new(&replay->cells, replay->trace, function, actor->top,
                                    trace_site(replay->trace, event->field[1]));
    if (activation == NULL)
        return STATUS_NOMEM;
    activation->generator = event->field[2];
    activation->step = actor->step;
    activation_release(&replay->cells, actor->top);
    push(actor, activation);
    if (activation->generator == 0)
        return STATUS_OK;
    return remember_generator(replay, activation);
}

/* Where the result of the activation goes: to the call in its caller, or to where its actor was made. */
static enum status hand_back(struct replay *replay, const struct actor *actor,
                             const struct activation *activation)
{
    if (activation->caller != NULL)
        return activation_return(&replay->cells, activation, activation->caller, activation->call_site);
    return activation_return_spawned(&replay->cells, activation, actor);
}

/* Takes the generator's activation out of the stack it is in, wherever in it. */
static void unlink(struct replay *replay, struct activation *activation)
{
    struct actor *actor = activation->actor;
    if (actor == NULL)
        return;
    struct activation **link = &actor->top;
    while (*link != NULL && *link != activation)
        link = &(*link)->caller;
    if (*link == NULL)
        return;
    *link = activation_retain(activation->caller);
    activation->actor = NULL;
    activation_release(&replay->cells, activation);
}

static enum status leave_generator(struct replay *replay, struct actor *actor, uint64_t number)
{
    uint64_t value;
    if (!map_remove(&replay->generators, number, &value))
        return STATUS_OK;
    struct activation *activation = (struct activation *)(uintptr_t)value;
    enum status status = activation->actor == NULL ? STATUS_OK : hand_back(replay, actor, activation);
    activation->is_left = true;
    unlink(replay, activation);
    activation_release(&replay->cells, activation);
    return status;
}

enum status calls_leave(struct replay *replay, const struct event *event)
{
    struct actor *actor = steps_running(replay, event);
    if (actor == NULL)
        return STATUS_NOMEM;
    if (event->field[0] != 0)
        return leave_generator(replay, actor, event->field[0]);
    if (actor->top == NULL)
        return STATUS_OK;
    struct activation *activation = pop(actor);
    enum status status = hand_back(replay, actor, activation);
    activation->is_left = true;
    activation_release(&replay->cells, activation);
    return status;
}

enum status calls_pause(struct replay *replay, const struct event *event)
{
    struct actor *actor = steps_running(replay, event);
    struct activation *activation = map_get_pointer(&replay->generators, event->field[0]);
    if (actor == NULL)
        return STATUS_NOMEM;
    if (activation == NULL || activation->actor == NULL)
        return STATUS_OK;
    enum status status = hand_back(replay, actor, activation);
    unlink(replay, activation);
    return status;
}

enum status calls_resume(struct replay *replay, const struct event *event)
{
    struct actor *actor = steps_running(replay, event);
    struct activation *activation = map_get_pointer(&replay->generators, event->field[0]);
    if (actor == NULL)
        return STATUS_NOMEM;
    if (activation == NULL || activation->actor != NULL)
        return STATUS_OK;
    struct activation *before = activation->caller;
    activation->caller = actor->top; /* takes over the stack's reference */
    activation_release(&replay->cells, before);
    const struct trace_site *site = trace_site(replay->trace, event->field[1]);
    if (site != NULL)
        activation->call_site = site;
    push(actor, activation_retain(activation));
    return STATUS_OK;
}

struct activation *calls_activation(struct replay *replay, struct actor *actor, uint32_t function)
{
    int depth = 0;
    for (struct activation *activation = actor->top; activation != NULL && depth < stack_search_max;
         activation = activation->caller, depth++)
        if (activation->function == function)
            return activation;
    struct activation *made_up = activation_new(&replay->cells, replay->trace, function, actor->top, NULL);
    if (made_up == NULL)
        return NULL;
    activation_release(&replay->cells, actor->top);
    push(actor, made_up);
    return made_up;
}

enum status calls_await(struct replay *replay, const struct event *event)
{
    struct actor *actor = steps_running(replay, event);
    const struct trace_site *site = trace_site(replay->trace, event->field[0]);
    if (actor == NULL)
        return STATUS_NOMEM;
    if (site == NULL)
        return STATUS_OK;
    struct activation *activation = calls_activation(replay, actor, site->function);
    if (activation == NULL)
        return STATUS_NOMEM;
    activation->await_site = site;
    activation->await_number = replay->now;
    return accesses_pass(replay, actor, NULL, site, activation);
}

void calls_unwind(struct replay *replay, struct actor *actor)
{
    while (actor->top != NULL) {
        struct activation *activation = pop(actor);
        activation->is_left = true;
        activation_release(&replay->cells, activation);
    }
}

void calls_fini(struct replay *replay)
{
    size_t cursor = 0;
    uint64_t number;
    uint64_t value;
    while (map_next(&replay->generators, &cursor, &number, &value))
        activation_release(&replay->cells, (struct activation *)(uintptr_t)value);
}
