"""What the methods of primitives that are told of by rule mean.

In: calls of them, and how they end. Out: `lock`, `acquire`, `release` events; tokens from `set` to `wait`, from `put` to
the `get` of the same item.
"""

from __future__ import annotations

from _thread import get_ident
from asyncio import events
from collections import deque
from types import FrameType, MemberDescriptorType
from typing import Any

from staleread._order.steps import Steps
from staleread._primitives import Primitive
from staleread._record.kinds import MISSING, mro_of, namespace_of
from staleread._trace.events import MERGE, MERGE_NOW, RECV, RETIRE, SEND, SEND_NOW, LockKind, ObjectKind

_UNLIMITED = 1 << 30
_OBJECT_KINDS = {
    "lock": ObjectKind.LOCK,
    "semaphore": ObjectKind.LOCK,
    "event": ObjectKind.EVENT,
    "queue": ObjectKind.QUEUE,
}

Items = deque[tuple[int, int]]
"""What is in a queue, oldest first: the `id()` of each item, and its token."""


class _Same:
    """Stands for several objects of the program that are one primitive."""


class Shared:
    """What all roles of a recording know together."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.within: set[tuple[int, int]] = set()
        """By actor and `id()`: the primitives of which a method runs just now."""
        self.items: dict[int, Items] = {}
        self.flipped: dict[int, bool] = {}
        self.same: dict[tuple[str, object], _Same] = {}
        steps.identity.side_tables += [self.items, self.flipped]


class Role:
    """What one method does. `subject` is the object it is called on."""

    wakes = False
    """Whether what it schedules while it runs is a hand-over, not order."""
    waits = False
    """Whether it matters how it ends."""

    def __init__(self, primitive: Primitive, cls: type, shared: Shared) -> None:
        self.primitive = primitive
        self.shared = shared
        self.recorder = shared.steps.recorder
        self.record = shared.steps.record
        self.site = self.recorder.frames.call_site
        kind = _OBJECT_KINDS[primitive.kind]
        self._stand_in = type(cls.__qualname__, (_Same,), {"__module__": cls.__module__})
        self.recorder.types.declare(self._stand_in, kind)
        if not self._is_watched(cls):
            self.recorder.types.declare(cls, kind)

    def _is_watched(self, cls: type) -> bool:
        """What the program itself is made of has attributes that are of interest."""
        codes = (getattr(method, "__code__", None) for method in vars(cls).values())
        return any(id(code) in self.recorder.frames.codes for code in codes if code is not None)

    def begun(self, subject: Any, item: object, frame: FrameType) -> Any:
        """It is called; what it gives back is handed on."""

    def failed(self, subject: Any, state: Any, error: BaseException) -> None:
        """It has raised."""

    def done(self, subject: Any, state: Any, result: Any, frame: FrameType) -> None:
        """It has returned."""

    def one(self, subject: Any) -> Any:
        """The primitive that an object stands for: itself, or all that have the same attribute."""
        if not self.primitive.same:
            return subject
        value = _peek(subject, self.primitive.same)
        if type(value) in (str, bytes, int):
            # Each class of locks has names of its own; the two sides of a queue share theirs.
            key = (self.primitive.owner if self.primitive.kind in ("lock", "semaphore") else "", value)
            return self.shared.same.get(key) or self.shared.same.setdefault(key, self._stand_in())
        return subject if value is MISSING or value is None else value


def _peek(obj: Any, name: str) -> Any:
    """An attribute that an instance keeps itself, without running code of its class."""
    for cls in mro_of(type(obj)):
        raw = namespace_of(cls).get(name, MISSING)
        if type(raw) is MemberDescriptorType:
            try:
                return raw.__get__(obj)
            except AttributeError:
                return MISSING
    try:
        return object.__getattribute__(obj, "__dict__").get(name, MISSING)
    except AttributeError:
        return MISSING


def is_within_loop() -> bool:
    return events._get_running_loop() is not None


# Locks and semaphores


class _Holding(Role):
    def declare(self, subject: Any) -> Any:
        one = self.one(subject)
        within_loop = is_within_loop()
        if self.primitive.kind == "lock":
            kind = LockKind.ASYNC_LOCK if within_loop else LockKind.THREAD_LOCK
            self.recorder.locks.declare_as(one, kind, 1)
            return one
        kind = LockKind.ASYNC_SEMAPHORE if within_loop else LockKind.THREAD_SEMAPHORE
        permits = self.primitive.permits
        value = _peek(subject, permits) if isinstance(permits, str) else permits
        self.recorder.locks.declare_as(one, kind, value if type(value) is int else _UNLIMITED)
        return one


class _Acquire(_Holding):
    """`False` says that it was not acquired."""

    waits = True

    def begun(self, subject: Any, item: object, frame: FrameType) -> Any:
        """Declared before: how many may hold it is as it was made."""
        return self.declare(subject)

    def done(self, subject: Any, state: Any, result: Any, frame: FrameType) -> None:
        if result is not False:
            self.recorder.locks.acquired(state, self.site(frame))


class _Release(_Holding):
    """Told before it happens: another thread may go on at once."""

    wakes = True

    def begun(self, subject: Any, item: object, frame: FrameType) -> Any:
        self.recorder.locks.released(self.declare(subject), self.site(frame))


# Events


class _Set(Role):
    """Where it is told what clears the event, only the `set` that flips it counts."""

    def begun(self, subject: Any, item: object, frame: FrameType) -> Any:
        one = self.one(subject)
        if "clear" in self.primitive.roles and self.shared.flipped.get(id(one)):
            return
        completions = self.recorder.completions
        if is_within_loop():
            completions.sent(one)
        else:
            completions.sent_now(one)
        self.shared.flipped[id(one)] = True


class _Wait(Role):
    """`False` says that it was not set."""

    waits = True

    def done(self, subject: Any, state: Any, result: Any, frame: FrameType) -> None:
        if result is not False:
            self.recorder.completions.receive(self.one(subject))


class _Clear(Role):
    def begun(self, subject: Any, item: object, frame: FrameType) -> Any:
        self.shared.flipped.pop(id(self.one(subject)), None)


# Queues


class _Channel(Role):
    def items(self, subject: Any) -> Items:
        one = self.one(subject)
        items = self.shared.items.get(id(one))
        if items is None:
            self.recorder.identity.number(one)
            items = self.shared.items.setdefault(id(one), deque())
        return items


class _Put(_Channel):
    """Told before it happens: whoever gets the item may go on at once."""

    def begun(self, subject: Any, item: object, frame: FrameType) -> Any:
        token = self.recorder.identity.next_token()
        self.record((SEND if is_within_loop() else SEND_NOW, get_ident(), token, 0, 0, 0, 0, 0))
        entry = (id(item), token)
        self.items(subject).append(entry)
        return entry

    def failed(self, subject: Any, state: Any, error: BaseException) -> None:
        items = self.items(subject)
        if state in items:
            items.remove(state)


class _Get(_Channel):
    """An item is known by its identity; one that comes out as another object is taken for the oldest."""

    waits = True

    def done(self, subject: Any, state: Any, result: Any, frame: FrameType) -> None:
        items = self.items(subject)
        if not items:
            return
        found = next((entry for entry in items if entry[0] == id(result)), items[0])
        items.remove(found)
        self.record((RECV, get_ident(), found[1], 0, 0, 0, 0, 0))
        self.record((RETIRE, get_ident(), found[1], 0, 0, 0, 0, 0))

    def failed(self, subject: Any, state: Any, error: BaseException) -> None:
        """Closed, perhaps: whoever finds that comes after whoever closed it."""
        if isinstance(error, Exception):
            self.recorder.completions.receive(self.one(subject))


class _Close(Role):
    def begun(self, subject: Any, item: object, frame: FrameType) -> Any:
        token = self.recorder.identity.token(self.one(subject))
        self.record((MERGE if is_within_loop() else MERGE_NOW, get_ident(), token, 0, 0, 0, 0, 0))


_ROLES: dict[str, type[Role]] = {
    "acquire": _Acquire,
    "release": _Release,
    "set": _Set,
    "wait": _Wait,
    "clear": _Clear,
    "put": _Put,
    "get": _Get,
    "close": _Close,
}


def role_of(role: str, primitive: Primitive, cls: type, shared: Shared) -> Role:
    return _ROLES[role](primitive, cls, shared)
