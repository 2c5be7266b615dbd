/* Actors and their steps.
 *
 * In: actor, begin, end, finish, loop and gap events. Out: who runs on each thread, with clocks and locks as they were when the
 * step began. What must hold: the bottom of a thread's stack is the thread's own actor as long as it lives. */
#include <stdlib.h>

#include "replay/handlers.h"

enum { threads_max = 1 << 20 };

static struct actor *actor_new(struct replay *replay, uint64_t number, enum actor_kind kind, uint64_t loop)
{
    struct actor *actor = calloc(1, sizeof *actor);
    if (actor == NULL)
        return NULL;
    *actor = (struct actor){.references = 1, .kind = kind, .number = number, .loop = loop};
    if (map_put_pointer(&replay->actors, number, actor) != STATUS_OK) {
        actor_release(actor);
        return NULL;
    }
    replay->actor_count++;
    return actor;
}

/* One that nobody declared. After a gap it may have lived through that, and on whose loop nobody knows. */
static struct actor *make_up(struct replay *replay, uint64_t number, enum actor_kind kind)
{
    struct actor *actor = actor_new(replay, number, kind, 0);
    if (actor != NULL)
        actor->is_blind = replay->has_gap;
    return actor;
}

/* The actor of that number. */
static struct actor *actor_of(struct replay *replay, uint64_t number)
{
    struct actor *actor = map_get_pointer(&replay->actors, number);
    return actor != NULL ? actor : make_up(replay, number, ACTOR_CALLBACK);
}

static struct replay_thread *thread_of(struct replay *replay, const struct event *event)
{
    if (event->thread >= threads_max)
        return NULL;
    while (replay->threads.count <= event->thread)
        if (VECTOR_PUSH(&replay->threads, (struct replay_thread){0}) != STATUS_OK)
            return NULL;
    if (replay->threads.count > 1 && steps_follow_run(replay) != STATUS_OK)
        return NULL;
    return &replay->threads.items[event->thread];
}

/* ---- Order between threads, as this run went ---- */

enum status steps_follow_run(struct replay *replay)
{
    if (replay->run_order.is_followed)
        return STATUS_OK;
    replay->run_order.is_followed = true;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < replay->threads.count; i++) {
        struct replay_thread *thread = &replay->threads.items[i];
        if (thread->running.count > 0)
            status = run_time_begin(&replay->run_order, &replay->order.clocks, &thread->time,
                                    thread->running.items[0].actor, NULL);
    }
    return status;
}

/* The actor at the bottom of the thread's stack has begun, with or without a token. */
static enum status begin_run(struct replay *replay, struct replay_thread *thread, const struct token *token)
{
    const struct actor *owner = thread->running.items[0].actor;
    enum status status =
        run_time_begin(&replay->run_order, &replay->order.clocks, &thread->time, owner, token);
    if (token == NULL && owner->creator == NULL)
        thread->time.known_before = replay->now;
    return status;
}

struct run_time *steps_followed_time(struct replay *replay, const struct event *event)
{
    struct replay_thread *thread = &replay->threads.items[event->thread];
    if (thread->time.owner != thread->running.items[0].actor->number &&
        begin_run(replay, thread, NULL) != STATUS_OK) {
        replay->order.clocks.exhausted = true;
        return NULL;
    }
    return &thread->time;
}

/* The innermost actor of the thread, or NULL. */
static struct actor *innermost(struct replay *replay, const struct event *event)
{
    if (event->thread >= replay->threads.count || replay->threads.items[event->thread].running.count == 0)
        return NULL;
    const struct replay_thread *thread = &replay->threads.items[event->thread];
    return thread->running.items[thread->running.count - 1].actor;
}

struct actor *steps_running(struct replay *replay, const struct event *event)
{
    struct actor *actor = innermost(replay, event);
    if (actor != NULL)
        return actor;
    /* Numbers of the agent are small; those of made-up threads cannot meet them. */
    actor = make_up(replay, UINT64_MAX - event->number, ACTOR_THREAD);
    struct replay_thread *thread = thread_of(replay, event);
    if (actor == NULL || thread == NULL || slots_admit(&replay->order.slots, actor) != STATUS_OK)
        return NULL;
    actor->step = actor->reopened = replay->now;
    if (VECTOR_PUSH(&thread->running, (struct running){.actor = actor_retain(actor)}) != STATUS_OK)
        return NULL;
    actor->steps_open++;
    return actor;
}

enum status steps_actor(struct replay *replay, const struct event *event)
{
    uint64_t number = event->field[0];
    if (map_get_pointer(&replay->actors, number) != NULL)
        return STATUS_OK;
    struct actor *creator = innermost(replay, event);
    struct actor *actor = actor_new(replay, number, (enum actor_kind)event->field[1], event->field[3]);
    if (actor == NULL)
        return STATUS_NOMEM;
    actor->name = event->field[2];
    actor_descend(actor, creator);
    if (actor->kind == ACTOR_THREAD && actor->creator != NULL && steps_follow_run(replay) != STATUS_OK)
        return STATUS_NOMEM;
    actor->made_at = trace_site(replay->trace, event->field[5]);
    if (actor->creator == NULL)
        return STATUS_OK;
    actor->made_step = actor->creator->step;
    actor->made = replay->now;
    if (lockset_held(&actor->lent_locks, actor->creator->locks, actor->creator->lent_locks) != STATUS_OK)
        return STATUS_NOMEM;
    if (actor->made_at == NULL)
        return STATUS_OK;
    struct activation *maker = calls_activation(replay, actor->creator, actor->made_at->function);
    if (maker == NULL)
        return STATUS_NOMEM;
    actor->maker = activation_retain(maker);
    maker->spawned = number;
    maker->spawned_step = actor->creator->step;
    maker->spawned_event = replay->now;
    maker->spawned_at = actor->made_at;
    return activation_guards(&replay->cells, maker, actor->made_at, &actor->inherited_control,
                             &actor->inherited_waited);
}

/* The actor begins a step with the handle that the token stands for. */
static enum status receive_handle(struct replay *replay, struct actor *actor, const struct token *token,
                                  struct running *running)
{
    if (token->is_wake)
        actor->asked_epoch = actor->epoch;
    enum status status = order_receive(&replay->order, actor, token);
    if (status != STATUS_OK || token->handle == NULL || actor->loop == 0)
        return status;
    running->handle = fifo_handle_retain(token->handle);
    return order_receive_fifo(&replay->order, actor, token);
}

enum status steps_begin(struct replay *replay, const struct event *event)
{
    struct replay_thread *thread = thread_of(replay, event);
    struct actor *actor = actor_of(replay, event->field[0]);
    if (thread == NULL || actor == NULL)
        return STATUS_NOMEM;
    struct actor *below = innermost(replay, event);
    if (below != NULL && below->kind == ACTOR_THREAD && actor->loop != 0)
        below->hosted = actor->loop;
    struct running running = {.actor = actor_retain(actor), .token = event->field[1]};
    if (VECTOR_PUSH(&thread->running, running) != STATUS_OK) {
        actor_release(actor);
        return STATUS_NOMEM;
    }
    actor->asked_epoch = 0;
    actor->step = actor->reopened = replay->now;
    actor->steps_open++;
    lockset_release(actor->entry_locks);
    actor->entry_locks = lockset_retain(actor->locks);
    enum status status = STATUS_OK;
    const struct token *token = map_get_pointer(&replay->order.tokens, event->field[1]);
    if (replay->run_order.is_followed) {
        if (thread->running.count == 1 && begin_run(replay, thread, token) != STATUS_OK)
            return STATUS_NOMEM;
        struct run_time *time =
            thread->running.count > 1 && token != NULL ? steps_run_time(replay, event) : NULL;
        if (time != NULL)
            run_time_receive(&replay->order.clocks, time, token);
    }
    if (token != NULL)
        status = receive_handle(replay, actor, token, &thread->running.items[thread->running.count - 1]);
    if (status != STATUS_OK || actor->slots == NULL)
        return status != STATUS_OK ? status : slots_admit(&replay->order.slots, actor);
    slots_advance(&replay->order.slots, actor);
    return STATUS_OK;
}

/* What was read in this step learns which await ended it: that of the innermost call, from where it was read outwards, that
 * is not over. */
static void settle_reads(struct replay *replay, struct actor *actor)
{
    for (size_t i = 0; i < actor->fresh_reads.count; i++) {
        struct read *read = actor->fresh_reads.items[i];
        const struct activation *activation = read->activation;
        while (activation != NULL && activation->is_left)
            activation = activation->caller;
        read->suspended = activation == NULL ? NULL : activation->await_site;
        read->suspended_number = activation == NULL ? 0 : activation->await_number;
        activation_release(&replay->cells, read->activation);
        read->activation = NULL;
        read_release(&replay->cells, read);
    }
    actor->fresh_reads.count = actor->fresh_reads_kept = 0;
    situation_leave(&replay->cells, actor);
}

/* Lets go of all that nobody can ask a dead actor about, and of the table's reference. */
static void let_go(struct replay *replay, struct actor *actor)
{
    settle_reads(replay, actor);
    calls_unwind(replay, actor);
    clock_release(&replay->order.clocks, actor->clock);
    actor->clock = NULL;
    lockset_release(actor->locks);
    lockset_release(actor->entry_locks);
    lockset_release(actor->lent_locks);
    fifo_backlog_release(&replay->order.fifo, actor->backlog);
    actor->backlog = NULL;
    actor->locks = actor->entry_locks = actor->lent_locks = NULL;
    activation_release(&replay->cells, actor->maker);
    actor->maker = NULL;
    origins_release(&replay->cells, actor->inherited_control);
    origins_release(&replay->cells, actor->inherited_waited);
    actor->inherited_control = actor->inherited_waited = NULL;
    VECTOR_FINI(&actor->fresh_reads);
    VECTOR_FINI(&actor->sent);
    slots_end(&replay->order.slots, actor);
    actor_release(actor);
}

static void bury(struct replay *replay, struct actor *actor)
{
    if (map_remove(&replay->actors, actor->number, NULL))
        let_go(replay, actor);
}

/* After a gap a step may end whose begin was lost. A thread itself that lived through it is not taken for over then: what its
 * loop runs next would look like threads of their own. */
static bool may_end_lost_step(const struct replay_thread *thread)
{
    const struct actor *actor = thread->running.items[0].actor;
    return thread->running.count == 1 && actor->kind == ACTOR_THREAD && actor->is_blind;
}

enum status steps_end(struct replay *replay, const struct event *event)
{
    if (innermost(replay, event) == NULL)
        return STATUS_OK;
    struct replay_thread *thread = &replay->threads.items[event->thread];
    if (may_end_lost_step(thread))
        return STATUS_OK;
    struct running running = thread->running.items[--thread->running.count];
    struct actor *actor = running.actor;
    actor->steps_open--;
    enum status status = flags_end_step(actor);
    settle_reads(replay, actor);
    if (status == STATUS_OK)
        status = order_end_step(&replay->order, actor);
    if (status == STATUS_OK && running.handle != NULL && !actor->is_blind)
        status = order_ran(&replay->order, actor, running.handle);
    fifo_handle_release(&replay->order.fifo, running.handle);
    struct token *token = map_get_pointer(&replay->order.tokens, running.token);
    if (token != NULL && (token->is_wake || (token->how != 0 && token->how != SCHEDULE_IO)))
        order_retire(&replay->order, running.token);
    if (status == STATUS_OK)
        status = replay->observer.step_over(replay->observer.context, actor);
    if (actor->steps_open == 0 && actor->is_finished)
        bury(replay, actor);
    actor_release(actor);
    /* What the loop's thread does between two steps of the loop is a step of its own. */
    struct actor *below = innermost(replay, event);
    if (below == NULL)
        run_time_end(&replay->run_order, &replay->order.clocks, &thread->time);
    else
        run_time_end_step(&thread->time);
    if (below != NULL && below->hosted != 0)
        below->step = below->reopened = replay->now;
    return status;
}

enum status steps_finish(struct replay *replay, const struct event *event)
{
    struct actor *actor = map_get_pointer(&replay->actors, event->field[0]);
    if (actor == NULL)
        return STATUS_OK;
    actor->is_finished = true;
    if (actor->steps_open == 0)
        bury(replay, actor);
    return STATUS_OK;
}

enum status steps_loop(struct replay *replay, const struct event *event)
{
    struct loop *loop = order_loop(&replay->order, event->field[0]);
    if (loop == NULL)
        return STATUS_NOMEM;
    loop->name = event->field[1];
    return STATUS_OK;
}

enum status steps_loop_close(struct replay *replay, const struct event *event)
{
    struct actor *actor = steps_running(replay, event);
    if (actor == NULL)
        return STATUS_NOMEM;
    order_join_loop(&replay->order, actor, event->field[0]);
    return STATUS_OK;
}

/* What was known of calls, locks and cells does not hold any more; actors that lived through the gap are not judged again. */
enum status steps_gap(struct replay *replay, const struct event *event)
{
    (void)event;
    size_t cursor = 0;
    uint64_t number;
    uint64_t value;
    replay->has_gap = true;
    while (map_next(&replay->actors, &cursor, &number, &value)) {
        struct actor *actor = (struct actor *)(uintptr_t)value;
        actor->is_blind = true;
        settle_reads(replay, actor);
        calls_unwind(replay, actor);
    }
    cursor = 0;
    for (struct cell *cell; (cell = cell_index_next(&replay->cells.index, &cursor)) != NULL;)
        cell_clear(&replay->cells, cell);
    return STATUS_OK;
}

void steps_fini(struct replay *replay)
{
    for (size_t i = 0; i < replay->threads.count; i++) {
        struct replay_thread *thread = &replay->threads.items[i];
        for (size_t j = 0; j < thread->running.count; j++) {
            actor_release(thread->running.items[j].actor);
            fifo_handle_release(&replay->order.fifo, thread->running.items[j].handle);
        }
        VECTOR_FINI(&thread->running);
        clock_release(&replay->order.clocks, thread->time.clock);
    }
    VECTOR_FINI(&replay->threads);
    size_t cursor = 0;
    uint64_t number;
    uint64_t value;
    while (map_next(&replay->actors, &cursor, &number, &value))
        let_go(replay, (struct actor *)(uintptr_t)value);
}
