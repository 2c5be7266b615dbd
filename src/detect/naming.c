/* Names.
 *
 * In: objects with their keepers, keys and values as the trace has them. Out: text. What must hold: chains of keepers are
 * followed to a limit only; what has no name gets its class's. */
#include "detect/naming.h"

#include <inttypes.h>

#include "base/buffer.h"

enum { keepers_max = 16 };

static bool is_container(const struct object *object)
{
    switch (object->kind) {
    case OBJECT_DICT:
    case OBJECT_LIST:
    case OBJECT_SET:
    case OBJECT_DEQUE:
    case OBJECT_QUEUE:
    case OBJECT_EVENT:
    case OBJECT_FUTURE:
    case OBJECT_OTHER:
    case OBJECT_LOCK:
        return true;
    default:
        return false;
    }
}

static struct text text_numbered(const struct replay *replay, const struct map *texts, uint64_t number)
{
    uint64_t string = 0;
    map_get(texts, number, &string);
    return trace_string(replay->trace, string);
}

static void add_key(const struct replay *replay, struct buffer *buffer, uint64_t key)
{
    struct text text;
    switch (cells_key_kind(key)) {
    case KEY_INTEGER:
        buffer_add_format(buffer, "%" PRId64, cells_integer(cells_key_rest(key)));
        return;
    case KEY_NUMBERED:
        text = text_numbered(replay, &replay->key_texts, cells_key_rest(key));
        if (text.length == 0)
            text = TEXT("…");
        buffer_add(buffer, text);
        return;
    default:
        buffer_add(buffer, trace_string(replay->trace, cells_key_rest(key)));
    }
}

static void add_step(const struct replay *replay, struct buffer *buffer, uint64_t key)
{
    if (key == 0)
        return;
    bool is_attribute = cells_key_kind(key) == KEY_ATTRIBUTE;
    if (!is_attribute || buffer->length > 0) /* a variable is kept by nothing that has a name */
        buffer_add_char(buffer, is_attribute ? '.' : '[');
    add_key(replay, buffer, key);
    if (!is_attribute)
        buffer_add_char(buffer, ']');
}

static struct text local_function_name(const struct replay *replay, const struct object *object)
{
    const struct trace_function *function = trace_function(replay->trace, object->local_function);
    return function == NULL ? TEXT_NONE : trace_string(replay->trace, function->name);
}

/* The path to an object: its keeper's path and the key that it is kept under. */
static void add_object(const struct replay *replay, struct buffer *buffer, const struct object *object,
                       int depth)
{
    if (is_container(object) && object->owner != NULL && depth < keepers_max) {
        add_object(replay, buffer, object->owner, depth + 1);
        add_step(replay, buffer, object->owner_key);
    } else if (is_container(object) && object->local_function != 0) {
        buffer_add(buffer, local_function_name(replay, object));
        buffer_add_char(buffer, '.');
        buffer_add(buffer, trace_string(replay->trace, object->local_name));
    } else {
        struct text name = trace_string(replay->trace, object->name);
        bool has_name = name.length > 0 || object->kind == OBJECT_VARIABLES;
        buffer_add(buffer, has_name ? name : TEXT("object"));
    }
}

struct text naming_object(const struct replay *replay, struct arena *arena, const struct object *object)
{
    struct buffer buffer;
    buffer_init(&buffer);
    add_object(replay, &buffer, object, 0);
    return buffer_move(&buffer, arena);
}

static enum finding_object object_of(const struct cell *cell)
{
    switch (cell->object->kind) {
    case OBJECT_MODULE:
        return FINDING_OBJECT_GLOBAL;
    case OBJECT_CLOSURE:
        return FINDING_OBJECT_CLOSURE;
    case OBJECT_DICT:
        return FINDING_OBJECT_DICT;
    case OBJECT_LIST:
    case OBJECT_DEQUE:
        return FINDING_OBJECT_SEQUENCE;
    case OBJECT_SET:
        return FINDING_OBJECT_SET;
    case OBJECT_QUEUE:
        return FINDING_OBJECT_QUEUE;
    case OBJECT_EVENT:
        return FINDING_OBJECT_EVENT;
    case OBJECT_FUTURE:
        return FINDING_OBJECT_FUTURE;
    case OBJECT_OTHER:
    case OBJECT_LOCK:
        return FINDING_OBJECT_OTHER;
    default:
        return FINDING_OBJECT_ATTRIBUTE;
    }
}

/* Who keeps the outermost container, and under which attribute. */
static void name_owner(const struct replay *replay, struct arena *arena, const struct cell *cell,
                       struct finding_cell *out)
{
    const struct object *object = cell->object;
    uint64_t key = cell->key;
    for (int depth = 0; is_container(object) && object->owner != NULL && depth < keepers_max; depth++) {
        key = object->owner_key;
        object = object->owner;
    }
    if (is_container(object) && object->local_function != 0) {
        out->owner = local_function_name(replay, object);
        out->attribute = trace_string(replay->trace, object->local_name);
        return;
    }
    out->owner = naming_object(replay, arena, object);
    if (cells_key_kind(key) == KEY_ATTRIBUTE)
        out->attribute = trace_string(replay->trace, cells_key_rest(key));
}

void naming_cell(const struct replay *replay, struct arena *arena, const struct cell *cell,
                 struct finding_cell *out)
{
    *out = (struct finding_cell){.object = object_of(cell)};
    struct buffer buffer;
    buffer_init(&buffer);
    add_object(replay, &buffer, cell->object, 0);
    /* An event's flag and a future's state are the thing itself. */
    bool is_itself = is_container(cell->object) && cells_key_kind(cell->key) == KEY_ATTRIBUTE;
    if (!is_itself)
        add_step(replay, &buffer, cell->key);
    out->text = buffer_move(&buffer, arena);
    name_owner(replay, arena, cell, out);
    if (cell->key == 0 || cells_key_kind(cell->key) == KEY_ATTRIBUTE)
        return;
    buffer_init(&buffer);
    add_key(replay, &buffer, cell->key);
    out->key = buffer_move(&buffer, arena);
}

void naming_thing(const struct replay *replay, struct arena *arena, struct object *object,
                  struct finding_cell *out)
{
    const struct cell whole = {.object = object, .key = KEY_STRUCTURE};
    naming_cell(replay, arena, &whole, out);
}

struct text naming_value(const struct replay *replay, struct arena *arena, uint64_t key, uint64_t value)
{
    static const char *const constants[] = {"None", "False", "True", "(absent)"};
    uint64_t rest = cells_value_rest(value);
    struct buffer buffer;
    switch (cells_value_kind(value)) {
    case VALUE_CONSTANT:
        return rest < sizeof constants / sizeof constants[0] ? text_of(constants[rest]) : TEXT_NONE;
    case VALUE_INTEGER:
        buffer_init(&buffer);
        buffer_add_format(&buffer, "%s%" PRId64, key == KEY_STRUCTURE ? "length " : "", cells_integer(rest));
        return buffer_move(&buffer, arena);
    case VALUE_NUMBERED:
        return text_numbered(replay, &replay->value_texts, rest);
    default:
        return TEXT_NONE;
    }
}

struct text naming_actor(const struct replay *replay, struct arena *arena, const struct actor *actor)
{
    struct text name = trace_string(replay->trace, actor->name);
    if (name.length > 0)
        return name;
    struct buffer buffer;
    buffer_init(&buffer);
    buffer_add_format(&buffer, "actor %" PRIu64, actor->number);
    return buffer_move(&buffer, arena);
}
