/* In: an event. Out: what it refers to.
 * Must hold: nothing is left out, so that whoever takes all of it along can write the event into another trace. */
#include "slice/references.h"

struct found {
    bool is_there;
    enum reference reference;
    uint64_t number;
};

static struct found found(enum reference reference, uint64_t number)
{
    return (struct found){number != 0, reference, number};
}

static struct found in_key(uint64_t key)
{
    switch (cells_key_kind(key)) {
    case KEY_ATTRIBUTE:
        return found(REFERENCE_STRING, cells_key_rest(key));
    case KEY_NUMBERED:
        return found(REFERENCE_KEY, cells_key_rest(key));
    default:
        return (struct found){.is_there = false};
    }
}

static struct found in_value(uint64_t value)
{
    switch (cells_value_kind(value)) {
    case VALUE_OBJECT:
        return found(REFERENCE_OBJECT, cells_value_rest(value));
    case VALUE_NUMBERED:
        return found(REFERENCE_VALUE, cells_value_rest(value));
    default:
        return (struct found){.is_there = false};
    }
}

static struct found in_field(enum event_field_type type, uint64_t content)
{
    switch (type) {
    case FIELD_ACTOR:
        return found(REFERENCE_ACTOR, content);
    case FIELD_LOOP:
        return found(REFERENCE_LOOP, content);
    case FIELD_OBJECT:
        return found(REFERENCE_OBJECT, content);
    case FIELD_KEY:
        return in_key(content);
    case FIELD_VALUE:
        return in_value(content);
    case FIELD_SITE:
        return found(REFERENCE_SITE, content);
    case FIELD_FUNCTION:
        return found(REFERENCE_FUNCTION, content);
    case FIELD_STRING:
        return found(REFERENCE_STRING, content);
    default:
        return (struct found){.is_there = false};
    }
}

enum status references_of(const struct record *event, references_take *take, void *context)
{
    const struct event_kind_info *info = event_kinds_info(event->kind);
    enum status status = STATUS_OK;
    for (size_t i = 0; info != NULL && i < info->field_count && status == STATUS_OK; i++) {
        const struct found in = in_field(info->fields[i].type, event->field[i]);
        if (in.is_there)
            status = take(context, in.reference, in.number);
    }
    return status;
}
