"""A small trace by hand: two tasks that each read a counter, suspend, and write it."""

from __future__ import annotations

from trace_writer import Event, Site, TraceWriter, function, string

OBJECT = 1
VALUE = 5 << 2 | 1  # the attribute called by string 5
READ_SITE, WRITE_SITE, AWAIT_SITE = 1, 2, 3

STRINGS = [
    "Counter.increment",
    "counter.py",
    "self.value",
    "Counter",
    "value",
    "seen = self.value",
    "self.value = seen + 1",
    "await asyncio.sleep(0)",
    "asyncio.sleep(0)",
    "Task-1",
    "Task-2",
]


def tables() -> list[bytes]:
    return [
        *(string(number, value) for number, value in enumerate(STRINGS, 1)),
        function(1, 1, 2, line=4, flags=1 | 4),
        Site(READ_SITE, 1, 1, 5, expression=3, source=6, name=5).record(),
        Site(WRITE_SITE, 1, 2, 7, expression=3, source=7, name=5, data=[2 * READ_SITE]).record(),
        Site(AWAIT_SITE, 1, 5, 6, flags=4, expression=9, source=8).record(),
    ]


def integer(value: int) -> int:
    """A whole number as it stands in a value column."""
    zigzag = value << 1 if value >= 0 else -value * 2 - 1
    return zigzag << 3 | 2


def opening() -> list[Event]:
    """The thread, its loop, and two tasks that it makes."""
    return [
        Event("clock", nanoseconds=1),
        Event("actor", actor=1, actor_kind=3),
        Event("begin", actor=1),
        Event("loop", loop=1),
        Event("actor", actor=2, actor_kind=1, string=10, loop=1, function=1),
        Event("schedule", token=1, how=1, loop=1),
        Event("actor", actor=3, actor_kind=1, string=11, loop=1, function=1),
        Event("schedule", token=2, how=1, loop=1),
        Event("object", object=OBJECT, object_kind=1, string=4),
    ]


def first_steps() -> list[Event]:
    """Both tasks read 0 and suspend."""
    steps = []
    for actor, token in ((2, 1), (3, 2)):
        steps += [
            Event("begin", actor=actor, token=token),
            Event("enter", function=1),
            Event("read", site=READ_SITE, object=OBJECT, key=VALUE, value=integer(0)),
            Event("await", site=AWAIT_SITE),
            Event("schedule", token=token + 2, how=1, loop=1),
            Event("end", microseconds=10),
        ]
    return steps


def last_steps() -> list[Event]:
    """Both tasks write 1."""
    steps = []
    for actor, token in ((2, 3), (3, 4)):
        steps += [
            Event("begin", actor=actor, token=token),
            Event("write", site=WRITE_SITE, object=OBJECT, key=VALUE, value=integer(1)),
            Event("leave"),
            Event("finish", actor=actor),
            Event("end", microseconds=10),
        ]
    return steps


def writer() -> TraceWriter:
    """The whole trace: frames 0 meta, 1 tables, 2 to 4 events, 5 end."""
    made = TraceWriter()
    made.meta({"agent": "0.1.0", "python": "3.11.7", "root": "/srv/app"})
    made.tables(tables())
    for events in (opening(), first_steps(), last_steps()):
        made.events(events)
    made.end({"events": str(len(opening()) + len(first_steps()) + len(last_steps()))})
    return made
