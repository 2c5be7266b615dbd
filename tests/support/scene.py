"""Small traces told as scenes: who runs when, reads and writes what. For tests of order, locks and windows.

    scene = Scene()
    one, other = scene.task("one"), scene.task("other")
    with scene.step(one):
        scene.read("x", 0)
        scene.pause()
    with scene.step(other):
        scene.put("x", 5)
    with scene.step(one):
        scene.update("x", 1)        # made from the read
    scene.findings(tmp_path)        # what `staleread analyze` says

Every actor runs a function of its own name, in which line 1 reads, line 2 awaits, line 3 writes what was made from the
read (`update`), line 4 writes what the read allowed (`act`), and line 5 writes something of its own (`put`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tool import analyze
from trace_writer import Event, Site, TraceWriter, function, string

READ, AWAIT, UPDATE, ACT, PUT = range(1, 6)
ATTRIBUTE = 1
OBJECT = 1000
LOCK, SEMAPHORE, THREAD_LOCK, REENTRANT = 1, 2, 3, 4
SOON, THREADSAFE, TIMER = 1, 2, 3
NOTIFIED, OTHERWISE, AT_ONCE = 1, 2, 3
FALSE, TRUE = 1 << 3 | 1, 2 << 3 | 1


def number(value: int | None) -> int:
    """A value column: a whole number, or None."""
    if value is None:
        return 1
    return (value << 1 if value >= 0 else (-value << 1) - 1) << 3 | 2


class Scene:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.records: list[bytes] = []
        self.strings: dict[str, int] = {}
        self.functions: dict[str, int] = {}
        self.names: dict[int, str] = {}
        self.running: dict[int, list[int]] = {}
        self.tokens = 0
        self.thread = 0
        self.say("object", object=OBJECT, object_kind=1, string=self.string("State"))
        self.main = self.actor("main", kind=3, loop=0)
        self.begin(self.main)

    # What is in the tables.

    def string(self, text: str) -> int:
        if text not in self.strings:
            self.strings[text] = len(self.strings) + 1
            self.records.append(string(self.strings[text], text))
        return self.strings[text]

    def function(self, name: str) -> int:
        if name in self.functions:
            return self.functions[name]
        row = self.functions[name] = len(self.functions) + 1
        self.records.append(function(row, self.string(name), self.string("scene.py")))
        source = 2 * self.site(name, READ)
        for line, operation, data, control in (
            (READ, 1, (), ()),
            (AWAIT, 5, (), ()),
            (UPDATE, 2, (source,), ()),
            (ACT, 2, (), (source,)),
            (PUT, 2, (), ()),
        ):
            site = Site(
                self.site(name, line),
                row,
                operation,
                line,
                source=self.string(f"{name}:{line}"),
                data=data,
                control=control,
            )
            self.records.append(site.record())
        return row

    def site(self, name: str, line: int) -> int:
        return self.functions[name] * 10 + line

    # What happens.

    def say(self, name: str, **fields: int) -> None:
        self.events.append(Event(name, thread=self.thread, **fields))

    def token(self) -> int:
        self.tokens += 1
        return self.tokens

    def actor(self, name: str, *, kind: int, loop: int) -> int:
        actor = len(self.names) + 1
        self.names[actor] = name
        self.say(
            "actor",
            actor=actor,
            actor_kind=kind,
            string=self.string(name),
            loop=loop,
            function=self.function(name),
        )
        return actor

    def task(self, name: str, *, loop: int = 1) -> int:
        return self.actor(name, kind=1, loop=loop)

    def begin(self, actor: int, token: int = 0) -> None:
        self.running.setdefault(self.thread, []).append(actor)
        self.say("begin", actor=actor, token=token)

    def end(self) -> None:
        self.running[self.thread].pop()
        self.say("end")

    @contextmanager
    def step(self, actor: int, token: int = 0) -> Iterator[None]:
        self.begin(actor, token)
        yield
        self.end()

    @contextmanager
    def on_thread(self, index: int, actor: int | None = None, token: int = 0) -> Iterator[None]:
        """What is told inside happens on another thread; the first time, `actor` begins there."""
        before, self.thread = self.thread, index
        if actor is not None:
            self.begin(actor, token)
        yield
        self.thread = before

    def schedule(self, token: int | None = None, *, how: int = SOON, loop: int = 1) -> int:
        token = self.token() if token is None else token
        self.say("schedule", token=token, how=how, loop=loop)
        return token

    def send(self, name: str = "send") -> int:
        token = self.token()
        self.say(name, token=token)
        return token

    def receive(self, token: int) -> None:
        self.say("recv", token=token)

    def _here(self, line: int) -> int:
        return self.site(self.names[self.running[self.thread][-1]], line)

    def _access(self, kind: str, line: int, cell: str, value: int | None) -> None:
        key = self.string(cell) << 2 | ATTRIBUTE
        self.say(kind, site=self._here(line), object=OBJECT, key=key, value=number(value))

    def read(self, cell: str, value: int | None = 0) -> None:
        self._access("read", READ, cell, value)

    def update(self, cell: str, value: int | None) -> None:
        self._access("write", UPDATE, cell, value)

    def act(self, cell: str, value: int | None) -> None:
        self._access("write", ACT, cell, value)

    def put(self, cell: str, value: int | None) -> None:
        self._access("write", PUT, cell, value)

    def pause(self) -> None:
        self.say("await", site=self._here(AWAIT))

    def lock(self, kind: int = LOCK, permits: int = 1, name: str = "") -> int:
        lock = OBJECT + 1 + sum(each.kind.name == "lock" for each in self.events)
        self.say("lock", object=lock, lock_kind=kind, permits=permits)
        if name:
            self.keep(lock, name)
        return lock

    def keep(self, thing: int, name: str, kind: int = 13) -> None:
        """The one object that there is keeps it under this attribute."""
        self.say("object", object=thing, object_kind=kind, string=self.string("Thing"))
        self.say("keep", object=thing, owner=OBJECT, key=self.string(name) << 2 | ATTRIBUTE)

    def acquire(self, lock: int, line: int = 0) -> None:
        self.say("acquire", object=lock, site=self._here(line) if line else 0)

    def release(self, lock: int) -> None:
        self.say("release", object=lock)

    def event(self, name: str = "ready") -> int:
        event = OBJECT + 500 + sum(each.kind.name == "object" for each in self.events)
        self.keep(event, name, kind=10)
        return event

    def _flag(self, event: int, line: int, value: int) -> None:
        key = self.string("flag") << 2 | ATTRIBUTE
        self.say("write", site=self._here(line), object=event, key=key, value=value)

    def set(self, event: int) -> int:
        """The token of the step that it lets go on, where somebody waits."""
        self._flag(event, PUT, TRUE)
        return self.schedule()

    def clear(self, event: int, line: int = ACT) -> None:
        self._flag(event, line, FALSE)

    def wait(self, thing: int, line: int = AWAIT) -> None:
        self.say("wait", object=thing, site=self._here(line))

    def woken(self, thing: int, how: int = NOTIFIED) -> None:
        self.say("woken", object=thing, how=how)

    def notify(self, condition: int, waiters: int) -> int:
        self.say("notify", object=condition, site=self._here(PUT), waiters=waiters)
        return self.schedule()

    # What comes of it.

    def bytes(self) -> bytes:
        writer = TraceWriter()
        writer.tables(self.records)
        writer.events(self.events)
        writer.end()
        return writer.bytes()

    def findings(self, folder: Path, *options: str) -> list[tuple[str, str, str, int]]:
        """(kind, status, confidence, count) of each finding that is reported."""
        path = folder / "scene.srt"
        path.write_bytes(self.bytes())
        self.found = found = analyze(path, *options)["findings"]
        return [(each["kind"], each["status"], each["confidence"], each["count"]) for each in found]
