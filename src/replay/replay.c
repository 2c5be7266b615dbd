/* The replay's frame: which handler takes which event.
 *
 * In: events in the order of the trace. Out: calls of the observer. What must hold: handlers never trust a number
 * of the trace to refer to something that exists. */
#include "replay/replay.h"

#include <stdlib.h>

#include "replay/handlers.h"

static replay_handler *const handlers[256] = {
    [EVENT_GAP] = steps_gap,
    [EVENT_ACTOR] = steps_actor,
    [EVENT_BEGIN] = steps_begin,
    [EVENT_END] = steps_end,
    [EVENT_FINISH] = steps_finish,
    [EVENT_LOOP] = steps_loop,
    [EVENT_LOOP_CLOSE] = steps_loop_close,
    [EVENT_SCHEDULE] = edges_schedule,
    [EVENT_WAKE] = edges_wake,
    [EVENT_SEND] = edges_send,
    [EVENT_MERGE] = edges_send,
    [EVENT_SEND_NOW] = edges_send,
    [EVENT_MERGE_NOW] = edges_send,
    [EVENT_RECV] = edges_receive,
    [EVENT_RETIRE] = edges_retire,
    [EVENT_LOCK] = holding_lock,
    [EVENT_ACQUIRE] = holding_acquire,
    [EVENT_RELEASE] = holding_release,
    [EVENT_ENTER] = calls_enter,
    [EVENT_LEAVE] = calls_leave,
    [EVENT_PAUSE] = calls_pause,
    [EVENT_RESUME] = calls_resume,
    [EVENT_AWAIT] = calls_await,
    [EVENT_OBJECT] = accesses_object,
    [EVENT_KEEP] = accesses_keep,
    [EVENT_LOCAL] = accesses_local,
    [EVENT_DROP] = accesses_drop,
    [EVENT_READ] = accesses_read,
    [EVENT_WRITE] = accesses_write,
    [EVENT_KEY] = accesses_key,
    [EVENT_VALUE] = accesses_value,
    [EVENT_READ_AT] = located_access,
    [EVENT_WRITE_AT] = located_access,
    [EVENT_ACQUIRE_AT] = holding_acquire,
    [EVENT_RELEASE_AT] = holding_release,
    /* An agent that lost events or went off is as good as a gap: locks may have been released unseen. */
    [EVENT_LOST] = steps_gap,
    [EVENT_OFF] = steps_gap,
};

/* The kinds of events that are told as moments, some only once there are blocks. */
enum telling { TOLD_NEVER, TOLD_ALWAYS, TOLD_WITH_BLOCKS };

static const unsigned char telling[256] = {
    [EVENT_ACQUIRE] = TOLD_ALWAYS,       [EVENT_RELEASE] = TOLD_ALWAYS,
    [EVENT_ACQUIRE_AT] = TOLD_ALWAYS,    [EVENT_RELEASE_AT] = TOLD_ALWAYS,
    [EVENT_WAIT] = TOLD_ALWAYS,          [EVENT_WOKEN] = TOLD_ALWAYS,
    [EVENT_NOTIFY] = TOLD_ALWAYS,        [EVENT_BLOCKED] = TOLD_ALWAYS,
    [EVENT_ABANDONED] = TOLD_ALWAYS,     [EVENT_FOREIGN] = TOLD_ALWAYS,
    [EVENT_BLOCK] = TOLD_ALWAYS,         [EVENT_BLOCK_END] = TOLD_ALWAYS,
    [EVENT_BEGIN] = TOLD_WITH_BLOCKS,    [EVENT_SCHEDULE] = TOLD_WITH_BLOCKS,
    [EVENT_SEND] = TOLD_WITH_BLOCKS,     [EVENT_MERGE] = TOLD_WITH_BLOCKS,
    [EVENT_SEND_NOW] = TOLD_WITH_BLOCKS, [EVENT_MERGE_NOW] = TOLD_WITH_BLOCKS,
    [EVENT_RECV] = TOLD_WITH_BLOCKS,     [EVENT_RETIRE] = TOLD_WITH_BLOCKS,
};

static enum status tell_moment(struct replay *replay, const struct event *event)
{
    replay->has_blocks |= event->kind == EVENT_BLOCK;
    if (telling[event->kind] == TOLD_WITH_BLOCKS && !replay->has_blocks)
        return STATUS_OK;
    struct moment moment = {.event = event, .actor = steps_running(replay, event), .number = replay->now};
    if (moment.actor == NULL)
        return STATUS_NOMEM;
    const struct event_kind_info *info = event_kinds_info(event->kind);
    for (uint8_t i = 0; i < info->field_count; i++) {
        uint64_t number = event->field[i];
        if (info->fields[i].type == FIELD_SITE)
            moment.site = trace_site(replay->trace, number);
        if (info->fields[i].type != FIELD_OBJECT || number == 0)
            continue;
        moment.object = cell_table_object(&replay->cells, number);
        if (moment.object == NULL)
            return STATUS_NOMEM;
        moment.lock = map_get_pointer(&replay->locks, number);
    }
    return replay->observer.moment(replay->observer.context, &moment);
}

enum status replay_open(struct replay **out, const struct trace *trace,
                        const struct replay_observer *observer, struct diag *diag)
{
    *out = NULL;
    struct replay *replay = calloc(1, sizeof *replay);
    if (replay == NULL)
        return diag_set_nomem(diag);
    replay->trace = trace;
    replay->observer = *observer;
    heap_init(&replay->heap);
    order_init(&replay->order, &replay->heap);
    cell_table_init(&replay->cells, &replay->order.clocks, &replay->heap);
    replay->cells.forget = observer->forget;
    replay->cells.forget_touches = observer->forget_touches;
    *out = replay;
    return STATUS_OK;
}

void replay_close(struct replay *replay)
{
    if (replay == NULL)
        return;
    steps_fini(replay);
    calls_fini(replay);
    cell_table_fini(&replay->cells);
    holding_fini(replay);
    flags_fini(replay);
    run_order_fini(&replay->run_order);
    order_fini(&replay->order);
    map_fini(&replay->actors);
    map_fini(&replay->locks);
    map_fini(&replay->generators);
    map_fini(&replay->key_texts);
    map_fini(&replay->value_texts);
    heap_fini(&replay->heap);
    free(replay);
}

/* Looked at now and then: forgetting goes through what there is. */
enum { budget_events = 1024 };

/* Forgets so much at once that it need not be done soon again. Where what is alive takes more than there may be, that is each time
 * an eighth more of it has come: every time would take time with the square of what is alive. */
static void keep_within_budget(struct replay *replay)
{
    struct budget *budget = &replay->budget;
    uint64_t used = replay->heap.used_bytes;
    if (budget->bytes_max == 0 || used <= budget->bytes_max || used <= budget->bytes_vain)
        return;
    budget->forgotten.cells +=
        cell_table_forget(&replay->cells, budget->bytes_max - budget->bytes_max / 4, replay->now);
    used = replay->heap.used_bytes;
    budget->bytes_vain = used > budget->bytes_max ? used + used / 8 : 0;
}

enum status replay_event(struct replay *replay, const struct event *event, struct diag *diag)
{
    foresight_look(&replay->foresight, &replay->cells.index, event);
    replay_handler *handler = handlers[event->kind];
    if (handler == NULL && telling[event->kind] == TOLD_NEVER)
        return STATUS_OK;
    replay->now = event->number + 1;
    if (replay->now % budget_events == 0)
        keep_within_budget(replay);
    enum status status = handler != NULL ? handler(replay, event) : STATUS_OK;
    if (status == STATUS_OK && telling[event->kind] != TOLD_NEVER && replay->observer.moment != NULL)
        status = tell_moment(replay, event);
    if (status == STATUS_NOMEM || replay->order.clocks.exhausted)
        return diag_set_nomem(diag);
    if (status == STATUS_LIMIT)
        return diag_set(diag, status, "it has more actors than can be told apart");
    return status;
}
