"""The table of event kinds, as formats/events.yaml has it (a test compares the two).

An event in memory is `EVENT_NUMBERS` numbers: kind, thread identifier of the operating system, the kind's
fields, and zeros. Only the writer turns thread identifiers into the small indexes that stand in the file.
"""

from __future__ import annotations

from typing import Final

ACTOR: Final = 1
BEGIN: Final = 2
END: Final = 3
FINISH: Final = 4
LOOP: Final = 5
LOOP_CLOSE: Final = 6

SCHEDULE: Final = 10
WAKE: Final = 11
SEND: Final = 12
MERGE: Final = 13
SEND_NOW: Final = 14
MERGE_NOW: Final = 15
RECV: Final = 16
RETIRE: Final = 17

LOCK: Final = 20
ACQUIRE: Final = 21
RELEASE: Final = 22

WAIT: Final = 24
WOKEN: Final = 25
NOTIFY: Final = 26

ENTER: Final = 30
LEAVE: Final = 31
PAUSE: Final = 32
RESUME: Final = 33
AWAIT: Final = 34

BLOCKED: Final = 36
ABANDONED: Final = 37
FOREIGN: Final = 38

OBJECT: Final = 40
KEEP: Final = 41
LOCAL: Final = 42
DROP: Final = 43
READ: Final = 44
WRITE: Final = 45
KEY: Final = 46
VALUE: Final = 47

# Of traces that were made from others; no agent writes them.
READ_AT: Final = 48
WRITE_AT: Final = 49
BLOCK: Final = 50
BLOCK_END: Final = 51
ACQUIRE_AT: Final = 52
RELEASE_AT: Final = 53

CLOCK: Final = 60
LOST: Final = 61
OFF: Final = 62

# Never in a file: tells the writer that a thread is over, so that its identifier may come again.
THREAD_GONE: Final = 0

FIELDS: Final[dict[int, tuple[str, ...]]] = {
    ACTOR: ("actor", "actor_kind", "string", "loop", "function", "site"),
    BEGIN: ("actor", "token"),
    END: ("microseconds",),
    FINISH: ("actor",),
    LOOP: ("loop", "string"),
    LOOP_CLOSE: ("loop",),
    SCHEDULE: ("token", "how", "loop"),
    WAKE: ("token", "loop"),
    SEND: ("token",),
    MERGE: ("token",),
    SEND_NOW: ("token",),
    MERGE_NOW: ("token",),
    RECV: ("token",),
    RETIRE: ("token",),
    LOCK: ("object", "lock_kind", "permits"),
    ACQUIRE: ("object", "site"),
    RELEASE: ("object", "site"),
    WAIT: ("object", "site"),
    WOKEN: ("object", "how"),
    NOTIFY: ("object", "site", "waiters"),
    ENTER: ("function", "site", "activation"),
    LEAVE: ("activation",),
    PAUSE: ("activation",),
    RESUME: ("activation", "site"),
    AWAIT: ("site",),
    BLOCKED: ("function", "line", "string", "microseconds", "cpu_microseconds", "waiting_microseconds"),
    ABANDONED: ("what", "function", "line", "string", "coroutine", "actor"),
    FOREIGN: ("object", "loop", "function", "line", "string", "operation"),
    OBJECT: ("object", "object_kind", "string"),
    KEEP: ("object", "owner", "key"),
    LOCAL: ("object", "function", "string", "line"),
    DROP: ("object",),
    READ: ("site", "object", "key", "value"),
    WRITE: ("site", "object", "key", "value"),
    KEY: ("key_number", "string"),
    VALUE: ("value_number", "string"),
    READ_AT: ("line", "object", "key"),
    WRITE_AT: ("line", "object", "key"),
    BLOCK: ("line", "string"),
    BLOCK_END: ("line",),
    ACQUIRE_AT: ("object", "line"),
    RELEASE_AT: ("object", "line"),
    CLOCK: ("nanoseconds",),
    LOST: ("events",),
    OFF: ("string",),
}

EVENT_NUMBERS: Final = 8
assert max(map(len, FIELDS.values())) + 2 <= EVENT_NUMBERS

# What may be dropped when memory runs short: without the others the rest could not be understood.
DROPPABLE: Final = frozenset({READ, WRITE, AWAIT})


class ActorKind:
    TASK: Final = 1
    CALLBACK: Final = 2
    THREAD: Final = 3
    JOB: Final = 4


class How:
    """How a handle was scheduled."""

    SOON: Final = 1
    THREADSAFE: Final = 2
    TIMER: Final = 3
    IO: Final = 4


class Woken:
    """How a wait ended."""

    NOTIFIED: Final = 1
    OTHERWISE: Final = 2
    AT_ONCE: Final = 3
    """It was set already: nobody waited."""


class Abandoned:
    COROUTINE: Final = 1
    EXCEPTION: Final = 2
    PENDING: Final = 3


class LockKind:
    ASYNC_LOCK: Final = 1
    ASYNC_SEMAPHORE: Final = 2
    THREAD_LOCK: Final = 3
    THREAD_RLOCK: Final = 4
    THREAD_SEMAPHORE: Final = 5


class ObjectKind:
    INSTANCE: Final = 1
    CLASS: Final = 2
    MODULE: Final = 3
    SCOPE: Final = 4
    DICT: Final = 5
    LIST: Final = 6
    SET: Final = 7
    DEQUE: Final = 8
    QUEUE: Final = 9
    EVENT: Final = 10
    FUTURE: Final = 11
    CONTAINER: Final = 12
    LOCK: Final = 13


# Key columns: the low two bits say what the rest is.
STRUCTURE: Final = 0
UNFOLLOWED_KEY: Final = 2


def attribute_key(string: int) -> int:
    return 1 | string << 2


def numbered_key(number: int) -> int:
    return 2 | number << 2


def whole_key(number: int) -> int:
    return 3 | (number << 1 ^ number >> 63) << 2


# Value columns: the low three bits say what the rest is.
UNKNOWN: Final = 0
NONE: Final = 1
FALSE: Final = 1 | 1 << 3
TRUE: Final = 1 | 2 << 3
ABSENT: Final = 1 | 3 << 3
OTHER_CONSTANT: Final = 1 | 4 << 3


def whole_value(number: int) -> int:
    return 2 | (number << 1 ^ number >> 63) << 3


def fingerprint_value(fingerprint: int) -> int:
    return 3 | fingerprint << 3


def object_value(number: int) -> int:
    return 4 | number << 3


def numbered_value(number: int) -> int:
    return 5 | number << 3
