/* What the key and value columns hold: which cell of an object, and what stood in it (formats/events.yaml). */
#ifndef STALEREAD_TRACE_CELLS_H
#define STALEREAD_TRACE_CELLS_H

#include <stdint.h>

/* The low two bits of a key. */
enum key_kind {
    KEY_STRUCTURE = 0, /* length, iteration, truth of a container; the whole key is 0 */
    KEY_ATTRIBUTE = 1, /* rest: a string of the tables; an attribute, a global or a closure variable */
    KEY_NUMBERED = 2,  /* rest: a number that a `key` event explains */
    KEY_INTEGER = 3,   /* rest: the whole number that is the key or index */
};

/* The low three bits of a value. */
enum value_kind {
    VALUE_UNKNOWN = 0, /* not recorded; the whole value is 0 */
    VALUE_CONSTANT = 1,
    VALUE_INTEGER = 2,
    VALUE_FINGERPRINT = 3, /* equal numbers: the same value; nothing else is known */
    VALUE_OBJECT = 4,
    VALUE_NUMBERED = 5, /* rest: a number that a `value` event explains */
};

enum value_constant {
    CONSTANT_NONE = 0,
    CONSTANT_FALSE = 1,
    CONSTANT_TRUE = 2,
    CONSTANT_ABSENT = 3, /* of a write: deletes the cell */
    CONSTANT_OTHER = 4,
};

static inline enum key_kind cells_key_kind(uint64_t key)
{
    return (enum key_kind)(key & 3);
}

/* What stands above the kind: a number of the tables, of `key` events, or a zigzag number. */
static inline uint64_t cells_key_rest(uint64_t key)
{
    return key >> 2;
}

static inline enum value_kind cells_value_kind(uint64_t value)
{
    return (enum value_kind)(value & 7);
}

static inline uint64_t cells_value_rest(uint64_t value)
{
    return value >> 3;
}

/* Undoes the zigzag: 0, -1, 1, -2, ... */
static inline int64_t cells_integer(uint64_t zigzag)
{
    return (int64_t)(zigzag >> 1) ^ -(int64_t)(zigzag & 1);
}

#define CELLS_VALUE_ABSENT ((uint64_t)CONSTANT_ABSENT << 3 | VALUE_CONSTANT)

#endif
