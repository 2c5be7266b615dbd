/* Edges of must-happen-before, as the trace tells them.
 *
 * In: schedule, wake, send, merge, recv and retire events. Out: clocks of tokens and actors (order.c). What must hold: who
 * sends to another loop or thread sends up to here only, because the other side may start at once. */
#include "replay/handlers.h"

static void send_run(struct replay *replay, const struct event *event, struct token *token, bool keep,
                     bool now)
{
    struct run_time *time = steps_run_time(replay, event);
    if (time != NULL)
        run_time_send(&replay->order.clocks, time, token, keep, now);
}

enum status edges_schedule(struct replay *replay, const struct event *event)
{
    struct actor *actor = steps_running(replay, event);
    if (actor == NULL)
        return STATUS_NOMEM;
    bool now = actor->loop == 0 || actor->loop != event->field[2];
    struct token *token = order_token(&replay->order, event->field[0]);
    if (token == NULL)
        return STATUS_NOMEM;
    token->how = (uint32_t)event->field[1];
    if (token->how == SCHEDULE_SOON &&
        order_queue(&replay->order, actor, token, event->field[2]) != STATUS_OK)
        return STATUS_NOMEM;
    send_run(replay, event, token, true, now);
    return order_send(&replay->order, actor, event->field[0], true, now);
}

enum status edges_wake(struct replay *replay, const struct event *event)
{
    struct actor *actor = steps_running(replay, event);
    return actor == NULL ? STATUS_NOMEM : order_wake(&replay->order, actor, event->field[0]);
}

enum status edges_send(struct replay *replay, const struct event *event)
{
    struct actor *actor = steps_running(replay, event);
    if (actor == NULL)
        return STATUS_NOMEM;
    bool keep = event->kind == EVENT_MERGE || event->kind == EVENT_MERGE_NOW;
    bool now = event->kind == EVENT_SEND_NOW || event->kind == EVENT_MERGE_NOW;
    if (replay->run_order.is_followed) {
        struct token *token = order_token(&replay->order, event->field[0]);
        if (token == NULL)
            return STATUS_NOMEM;
        send_run(replay, event, token, keep, now);
    }
    return order_send(&replay->order, actor, event->field[0], keep, now);
}

enum status edges_receive(struct replay *replay, const struct event *event)
{
    struct actor *actor = steps_running(replay, event);
    if (actor == NULL)
        return STATUS_NOMEM;
    const struct token *token = map_get_pointer(&replay->order.tokens, event->field[0]);
    struct run_time *time = token == NULL ? NULL : steps_run_time(replay, event);
    if (time != NULL)
        run_time_receive(&replay->order.clocks, time, token);
    return token == NULL ? STATUS_OK : order_receive(&replay->order, actor, token);
}

enum status edges_retire(struct replay *replay, const struct event *event)
{
    order_retire(&replay->order, event->field[0]);
    return STATUS_OK;
}
