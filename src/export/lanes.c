/* Who is drawn where.
 *
 * Threads have a lane each, where callbacks and jobs of executors stand, too, for each runs once. Tasks have lanes of their own below that of the
 * thread that they began on: each its own while there are few; where there are many, a lane whose task is over is used again,
 * and a slice around all that a task did says whose it is. Tasks for which there is no lane are drawn on their thread's.
 *
 * Must hold: what stands on one lane never overlaps. */
#include <inttypes.h>

#include "export/exporter.h"

/* Viewers draw hundreds of lanes well, and some thousands at all. */
enum { own_lanes_max = 500, lanes_max = 2000 };

static bool lanes_are_shared(const struct exporter *exporter)
{
    return exporter->plan->task_count > own_lanes_max;
}

uint64_t lanes_thread(struct exporter *exporter, uint32_t index)
{
    struct export_thread *thread = actors_thread(exporter, index);
    if (thread == NULL || exporter->sink == NULL)
        return 1;
    if (thread->track != 0)
        return thread->track;
    const struct export_actor *bottom = thread->running.count == 0 ? NULL : thread->running.items[0];
    struct text name = bottom == NULL || bottom->kind != ACTOR_THREAD
                           ? TEXT_NONE
                           : trace_string(exporter->trace, bottom->name);
    struct buffer made_up;
    buffer_init(&made_up);
    buffer_add_format(&made_up, "thread %" PRIu32, index);
    thread->track =
        exporter_track(exporter, EXPORT_THREAD, 0, index, name.length != 0 ? name : buffer_text(&made_up),
                       "what the thread did, and the callbacks and jobs that ran on it");
    exporter_drop(exporter, &made_up);
    return thread->track;
}

int lanes_digits(const struct exporter *exporter)
{
    int digits = 1;
    uint64_t most = exporter->plan->task_count < lanes_max ? exporter->plan->task_count : lanes_max;
    for (; most >= 10 && digits < 9; most /= 10)
        digits++;
    return digits;
}

/* "02 Task-2 Counter.increment": viewers sort by name, and who ran first should stand first. */
static uint64_t new_lane(struct exporter *exporter, const struct export_actor *actor, uint64_t parent)
{
    struct buffer name, number;
    buffer_init(&name);
    buffer_init(&number);
    exporter->lane_count++;
    buffer_add_format(&name, "%0*" PRIu64 " ", lanes_digits(exporter), exporter->lane_count);
    if (lanes_are_shared(exporter)) {
        buffer_add_string(&name, "tasks");
    } else {
        buffer_add(&name, exporter_actor_name(exporter, actor->name, actor->number, &number));
        struct text function = exporter_function(exporter, actor->function).function;
        if (function.length != 0)
            buffer_add_char(&name, ' ');
        buffer_add(&name, function);
    }
    uint64_t track = exporter_track(exporter, EXPORT_LANE, parent, 0, buffer_text(&name),
                                    lanes_are_shared(exporter)
                                        ? "tasks, one after another; a slice around each says whose it is"
                                        : "a task: its steps, and what it awaited between them");
    exporter_drop(exporter, &number);
    exporter_drop(exporter, &name);
    return track;
}

void lanes_take(struct exporter *exporter, struct export_actor *actor)
{
    if (actor->kind != ACTOR_TASK || actor->lane != 0 || exporter->sink == NULL)
        return;
    uint64_t parent = lanes_thread(exporter, actor->thread);
    struct export_thread *thread = actors_thread(exporter, actor->thread);
    if (thread == NULL)
        return;
    if (thread->free_lanes.count > 0)
        actor->lane = thread->free_lanes.items[--thread->free_lanes.count];
    else if (exporter->lane_count < lanes_max)
        actor->lane = new_lane(exporter, actor, parent);
    actor->shares_lane = actor->lane != 0 && lanes_are_shared(exporter);
    actor->lane_from = exporter_at(exporter->now);
}

void lanes_give_back(struct exporter *exporter, struct export_actor *actor, uint64_t at)
{
    if (!actor->shares_lane)
        return;
    struct buffer number;
    buffer_init(&number);
    struct export_mark life = {
        .track = actor->lane,
        .from = actor->lane_from,
        .to = at,
        .category = EXPORT_ACTOR,
        .name = {exporter_actor_name(exporter, actor->name, actor->number, &number), false},
        .place = exporter_function(exporter, actor->function),
    };
    exporter_tell(exporter, &life);
    exporter_drop(exporter, &number);
    struct export_thread *thread = actors_thread(exporter, actor->thread);
    if (thread != NULL && VECTOR_PUSH(&thread->free_lanes, actor->lane) != STATUS_OK)
        exporter_fail(exporter, STATUS_NOMEM);
    actor->shares_lane = false;
    actor->lane = 0;
}

uint64_t lanes_lane(struct exporter *exporter, const struct export_actor *actor)
{
    return actor->lane != 0 ? actor->lane : lanes_thread(exporter, actor->thread);
}

uint64_t lanes_running(struct exporter *exporter, uint32_t thread)
{
    const struct export_actor *actor = actors_running(exporter, thread);
    return actor != NULL ? lanes_lane(exporter, actor) : lanes_thread(exporter, thread);
}
