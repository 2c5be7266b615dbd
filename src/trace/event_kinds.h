/* The one table of event kinds, as formats/events.yaml has it (a test compares the two). */
#ifndef STALEREAD_TRACE_EVENT_KINDS_H
#define STALEREAD_TRACE_EVENT_KINDS_H

#include <stdint.h>

#include "base/limits.h"
#include "base/text.h"

enum event_kind {
    EVENT_GAP = 0, /* in no file: the reader's own, see trace/reader.h */

    EVENT_ACTOR = 1,
    EVENT_BEGIN = 2,
    EVENT_END = 3,
    EVENT_FINISH = 4,
    EVENT_LOOP = 5,
    EVENT_LOOP_CLOSE = 6,

    EVENT_SCHEDULE = 10,
    EVENT_WAKE = 11,
    EVENT_SEND = 12,
    EVENT_MERGE = 13,
    EVENT_SEND_NOW = 14,
    EVENT_MERGE_NOW = 15,
    EVENT_RECV = 16,
    EVENT_RETIRE = 17,

    EVENT_LOCK = 20,
    EVENT_ACQUIRE = 21,
    EVENT_RELEASE = 22,

    EVENT_WAIT = 24,
    EVENT_WOKEN = 25,
    EVENT_NOTIFY = 26,

    EVENT_ENTER = 30,
    EVENT_LEAVE = 31,
    EVENT_PAUSE = 32,
    EVENT_RESUME = 33,
    EVENT_AWAIT = 34,

    EVENT_BLOCKED = 36,
    EVENT_ABANDONED = 37,
    EVENT_FOREIGN = 38,

    EVENT_OBJECT = 40,
    EVENT_KEEP = 41,
    EVENT_LOCAL = 42,
    EVENT_DROP = 43,
    EVENT_READ = 44,
    EVENT_WRITE = 45,
    EVENT_KEY = 46,
    EVENT_VALUE = 47,

    EVENT_READ_AT = 48,
    EVENT_WRITE_AT = 49,
    EVENT_BLOCK = 50,
    EVENT_BLOCK_END = 51,
    EVENT_ACQUIRE_AT = 52,
    EVENT_RELEASE_AT = 53,

    EVENT_CLOCK = 60,
    EVENT_LOST = 61,
    EVENT_OFF = 62,
};

/* What the numbers in a field stand for; what they mean is told in formats/events.yaml. */
enum event_field_type {
    FIELD_NUMBER, /* a plain number */
    FIELD_ACTOR,
    FIELD_TOKEN,
    FIELD_LOOP,
    FIELD_OBJECT,
    FIELD_FUNCTION, /* references into the tables */
    FIELD_SITE,
    FIELD_STRING,
    FIELD_ACTIVATION,
    FIELD_KEY, /* see trace/cells.h */
    FIELD_VALUE,
    FIELD_ACTOR_KIND, /* the enums below */
    FIELD_SCHEDULE_HOW,
    FIELD_LOCK_KIND,
    FIELD_OBJECT_KIND,
    FIELD_WOKEN_HOW,
    FIELD_ABANDONED_WHAT,
    FIELD_TIME, /* differs from run to run */
};

struct event_field {
    const char *name;
    enum event_field_type type;
};

struct event_kind_info {
    const char *name;
    uint8_t field_count;
    struct event_field fields[event_fields_max];
};

/* NULL for a kind that we do not know (and for EVENT_GAP). */
const struct event_kind_info *event_kinds_info(uint8_t kind);

enum actor_kind { ACTOR_TASK = 1, ACTOR_CALLBACK = 2, ACTOR_THREAD = 3, ACTOR_JOB = 4 };

enum schedule_how { SCHEDULE_SOON = 1, SCHEDULE_THREADSAFE = 2, SCHEDULE_TIMER = 3, SCHEDULE_IO = 4 };

enum woken_how { WOKEN_NOTIFIED = 1, WOKEN_OTHERWISE = 2, WOKEN_AT_ONCE = 3 };

enum abandoned_what { ABANDONED_COROUTINE = 1, ABANDONED_EXCEPTION = 2, ABANDONED_PENDING = 3 };

enum lock_kind {
    LOCK_ASYNCIO = 1,
    LOCK_ASYNCIO_SEMAPHORE = 2,
    LOCK_THREADING = 3,
    LOCK_THREADING_REENTRANT = 4,
    LOCK_THREADING_SEMAPHORE = 5,
};

enum object_kind {
    OBJECT_INSTANCE = 1,
    OBJECT_CLASS = 2,
    OBJECT_MODULE = 3,
    OBJECT_CLOSURE = 4,
    OBJECT_DICT = 5,
    OBJECT_LIST = 6,
    OBJECT_SET = 7,
    OBJECT_DEQUE = 8,
    OBJECT_QUEUE = 9,
    OBJECT_EVENT = 10,
    OBJECT_FUTURE = 11,
    OBJECT_OTHER = 12,
    OBJECT_LOCK = 13,
    OBJECT_VARIABLES = 14,
};

/* The word for one of these enums' numbers ("task", "timer"), or NULL when there is none. */
const char *event_kinds_word(enum event_field_type type, uint64_t number);

#endif
