/* In: a finding, and the trace that it was found in. Out: who and what is behind its events.
 * Must hold: circles and lies in the trace end somewhere. */
#include "slice/concern.h"

#include <stdlib.h>

#include "slice/book.h"
#include "slice/references.h"
#include "slice/walk.h"

enum { keepers_max = 16 };

static enum status note_event(struct concern *concern, const struct finding_place *place)
{
    if (place->event == 0)
        return STATUS_OK;
    if (place->event > concern->last_event)
        concern->last_event = place->event;
    if (map_put(&concern->events, place->event, 1) != STATUS_OK)
        return STATUS_NOMEM;
    return map_put(&concern->places, place->event, 1);
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
    map_fini(&concern->places);
    map_fini(&concern->events);
    map_fini(&concern->actors);
    map_fini(&concern->objects);
    VECTOR_FINI(&concern->anchors);
}

struct learning {
    struct concern *concern;
    struct walk walk;
    struct book book;
    bool is_wide;
};

/* The actor, and who made it, and so on. `visit` (which may be NULL) sees how each of them was made. */
static enum status add_actor(struct learning *learning, uint64_t actor, walk_visit *visit)
{
    enum status status = map_put(&learning->concern->actors, actor, 1);
    struct node *making = walk_making(&learning->walk, actor);
    for (; making != NULL && status == STATUS_OK; making = making->maker) {
        if (making->actor != 0)
            status = map_put(&learning->concern->actors, making->actor, 1);
        if (status == STATUS_OK && visit != NULL)
            status = visit(learning->concern, making);
    }
    return status;
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

static enum status add_anchor(void *context, struct node *node)
{
    struct concern *concern = context;
    return VECTOR_PUSH(&concern->anchors, node->event.number);
}

static enum status add_event(void *context, struct node *node)
{
    struct concern *concern = context;
    enum status status = map_put(&concern->events, node->event.number + 1, 1);
    return status == STATUS_OK ? add_anchor(concern, node) : status;
}

/* What a place stands in: how its actor was made, its calls, and the locks that it holds. */
static enum status take_place(struct learning *learning, const struct record *event, uint64_t actor)
{
    struct concern *concern = learning->concern;
    enum status status = VECTOR_PUSH(&concern->anchors, event->number);
    if (status == STATUS_OK)
        status = add_actor(learning, actor, add_event);
    if (status == STATUS_OK)
        status = walk_calls(&learning->walk, actor, add_anchor, concern);
    if (status == STATUS_OK)
        status = walk_held(&learning->walk, actor, add_event, concern);
    return status == STATUS_OK ? references_of(event, take_reference, learning) : status;
}

static enum status take(void *context, const struct record *event)
{
    struct learning *learning = context;
    struct concern *concern = learning->concern;
    struct stand stand;
    if (!learning->is_wide && event->number >= concern->last_event)
        return STATUS_STOPPED;
    enum status status = walk_event(&learning->walk, event, &stand);
    if (status == STATUS_OK)
        status = book_event(&learning->book, event);
    if (status != STATUS_OK)
        return status;
    if (learning->is_wide)
        return is_deed(event) && touches(concern, event) ? add_actor(learning, stand.actor, NULL) : STATUS_OK;
    return map_get(&concern->places, event->number + 1, NULL) ? take_place(learning, event, stand.actor)
                                                              : STATUS_OK;
}

static int compare(const void *first, const void *second)
{
    uint64_t one = *(const uint64_t *)first, other = *(const uint64_t *)second;
    return (one > other) - (one < other);
}

enum status concern_learn(struct concern *concern, struct trace *trace, bool is_wide,
                          const struct passing *passing, struct diag *diag)
{
    struct learning learning = {.concern = concern, .is_wide = is_wide};
    walk_init(&learning.walk, trace);
    book_init(&learning.book);
    enum status status = passing_run(passing, trace, take, &learning, diag);
    walk_fini(&learning.walk);
    book_fini(&learning.book);
    if (concern->anchors.count > 1)
        qsort(concern->anchors.items, concern->anchors.count, sizeof *concern->anchors.items, compare);
    return status;
}

static uint64_t distance(uint64_t one, uint64_t other)
{
    return one > other ? one - other : other - one;
}

bool concern_is_near(const struct concern *concern, uint64_t number, uint64_t reach)
{
    size_t from = 0, to = concern->anchors.count;
    while (from < to) { /* the first anchor that is not before */
        size_t middle = from + (to - from) / 2;
        if (concern->anchors.items[middle] < number)
            from = middle + 1;
        else
            to = middle;
    }
    return (from < concern->anchors.count && distance(concern->anchors.items[from], number) <= reach) ||
           (from > 0 && distance(concern->anchors.items[from - 1], number) <= reach);
}

bool concern_reaches_all(const struct concern *concern, uint64_t events, uint64_t reach)
{
    uint64_t reached = 0; /* all before it is near */
    for (size_t i = 0; i < concern->anchors.count && concern->anchors.items[i] <= reached + reach; i++)
        reached = concern->anchors.items[i] + reach + 1;
    return reached >= events;
}
