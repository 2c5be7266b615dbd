/* Accesses of which only a location is known, in traces that come from elsewhere.
 *
 * In: read_at and write_at events. Out: touches. What must hold: no source is known, so nothing depends on what is read, and all
 * that can be asked is who else was at the cell. */
#include "replay/handlers.h"

enum status located_access(struct replay *replay, const struct event *event)
{
    struct actor *actor = steps_running(replay, event);
    if (actor == NULL || steps_follow_run(replay) != STATUS_OK)
        return STATUS_NOMEM;
    if (event->field[1] == 0 || actor->is_blind || replay->observer.touch == NULL)
        return STATUS_OK;
    struct run_time *time = steps_run_time(replay, event);
    if (time == NULL)
        return STATUS_NOMEM;
    struct touch touch = {
        .actor = actor,
        .cell = cell_table_cell(&replay->cells, event->field[1], event->field[2], replay->now),
        .line = (uint32_t)event->field[0],
        .number = replay->now,
        .is_write = event->kind == EVENT_WRITE_AT,
        .time = time,
    };
    if (touch.cell == NULL)
        return STATUS_NOMEM;
    time->touched_epoch = time->epoch;
    return replay->observer.touch(replay->observer.context, &touch);
}
