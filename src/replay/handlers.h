/* What each kind of event does to the replay; shared by the files of this folder only.
 *
 * Every handler takes the event as it stands in the trace and returns STATUS_OK, STATUS_NOMEM, STATUS_LIMIT or what the
 * observer returned. */
#ifndef STALEREAD_REPLAY_HANDLERS_H
#define STALEREAD_REPLAY_HANDLERS_H

#include "replay/replay.h"

typedef enum status replay_handler(struct replay *replay, const struct event *event);

/* steps.c */
replay_handler steps_actor, steps_begin, steps_end, steps_finish, steps_loop, steps_loop_close, steps_gap;
/* Whoever runs on the event's thread, made up if nobody is known to; NULL: no memory. */
struct actor *steps_running(struct replay *replay, const struct event *event) WARN_UNUSED;
/* From here on the order between threads is followed. STATUS_OK, STATUS_NOMEM or STATUS_LIMIT. */
enum status steps_follow_run(struct replay *replay) WARN_UNUSED;
/* The time of the event's thread, which somebody runs on; NULL: no memory (the pool of clocks is marked exhausted then). */
struct run_time *steps_followed_time(struct replay *replay, const struct event *event);
/* The same; NULL also where no order between threads is followed. */
static inline struct run_time *steps_run_time(struct replay *replay, const struct event *event)
{
    return replay->run_order.is_followed ? steps_followed_time(replay, event) : NULL;
}
/* Lets go of all actors and threads. */
void steps_fini(struct replay *replay);

/* edges.c */
replay_handler edges_schedule, edges_wake, edges_send, edges_receive, edges_retire;

/* holding.c */
replay_handler holding_lock, holding_acquire, holding_release;
void holding_fini(struct replay *replay);

/* flags.c: a write of a cell that may be, or become, a home-made lock; before the cell remembers it. */
enum status flags_write(struct replay *replay, struct actor *actor, struct cell *cell, uint64_t value,
                        const struct dependence *dependence) WARN_UNUSED;
/* What the step claimed counts for all that it read: a claim does not suspend, so nobody came in between. */
enum status flags_end_step(struct actor *actor) WARN_UNUSED;
void flags_fini(struct replay *replay);

/* calls.c */
replay_handler calls_enter, calls_leave, calls_pause, calls_resume, calls_await;
/* The running activation of the function on the actor's stack, made up if there is none; NULL: no memory. */
struct activation *calls_activation(struct replay *replay, struct actor *actor, uint32_t function)
    WARN_UNUSED;
/* Takes every activation off the actor's stack. */
void calls_unwind(struct replay *replay, struct actor *actor);
void calls_fini(struct replay *replay);

/* located.c: accesses of which only a location is known. */
replay_handler located_access;

/* accesses.c */
replay_handler accesses_object, accesses_keep, accesses_local, accesses_drop, accesses_read, accesses_write,
    accesses_key, accesses_value;

/* Tells of a call of, or (object not NULL) an access to, what the site's function got hold of in an earlier step and somebody has
 * replaced since. */
enum status accesses_pass(struct replay *replay, struct actor *actor, const struct object *object,
                          const struct trace_site *site, struct activation *activation) WARN_UNUSED;

#endif
