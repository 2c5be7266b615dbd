/* In: a finding's concern, how much is wanted, and an event. Out: whether that is wanted.
 * Must hold: what a narrower choice wants, a wider one wants, too. */
#include "slice/wanted.h"

static bool is_access(const struct record *event)
{
    switch (event->kind) {
    case EVENT_READ:
    case EVENT_WRITE:
    case EVENT_READ_AT:
    case EVENT_WRITE_AT:
        return true;
    default:
        return false;
    }
}

static bool is_about_order(const struct record *event)
{
    switch (event->kind) {
    case EVENT_LOOP_CLOSE:
    case EVENT_SCHEDULE:
    case EVENT_WAKE:
    case EVENT_SEND:
    case EVENT_MERGE:
    case EVENT_SEND_NOW:
    case EVENT_MERGE_NOW:
    case EVENT_RECV:
    case EVENT_RETIRE:
    case EVENT_BEGIN:
    case EVENT_ACQUIRE:
    case EVENT_ACQUIRE_AT:
        return true;
    default:
        return false;
    }
}

/* Whether it belongs to the lives of the actors and objects. */
static bool is_of_lives(const struct concern *concern, const struct record *event, uint64_t actor)
{
    switch (event->kind) {
    case EVENT_ACTOR:
    case EVENT_FINISH:
        return map_get(&concern->actors, event->field[0], NULL);
    case EVENT_DROP:
        return map_get(&concern->objects, event->field[0], NULL);
    default:
        break;
    }
    if (!map_get(&concern->actors, actor, NULL))
        return false;
    return !is_access(event) || map_get(&concern->objects, event->field[1], NULL);
}

bool wanted(const struct concern *concern, const struct choice *choice, const struct record *event,
            uint64_t actor)
{
    if (map_get(&concern->events, event->number + 1, NULL))
        return true;
    if (choice->breadth == BREADTH_PLACES)
        return false;
    if (choice->reach != REACH_WHOLE && !concern_is_near(concern, event->number, choice->reach))
        return false;
    return choice->breadth == BREADTH_ALL || (choice->breadth == BREADTH_ORDER && is_about_order(event)) ||
           is_of_lives(concern, event, actor);
}
