/*
 * The vocabulary of what is reported: one finding, and a list of them.
 *
 * A finding is plain data. Every `struct text` in it points into storage that outlives it (the
 * trace's arena, or string literals); a finding owns nothing but what its list's arena holds.
 * A text with length 0 stands for "unknown" or "not recorded".
 */
#ifndef STALEREAD_FINDING_H
#define STALEREAD_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* In the order in which reports count them. */
enum finding_kind {
    FINDING_LOST_UPDATE,
    FINDING_CHECK_THEN_ACT,
    FINDING_STALE_READ,
    FINDING_DIRTY_READ,
    FINDING_LOCK_RELEASED_BETWEEN,
    FINDING_LOCK_MISUSE,
    FINDING_LOST_WAKEUP,
    FINDING_BLOCKING_CALL,
    FINDING_NEVER_AWAITED,
    FINDING_DATA_RACE,
    FINDING_ATOMICITY,
    FINDING_KIND_COUNT,
};

/* Which form of its kind it is, where a kind has several that read differently. */
enum finding_form {
    FINDING_FORM_ONLY,
    /* lost-update */
    FINDING_FORM_PARKED, /* what was written is gone before its writer used it */
    FINDING_FORM_LATE,   /* a first value, written after the task that writes later ones was made */
    /* never-awaited */
    FINDING_FORM_COROUTINE, /* a coroutine was made and dropped */
    FINDING_FORM_EXCEPTION, /* nobody took a task's exception */
    FINDING_FORM_PENDING,   /* a task was destroyed while it waited */
    /* blocking-call */
    FINDING_FORM_SLEEPING, /* the thread mostly waited */
    FINDING_FORM_COMPUTING,
    /* lost-wakeup */
    FINDING_FORM_CLEARED,  /* an event was cleared by who had not seen that it was set */
    FINDING_FORM_UNHEARD,  /* a condition was notified when nobody waited */
    FINDING_FORM_REPLACED, /* what is waited for was replaced by another */
    /* lock-misuse */
    FINDING_FORM_TWO_LOOPS,
    FINDING_FORM_FOREIGN,   /* used on a thread that does not run its loop */
    FINDING_FORM_INVERSION, /* opposite orders that cannot meet */
    FINDING_FORM_DEADLOCK,  /* opposite orders that can */
    /* data-race: the earlier access and the later one */
    FINDING_FORM_WRITE_WRITE,
    FINDING_FORM_WRITE_READ,
    FINDING_FORM_READ_WRITE,
    /* atomicity */
    FINDING_FORM_CYCLE, /* blocks each of which comes before the others */
    FINDING_FORM_COUNT,
};

/* Rising: a group of occurrences has the highest status among them. */
enum finding_status {
    FINDING_PREDICTED,
    FINDING_OBSERVED,
    FINDING_CONFIRMED,
};

/* Rising, likewise. */
enum finding_confidence {
    FINDING_LOW,
    FINDING_MEDIUM,
    FINDING_HIGH,
};

/* What the cell's object is, as far as advice depends on it. */
enum finding_object {
    FINDING_OBJECT_ATTRIBUTE,
    FINDING_OBJECT_GLOBAL,
    FINDING_OBJECT_CLOSURE,
    FINDING_OBJECT_DICT,
    FINDING_OBJECT_SEQUENCE,
    FINDING_OBJECT_SET,
    FINDING_OBJECT_QUEUE,
    FINDING_OBJECT_EVENT,
    FINDING_OBJECT_FUTURE,
    FINDING_OBJECT_OTHER,
};

enum finding_lock_kind {
    FINDING_LOCK_ASYNCIO,
    FINDING_LOCK_ASYNCIO_SEMAPHORE,
    FINDING_LOCK_THREADING,
};

enum { finding_place_locks_max = 8 };

struct finding_lock {
    struct text name; /* "Counter._lock" */
    enum finding_lock_kind kind;
    uint64_t permits;
};

/* One end of a finding: a site in the source and who was there. */
struct finding_place {
    struct text file;     /* relative to where it was recorded */
    struct text function; /* qualified name */
    struct text source;   /* the source line, stripped */
    struct text actor;    /* empty for a window */
    uint32_t line;        /* from 1; 0: there is no such place */
    uint32_t column;      /* of what is done there, in UTF-8 bytes of its line, from 0 */
    uint32_t end_line;    /* 0: columns are not known */
    uint32_t end_column;  /* behind it */
    uint64_t event;       /* 1 + its event's number in the trace (of an act that never came: of the
                             check that would have led to it); 0: not known */
    bool is_location;     /* of a trace that comes from elsewhere: the line is a location, which may be 0 */
    uint32_t lock_count;
    struct finding_lock locks[finding_place_locks_max]; /* held there, in order of acquisition */
};

struct finding_cell {
    struct text owner;     /* class, module or function that keeps it */
    struct text attribute; /* attribute, global or closure variable */
    struct text key;       /* repr of the key; empty: none */
    struct text text;      /* "Cache._data['k']" */
    enum finding_object object;
};

/* How reports for programs spell that there is no such attribute or key; no value's text looks like it. */
#define FINDING_VALUE_ABSENT "(absent)"

struct finding_values {
    struct text read;
    struct text other;
    struct text written;
};

struct finding_advice {
    struct text primitive; /* "asyncio.Lock" */
    struct text text;
    uint32_t from_line;
    uint32_t to_line;
};

/* A trace that the finding occurred in. */
struct finding_sighting {
    uint32_t trace; /* as in struct finding */
    uint64_t count; /* of the finding's status; 0: there only with a lower one */
};

/* Of a trace that could not be read to its end, and is not in the report. */
#define FINDING_TRACE_NONE UINT32_MAX

struct finding {
    char id[20]; /* "SR-" and 12 hex digits, see finding/identity.h */
    enum finding_kind kind;
    enum finding_form form;
    enum finding_status status;
    enum finding_confidence confidence;
    uint64_t count;
    uint64_t
        cells; /* how many cells it occurred at, told apart by their text: one entry of a dict, or many */
    uint64_t order; /* number of the first occurrence's event: what comes first is reported first */
    uint32_t
        trace; /* index of the trace that places and values are of, in the order of the report, or FINDING_TRACE_NONE */
    const struct finding_sighting *sightings; /* by rising trace; NULL until the list is finished */
    size_t sighting_count;
    struct finding_cell cell;
    struct finding_place first;  /* the read or check */
    struct finding_place window; /* the await that opened it; line 0 between threads */
    struct finding_place other;  /* the write that fell, or could fall, in between */
    struct finding_place last;   /* the dependent write or act */
    struct finding_values values;
    struct finding_advice advice;
    bool between_threads;    /* first and other ran on different threads */
    bool every_run;          /* order itself makes it happen in every run */
    bool released_between;   /* first and last hold the same lock, by two acquisitions */
    bool lock_in_vain;       /* a lock is held at both ends and protects nothing */
    bool act_is_use;         /* last reads the cell instead of writing it */
    bool acts_on_other_cell; /* last writes what the check guards, not the cell itself */
    bool known;              /* an earlier report has it already, see report/baseline.h */
    uint32_t suppressed_by;  /* 1 + index of the rule that suppressed it; 0: none did */
    uint32_t ignored_by;     /* 1 + index of the comment in the source that did so, see finding/ignores.h */
};

#endif
