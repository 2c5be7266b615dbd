/* Who holds which lock.
 *
 * In: lock, acquire and release events, located ones, too. Out: the actors' locksets; for semaphores that serve as signals, edges of order. What
 * must hold: a lock's struct lives as long as the replay, because acquisitions point to it. */
#include <stdlib.h>

#include "replay/handlers.h"

static struct lock *lock_of(struct replay *replay, uint64_t number)
{
    struct lock *lock = map_get_pointer(&replay->locks, number);
    if (lock != NULL)
        return lock;
    struct object *object = cell_table_object(&replay->cells, number);
    lock = calloc(1, sizeof *lock);
    if (object == NULL || lock == NULL || map_put_pointer(&replay->locks, number, lock) != STATUS_OK) {
        free(lock);
        return NULL;
    }
    *lock = (struct lock){.object = object_retain(object), .kind = LOCK_ASYNCIO, .permits = 1};
    return lock;
}

enum status holding_lock(struct replay *replay, const struct event *event)
{
    struct lock *lock = lock_of(replay, event->field[0]);
    if (lock == NULL)
        return STATUS_NOMEM;
    lock->kind = (enum lock_kind)event->field[1];
    lock->permits = event->field[2];
    lock->is_signal = lock->permits == 0;
    return STATUS_OK;
}

static bool is_semaphore(const struct lock *lock)
{
    return lock->kind == LOCK_ASYNCIO_SEMAPHORE || lock->kind == LOCK_THREADING_SEMAPHORE;
}

/* Release number k-n comes before acquire number k. */
static void receive_signal(struct replay *replay, struct actor *actor, const struct lock *lock)
{
    if (lock->acquire_count <= lock->permits)
        return;
    uint64_t release = lock->acquire_count - lock->permits;
    if (release > lock->release_count || release + lock->released_max <= lock->release_count)
        return;
    order_learn(&replay->order, actor, &lock->released[release % lock->released_max]);
}

/* Whether the hand-over comes in every run: the last holder had the lock before the actor asked for it, and released it after. */
static bool is_handed_over(const struct actor *actor, const struct lock *lock)
{
    if (!lock_excludes(lock) || actor->asked_epoch == 0 || lock->holder == NULL || lock->released == NULL)
        return false;
    return order_before(lock->holder->slot, lock->holder_epoch, actor->clock) &&
           order_within(actor->slot, actor->asked_epoch,
                        &lock->released[lock->release_count % lock->released_max]);
}

static enum status receive_hand_over(struct replay *replay, struct actor *actor, const struct lock *lock,
                                     uint32_t thread)
{
    if (!is_handed_over(actor, lock))
        return STATUS_OK;
    order_learn(&replay->order, actor, &lock->released[lock->release_count % lock->released_max]);
    const struct replay_thread *its = &replay->threads.items[thread];
    const struct running *running = &its->running.items[its->running.count - 1];
    const struct token *wake = map_get_pointer(&replay->order.tokens, running->token);
    return wake == NULL ? STATUS_OK : order_receive_backlog(&replay->order, actor, wake);
}

/* Tells the latest acquisition where it was made. */
static void place_latest(const struct replay *replay, const struct lockset *locks, const struct event *event)
{
    struct acquisition *latest = locks->held[locks->count - 1];
    if (event->kind == EVENT_ACQUIRE_AT) {
        latest->is_located = true;
        latest->location = (uint32_t)event->field[1];
    } else {
        latest->acquired_at = trace_site(replay->trace, event->field[1]);
    }
}

enum status holding_acquire(struct replay *replay, const struct event *event)
{
    struct actor *actor = steps_running(replay, event);
    struct lock *lock = lock_of(replay, event->field[0]);
    if (actor == NULL || lock == NULL)
        return STATUS_NOMEM;
    object_touch(lock->object, actor->number);
    struct run_time *time = lock_is_asyncio(lock) ? NULL : steps_run_time(replay, event);
    if (time != NULL)
        run_time_acquire(&replay->order.clocks, time, lock);
    lock->acquire_count++;
    if (lock->is_signal)
        receive_signal(replay, actor, lock);
    else if (receive_hand_over(replay, actor, lock, event->thread) != STATUS_OK)
        return STATUS_NOMEM;
    actor->asked_epoch = 0;
    actor_retain(actor);
    actor_release(lock->holder);
    lock->holder = actor;
    lock->holder_epoch = actor->epoch;
    if (lockset_acquire(&actor->locks, lock, replay->now) != STATUS_OK)
        return STATUS_NOMEM;
    place_latest(replay, actor->locks, event);
    if (actor->loop == 0 || !lock_is_asyncio(lock))
        return STATUS_OK;
    /* It was free; had somebody else held it, the step would have ended here, and the next one begun with it. */
    if (lock->object->is_shared)
        actor->reopened = replay->now;
    return lockset_include_latest(&actor->entry_locks, actor->locks);
}

/* Remembers when the lock was released. */
static enum status note_release(struct replay *replay, struct actor *actor, struct lock *lock)
{
    if (lock->released == NULL) {
        uint64_t places = is_semaphore(lock) ? lock_releases_max : 1;
        lock->released = calloc(places, sizeof *lock->released);
        if (lock->released == NULL)
            return STATUS_NOMEM;
        lock->released_max = places;
    }
    order_note(&replay->order, &lock->released[++lock->release_count % lock->released_max], actor);
    if (!lock_is_asyncio(lock))
        slots_advance(&replay->order.slots, actor);
    return STATUS_OK;
}

enum status holding_release(struct replay *replay, const struct event *event)
{
    struct actor *actor = steps_running(replay, event);
    struct lock *lock = lock_of(replay, event->field[0]);
    if (actor == NULL || lock == NULL)
        return STATUS_NOMEM;
    struct run_time *time = lock_is_asyncio(lock) ? NULL : steps_run_time(replay, event);
    if (time != NULL)
        run_time_release(&replay->order.clocks, time, lock);
    if ((is_semaphore(lock) || lock_is_asyncio(lock)) && note_release(replay, actor, lock) != STATUS_OK)
        return STATUS_NOMEM;
    const struct trace_site *site =
        event->kind == EVENT_RELEASE ? trace_site(replay->trace, event->field[1]) : NULL;
    bool held;
    enum status status = lockset_drop(&actor->locks, lock, site, replay->now, &held);
    if (!held && is_semaphore(lock) && !actor->is_blind)
        lock->is_signal = true;
    return status;
}

void holding_fini(struct replay *replay)
{
    size_t cursor = 0;
    uint64_t number;
    uint64_t value;
    while (map_next(&replay->locks, &cursor, &number, &value)) {
        struct lock *lock = (struct lock *)(uintptr_t)value;
        for (uint64_t i = 0; i < lock->released_max; i++)
            order_forget(&replay->order, &lock->released[i]);
        clock_release(&replay->order.clocks, lock->handed_over);
        free(lock->released);
        actor_release(lock->holder);
        object_release(lock->object);
        free(lock);
    }
}
