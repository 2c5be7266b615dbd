/* Blocking calls.
 *
 * In: moments at which a step had held its loop for long, with where it was, how much of the time it computed and how much it was
 * seen to wait. Out: one occurrence each. What must hold: a thread that waits for something holds up its loop as it would
 * without being recorded. One that computes is slowed down by the recording, by so much for each event, and one that neither
 * computes nor waits was kept from running by others: it takes more for these to be believed. */
#include "detect/blocking_call.h"

#include <inttypes.h>

#include "base/buffer.h"
#include "detect/describe.h"
#include "detect/naming.h"

enum {
    field_function,
    field_line,
    field_source,
    field_microseconds,
    field_cpu_microseconds,
    field_waiting_microseconds,
};

enum {
    computing_factor = 5,       /* so many times the threshold count where the thread did not wait */
    recording_microseconds = 4, /* what one event costs at most, on a slow machine */
    waiting_share = 3, /* one part in so many of the time; the first and the last are not looked at */
};

/* The thread waited, as far as it was looked at. */
static bool is_sleeping(const struct event *event)
{
    uint64_t held = event->field[field_microseconds];
    return event->field[field_cpu_microseconds] < held / 2 &&
           event->field[field_waiting_microseconds] >= held / waiting_share;
}

/* The thread computed for so long that even without what it cost to record the step it is too long. */
static bool is_computing(const struct moment *moment, uint64_t threshold)
{
    uint64_t events = moment->number - moment->actor->step;
    return moment->event->field[field_cpu_microseconds] > threshold + events * recording_microseconds;
}

static enum finding_confidence confidence_of(const struct moment *moment, uint64_t threshold)
{
    const struct event *event = moment->event;
    if (event->field[field_function] == 0)
        return FINDING_LOW;
    if (is_sleeping(event))
        return FINDING_HIGH;
    if (is_computing(moment, threshold))
        return FINDING_MEDIUM;
    return event->field[field_microseconds] / computing_factor > threshold ? FINDING_MEDIUM : FINDING_LOW;
}

static struct text duration(struct arena *arena, uint64_t microseconds)
{
    struct buffer buffer;
    buffer_init(&buffer);
    buffer_add_format(&buffer, "%" PRIu64 " ms", microseconds / 1000);
    return buffer_move(&buffer, arena);
}

static enum status moment(void *state, const struct moment *moment, struct reporter *reporter)
{
    (void)state;
    const struct event *event = moment->event;
    if (event->kind != EVENT_BLOCKED || event->field[field_microseconds] < reporter->blocking_microseconds)
        return STATUS_OK;
    struct finding_place place = describe_line(reporter->replay, event->field[field_function],
                                               event->field[field_line], event->field[field_source]);
    place.event = moment->number;
    place.actor = naming_actor(reporter->replay, &reporter->arena, moment->actor);
    struct finding finding = {
        .kind = FINDING_BLOCKING_CALL,
        .form = is_sleeping(event) ? FINDING_FORM_SLEEPING : FINDING_FORM_COMPUTING,
        .status = FINDING_OBSERVED,
        .confidence = confidence_of(moment, reporter->blocking_microseconds),
        .count = 1,
        .order = moment->number,
        .cell = {.owner = place.function, .text = TEXT("event loop"), .object = FINDING_OBJECT_OTHER},
        .first = place,
        .last = place,
        .values = {.read = duration(&reporter->arena, event->field[field_microseconds])},
    };
    return reporter_add(reporter, &finding);
}

const struct detector blocking_call = {
    .kind = FINDING_BLOCKING_CALL,
    .moment = moment,
};
