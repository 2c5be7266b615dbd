/* In: how workers are to live. Out: their steps, until there are events enough.
 * Must hold: a token begins one step; a worker runs, sleeps or waits for a lock, never two of these. */
#include "play.h"

#include <stdlib.h>

enum {
    HOW_SOON = 1,
    HOW_TIMER = 3,
    parents = 4,
    workers_of_parent = play_alive / parents,
    workers_at_once = 4, /* that are made in one step where nobody waits for them */
    goes_on_percent = 60,
    soon_percent = 50,
};

#define TELL(kind, ...) SINK_EVENT(play->sink, kind, __VA_ARGS__)

/* ---- who runs next ---- */

static void queue_soon(struct play *play, struct task *task)
{
    if (play->soon_count == play_handles_max)
        sink_fail("more handles than there is room for");
    play->soon[(play->soon_first + play->soon_count++) % play_handles_max] = task;
}

void play_schedule_soon(struct play *play, struct task *task)
{
    task->token = play->next_token++;
    TELL(EVENT_SCHEDULE, task->token, HOW_SOON, play_loop);
    queue_soon(play, task);
}

void play_schedule_later(struct play *play, struct task *task)
{
    if (play->later_count == play_handles_max)
        sink_fail("more timers than there is room for");
    task->token = play->next_token++;
    TELL(EVENT_SCHEDULE, task->token, HOW_TIMER, play_loop);
    play->later[play->later_count++] = task;
}

void play_wake(struct play *play, struct task *task)
{
    task->token = play->next_token++;
    TELL(EVENT_WAKE, task->token, play_loop);
    queue_soon(play, task);
}

static struct task *next_task(struct play *play)
{
    if (play->soon_count == 0 && play->later_count == 0)
        sink_fail("nobody is left to run");
    if (play->later_count == 0 || (play->soon_count != 0 && random_chance(&play->random, soon_percent))) {
        struct task *task = play->soon[play->soon_first];
        play->soon_first = (play->soon_first + 1) % play_handles_max;
        play->soon_count--;
        return task;
    }
    uint32_t place = random_below(&play->random, play->later_count);
    struct task *task = play->later[place];
    play->later[place] = play->later[--play->later_count];
    return task;
}

/* ---- workers ---- */

static void make_worker(struct play *play, struct task *parent)
{
    struct task *worker = sink_memory(1, sizeof *worker);
    worker->role = TASK_WORKER;
    worker->actor = play->next_actor++;
    worker->calls_left = play->profile.calls;
    worker->parent = parent;
    TELL(EVENT_ACTOR, worker->actor, ACTOR_TASK, TEXT_WORKER, play_loop,
         program_function(PATTERN_COUNT, (uint32_t)(worker->actor % program_variants)));
    play_schedule_soon(play, worker);
    play->alive++;
}

/* A callback that somebody leaves behind, and nobody waits for either. */
static void make_callback(struct play *play)
{
    struct task *callback = sink_memory(1, sizeof *callback);
    callback->role = TASK_CALLBACK;
    callback->actor = play->next_actor++;
    callback->calls_left = 1;
    TELL(EVENT_ACTOR, callback->actor, ACTOR_CALLBACK, TEXT_CALLBACK, play_loop);
    play_schedule_soon(play, callback);
    play->alive++;
}

static void tell_end(struct play *play, const struct task *task)
{
    struct task *parent = task->parent;
    if (parent != NULL) {
        TELL(EVENT_MERGE, parent->gathered);
        parent->running--;
        if (parent->running == 0)
            play_schedule_soon(play, parent);
    } else if (task->role == TASK_WORKER) {
        if (random_chance(&play->random, 50))
            make_callback(play);
        TELL(EVENT_SEND, play->next_token);
        if (play->retired_count < play_retired_max)
            play->retired[play->retired_count++] = play->next_token;
        play->next_token++;
    }
    TELL(EVENT_FINISH, task->actor);
    play->alive--;
}

static void sleep_on(struct play *play, struct task *task)
{
    if (random_chance(&play->random, soon_percent))
        play_schedule_soon(play, task);
    else
        play_schedule_later(play, task);
}

/* Whether the worker has ended. */
static bool work(struct play *play, struct task *task)
{
    for (;;) {
        if (!task->call.is_running)
            call_begin(play, task);
        enum call_outcome outcome = call_go_on(play, task);
        if (outcome == CALL_WAITS)
            return false;
        if (outcome == CALL_OVER && --task->calls_left == 0) {
            tell_end(play, task);
            return true;
        }
        if (outcome == CALL_SLEEPS || play->profile.is_short ||
            !random_chance(&play->random, goes_on_percent)) {
            sleep_on(play, task);
            return false;
        }
    }
}

/* ---- who makes them ---- */

/* Waits for all its workers, then makes as many again. */
static void gather(struct play *play, struct task *parent)
{
    if (parent->worker_count != 0) {
        TELL(EVENT_RECV, parent->gathered);
        TELL(EVENT_RETIRE, parent->gathered);
    }
    for (uint32_t i = 0; i < parent->worker_count; i++)
        play->sink->join(play->sink, parent->first_worker + i);
    parent->gathered = play->next_token++;
    parent->first_worker = play->next_actor;
    parent->worker_count = parent->running = workers_of_parent;
    for (uint32_t i = 0; i < workers_of_parent; i++)
        make_worker(play, parent);
}

/* Makes some where there are too few, and lets go of those that have ended. */
static void fire_and_forget(struct play *play, struct task *parent)
{
    for (; play->retired_count > 0; play->retired_count--)
        TELL(EVENT_RETIRE, play->retired[play->retired_count - 1]);
    for (uint32_t i = 0; i < workers_at_once && play->alive < play_alive; i++)
        make_worker(play, NULL);
    play_schedule_later(play, parent);
}

/* ---- the whole ---- */

static void step(struct play *play, struct task *task)
{
    bool is_over = false;
    TELL(EVENT_BEGIN, task->actor, task->token);
    if (task->role != TASK_PARENT)
        is_over = work(play, task);
    else if (play->profile.is_joined)
        gather(play, task);
    else
        fire_and_forget(play, task);
    TELL(EVENT_END, 5 + random_skewed(&play->random, 100));
    if (is_over)
        free(task);
}

static void declare(struct play *play, struct service *service)
{
    service->object = play->next_object++;
    service->entries = play->next_object++;
    service->lock = play->next_object++;
    service->queue = play->next_object++;
    TELL(EVENT_OBJECT, service->object, OBJECT_INSTANCE, TEXT_SERVICE);
    TELL(EVENT_OBJECT, service->entries, OBJECT_DICT, TEXT_DICT);
    TELL(EVENT_KEEP, service->entries, service->object, program_attribute(TEXT_ENTRIES));
    TELL(EVENT_OBJECT, service->lock, OBJECT_LOCK, TEXT_LOCK_CLASS);
    TELL(EVENT_LOCK, service->lock, LOCK_ASYNCIO, 1);
    TELL(EVENT_KEEP, service->lock, service->object, program_attribute(TEXT_LOCK));
    TELL(EVENT_OBJECT, service->queue, OBJECT_QUEUE, TEXT_QUEUE_CLASS);
    TELL(EVENT_KEEP, service->queue, service->object, program_attribute(TEXT_QUEUE));
}

static void open_play(struct play *play, struct task *made_by)
{
    TELL(EVENT_ACTOR, play->next_actor, ACTOR_THREAD, TEXT_MAIN);
    TELL(EVENT_BEGIN, play->next_actor++, 0);
    TELL(EVENT_LOOP, play_loop, TEXT_LOOP);
    for (uint32_t i = 0; i < play_services; i++)
        declare(play, &play->services[i]);
    for (uint32_t i = 0; i < parents; i++) {
        made_by[i] = (struct task){.role = TASK_PARENT, .actor = play->next_actor++};
        TELL(EVENT_ACTOR, made_by[i].actor, ACTOR_TASK, TEXT_MAIN, play_loop);
        play_schedule_soon(play, &made_by[i]);
    }
}

/* Workers that have not ended are in one of the queues, or wait for a lock. */
static void close_play(struct play *play)
{
    for (; play->soon_count > 0; play->soon_count--, play->soon_first++)
        if (play->soon[play->soon_first % play_handles_max]->role != TASK_PARENT)
            free(play->soon[play->soon_first % play_handles_max]);
    for (uint32_t i = 0; i < play->later_count; i++)
        if (play->later[i]->role != TASK_PARENT)
            free(play->later[i]);
    for (uint32_t i = 0; i < play_services; i++) {
        while (play->services[i].first_waiter != NULL) {
            struct task *waiter = play->services[i].first_waiter;
            play->services[i].first_waiter = waiter->next_waiter;
            free(waiter);
        }
    }
    free(play);
}

void play_run(struct sink *sink, struct play_profile profile, uint64_t seed, uint64_t events)
{
    struct task made_by[parents];
    struct play *play = sink_memory(1, sizeof *play);
    *play = (struct play){.sink = sink, .profile = profile, .random = seed};
    play->next_actor = play->next_token = play->next_object = 1;
    open_play(play, made_by);
    while (sink->events < events)
        step(play, next_task(play));
    close_play(play);
}
