/* What must come before what: arrows from who sent to who received.
 *
 * In: tokens sent and received. Out: arrows between steps. One leaves from the end of the step that sent and reaches the beginning of the one that
 * received, as the order itself does; where a step is no end of it (what is sent at once, what is received in the middle, what threads do
 * without steps) there is an instant.
 *
 * A token may be received by nobody or by many, and an arrow has two ends: so the first look at the trace counts who receives what is
 * sent, and only then each has its arrow. Must hold: both looks come to the same numbers.
 *
 * Hand-overs of locks are no order, and have none. */
#include <stdlib.h>

#include "export/exporter.h"

/* Of what many send (`merge`), the latest senders; of what many receive, the first receivers; of a step, what leaves it. */
enum { senders_max = 8, receivers_max = 255, step_arrows_max = 1024 };

struct sender {
    uint64_t sending; /* its number */
    uint64_t actor;
    uint64_t event; /* number, */
    uint64_t step;  /* and that of the event that began its step */
    unsigned char received;
};

struct arrow_token {
    bool is_handle; /* retires when it has begun */
    bool begins_often;
    uint32_t sender_count;
    struct sender senders[senders_max];
};

static struct arrow_token *token_of(struct exporter *exporter, uint64_t number)
{
    struct arrow_token *token = map_get_pointer(&exporter->tokens, number);
    if (token != NULL)
        return token;
    token = calloc(1, sizeof *token);
    if (token == NULL || map_put_pointer(&exporter->tokens, number, token) != STATUS_OK) {
        free(token);
        exporter_fail(exporter, STATUS_NOMEM);
        return NULL;
    }
    return token;
}

static uint64_t arrow_number(uint64_t sending, unsigned receiver)
{
    return (sending + 1) * (receivers_max + 1) + receiver;
}

static void tell_instant(struct exporter *exporter, const struct event *event, const char *name,
                         const uint64_t *out, size_t out_count, const uint64_t *in, size_t in_count)
{
    struct export_mark instant = {
        .track = lanes_running(exporter, event->thread),
        .from = exporter_at(event->number),
        .to = exporter_at(event->number),
        .category = EXPORT_ORDER,
        .name = {text_of(name), true},
        .out = out,
        .out_count = out_count,
        .in = in,
        .in_count = in_count,
    };
    exporter_tell(exporter, &instant);
}

/* ---- sending ---- */

/* Whether the arrow can leave from the end of the step. */
static bool leaves_step(const struct export_actor *actor, const struct event *event)
{
    bool is_now = event->kind == EVENT_SEND_NOW || event->kind == EVENT_MERGE_NOW;
    return !is_now && actor->has_step && actor->kind != ACTOR_THREAD && actor->kind != ACTOR_JOB &&
           actor->out.count < step_arrows_max;
}

static void draw_out(struct exporter *exporter, const struct event *event, struct export_actor *actor,
                     uint64_t sending)
{
    unsigned count = sending < exporter->plan->receivers.count ? exporter->plan->receivers.items[sending] : 0;
    if (exporter->sink == NULL || count == 0)
        return;
    uint64_t arrows[receivers_max];
    for (unsigned i = 0; i < count; i++)
        arrows[i] = arrow_number(sending, i);
    if (!leaves_step(actor, event)) {
        tell_instant(exporter, event, event->kind == EVENT_SCHEDULE ? "schedules" : "sends", arrows, count,
                     NULL, 0);
        return;
    }
    for (unsigned i = 0; i < count; i++)
        if (VECTOR_PUSH(&actor->out, arrows[i]) != STATUS_OK)
            exporter_fail(exporter, STATUS_NOMEM);
}

/* Makes room among the token's senders; of too many the first goes. */
static struct sender *add_sender(struct arrow_token *token, bool keep)
{
    if (!keep)
        token->sender_count = 0;
    if (token->sender_count == senders_max) {
        for (size_t i = 1; i < senders_max; i++)
            token->senders[i - 1] = token->senders[i];
        token->sender_count--;
    }
    return &token->senders[token->sender_count++];
}

void arrows_send(struct exporter *exporter, const struct event *event)
{
    struct export_actor *actor = actors_running(exporter, event->thread);
    if (actor == NULL || event->is_state || event->field[0] == 0)
        return;
    struct arrow_token *token = token_of(exporter, event->field[0]);
    if (token == NULL)
        return;
    token->is_handle = event->kind == EVENT_SCHEDULE;
    token->begins_often = token->is_handle && event->field[1] == SCHEDULE_IO;
    uint64_t sending = exporter->sendings++;
    *add_sender(token, event->kind == EVENT_MERGE || event->kind == EVENT_MERGE_NOW) = (struct sender){
        .sending = sending, .actor = actor->number, .event = event->number, .step = actor->begin};
    if (exporter->sink == NULL && VECTOR_PUSH(&exporter->plan->receivers, 0) != STATUS_OK)
        exporter_fail(exporter, STATUS_NOMEM);
    draw_out(exporter, event, actor, sending);
}

/* ---- receiving ---- */

/* Whether the step has an arrow from that sender's already: a task that ends tells who waits for it in several ways. What is remembered are the
 * latest. */
static bool is_reached(struct export_actor *actor, const struct sender *sender)
{
    size_t count = actor->reached_count < reached_max ? actor->reached_count : reached_max;
    for (size_t i = 0; i < count; i++)
        if (actor->reached[i].actor == sender->actor && actor->reached[i].begin == sender->step)
            return true;
    actor->reached[actor->reached_count++ % reached_max] =
        (struct export_step){.actor = sender->actor, .begin = sender->step};
    return false;
}

/* The number of the arrow from that sender to who receives now; 0: there is none. */
static uint64_t next_arrow(struct exporter *exporter, const struct arrow_token *token, struct sender *sender,
                           struct export_actor *actor)
{
    unsigned most = token->begins_often ? 1 : receivers_max;
    if (sender->actor == actor->number || sender->received >= most ||
        sender->sending >= exporter->plan->receivers.count || is_reached(actor, sender))
        return 0;
    unsigned char *planned = &exporter->plan->receivers.items[sender->sending];
    if (exporter->sink == NULL)
        ++*planned;
    else if (sender->received >= *planned)
        return 0;
    return arrow_number(sender->sending, sender->received++);
}

/* Whether the arrow can reach the beginning of the step: it was sent before. */
static bool reaches_step(const struct export_actor *actor, const struct sender *sender)
{
    return actor->has_step && exporter_at(sender->event) < actor->from;
}

void arrows_receive(struct exporter *exporter, const struct event *event, uint64_t number,
                    struct export_actor *actor)
{
    struct arrow_token *token = number == 0 ? NULL : map_get_pointer(&exporter->tokens, number);
    if (token == NULL || actor == NULL || event->is_state)
        return;
    uint64_t now[senders_max];
    size_t now_count = 0;
    for (size_t i = 0; i < token->sender_count; i++) {
        uint64_t arrow = next_arrow(exporter, token, &token->senders[i], actor);
        if (arrow == 0)
            continue;
        if (!reaches_step(actor, &token->senders[i]) || actor->in.count >= step_arrows_max)
            now[now_count++] = arrow;
        else if (VECTOR_PUSH(&actor->in, arrow) != STATUS_OK)
            exporter_fail(exporter, STATUS_NOMEM);
    }
    if (now_count > 0)
        tell_instant(exporter, event, "receives", NULL, 0, now, now_count);
    if (event->kind == EVENT_BEGIN && token->is_handle && !token->begins_often)
        arrows_retire(exporter, number);
}

void arrows_retire(struct exporter *exporter, uint64_t number)
{
    uint64_t value;
    if (map_remove(&exporter->tokens, number, &value))
        free((struct arrow_token *)(uintptr_t)value);
}

void arrows_fini(struct exporter *exporter)
{
    size_t cursor = 0;
    uint64_t number, value;
    while (map_next(&exporter->tokens, &cursor, &number, &value))
        free((struct arrow_token *)(uintptr_t)value);
    map_fini(&exporter->tokens);
}
