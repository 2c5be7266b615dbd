/* In: a finding, and the trace that it was found in. Out: who and what is behind its events.
 * Must hold: circles and lies in the trace end somewhere. */
#include "slice/concern.h"

#include "slice/book.h"
#include "slice/references.h"
#include "slice/walk.h"

enum { ancestors_max = 64, keepers_max = 16 };

static enum status note_event(struct concern *concern, const struct finding_place *place)
{
    if (place->event == 0)
        return STATUS_OK;
    if (place->event > concern->last_event)
        concern->last_event = place->event;
    return map_put(&concern->events, place->event, 1);
}

enum status concern_init(struct concern *concern, const struct finding *finding)
{
    *concern = (struct concern){.last_event = 0};
    const struct finding_place *places[] = {&finding->first, &finding->window, &finding->other,
                                            &finding->last};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof places / sizeof *places && status == STATUS_OK; i++)
        status = note_event(concern, places[i]);
    return status;
}

void concern_fini(struct concern *concern)
{
    map_fini(&concern->events);
    map_fini(&concern->actors);
    map_fini(&concern->objects);
}

struct learning {
    struct concern *concern;
    struct walk walk;
    struct book book;
    struct map makers; /* actor -> who made it */
    bool is_wide;
};

static enum status add_actor(struct learning *learning, uint64_t actor)
{
    for (int depth = 0; actor != 0 && depth < ancestors_max; depth++) {
        if (map_put(&learning->concern->actors, actor, 1) != STATUS_OK)
            return STATUS_NOMEM;
        uint64_t maker = 0;
        map_get(&learning->makers, actor, &maker);
        actor = maker;
    }
    return STATUS_OK;
}

static enum status add_object(struct learning *learning, uint64_t number)
{
    for (int depth = 0; number != 0 && depth < keepers_max; depth++) {
        if (map_put(&learning->concern->objects, number, 1) != STATUS_OK)
            return STATUS_NOMEM;
        const struct book_object *object = book_object(&learning->book, number);
        number = object != NULL && object->is_told[BOOK_KEEP] ? object->told[BOOK_KEEP].field[1] : 0;
    }
    return STATUS_OK;
}

static enum status take_reference(void *context, enum reference reference, uint64_t number)
{
    return reference == REFERENCE_OBJECT ? add_object(context, number) : STATUS_OK;
}

static enum status note_touch(void *context, enum reference reference, uint64_t number)
{
    const struct concern *concern = context;
    return reference == REFERENCE_OBJECT && map_get(&concern->objects, number, NULL) ? STATUS_STOPPED
                                                                                     : STATUS_OK;
}

static bool touches(struct concern *concern, const struct record *event)
{
    return references_of(event, note_touch, concern) == STATUS_STOPPED;
}

/* Whether the event is done by somebody: declarations may be told by whoever comes upon them. */
static bool is_deed(const struct record *event)
{
    switch (event->kind) {
    case EVENT_OBJECT:
    case EVENT_LOCK:
    case EVENT_KEEP:
    case EVENT_LOCAL:
    case EVENT_DROP:
        return false;
    default:
        return true;
    }
}

static enum status take(struct learning *learning, const struct record *event)
{
    struct stand stand;
    enum status status = walk_event(&learning->walk, event, &stand);
    if (status == STATUS_OK)
        status = book_event(&learning->book, event);
    if (status == STATUS_OK && event->kind == EVENT_ACTOR)
        status = map_put(&learning->makers, event->field[0], stand.actor);
    if (status != STATUS_OK)
        return status;
    if (learning->is_wide)
        return is_deed(event) && touches(learning->concern, event) ? add_actor(learning, stand.actor)
                                                                   : STATUS_OK;
    if (!map_get(&learning->concern->events, event->number + 1, NULL))
        return STATUS_OK;
    status = add_actor(learning, stand.actor);
    return status == STATUS_OK ? references_of(event, take_reference, learning) : status;
}

enum status concern_learn(struct concern *concern, struct trace *trace, bool is_wide, struct diag *diag)
{
    struct learning learning = {.concern = concern, .is_wide = is_wide};
    const struct event *event;
    enum status status = STATUS_OK;
    walk_init(&learning.walk, trace);
    book_init(&learning.book);
    while (status == STATUS_OK && (status = trace_next(trace, &event, diag)) == STATUS_OK) {
        if (!is_wide && event->number >= concern->last_event)
            break;
        const struct record record = record_of(event);
        status = take(&learning, &record);
    }
    walk_fini(&learning.walk);
    book_fini(&learning.book);
    map_fini(&learning.makers);
    if (status == STATUS_NOMEM)
        return diag_set_nomem(diag);
    return status == STATUS_END ? STATUS_OK : status;
}
