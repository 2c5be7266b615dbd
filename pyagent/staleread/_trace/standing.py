"""What of the events so far still stands: who runs, what it holds and is within, what objects there are.

In: batches of events, in order. Out: events that say the same in short, for a reader who has not seen those. What must
hold: what is over takes no memory any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from staleread._trace.events import (
    ACQUIRE,
    ACTOR,
    AWAIT,
    BEGIN,
    DROP,
    END,
    ENTER,
    EVENT_NUMBERS,
    FIELDS,
    FINISH,
    KEEP,
    KEY,
    LEAVE,
    LOCAL,
    LOCK,
    LOOP,
    OBJECT,
    PAUSE,
    RELEASE,
    RESUME,
    RETIRE,
    SCHEDULE,
    VALUE,
    WAIT,
    WAKE,
    WOKEN,
    How,
    ObjectKind,
)

Event = tuple[int, int, tuple[int, ...]]
"""Kind, index of the thread, fields."""


@dataclass
class _Call:
    function: int
    site: int
    activation: int
    awaits: int = 0
    """The site of its latest await."""


@dataclass
class _Actor:
    declared: tuple[int, ...]
    calls: list[_Call] = field(default_factory=list)
    held: list[tuple[int, int]] = field(default_factory=list)
    """Locks, and the sites where it took them."""
    wait: tuple[int, int] | None = None
    is_finished: bool = False
    steps: int = 0


class Objects:
    """What has been said of objects, keys and values: by their numbers."""

    def __init__(self) -> None:
        self.about: dict[int, tuple[tuple[int, ...], ...]] = {}
        """By object: the first event of each kind that tells of it, kind and fields."""
        self.keys: dict[int, tuple[int, ...]] = {}
        self.values: dict[int, tuple[int, ...]] = {}

    def told(self, kind: int, fields: tuple[int, ...]) -> None:
        known = self.about.get(fields[0], ())
        if all(told[0] != kind for told in known):
            self.about[fields[0]] = (*known, (kind, *fields[: len(FIELDS[kind])]))

    def dropped(self, number: int) -> None:
        self.about.pop(number, None)

    def kind(self, number: int) -> int:
        return next((told[2] for told in self.about.get(number, ()) if told[0] == OBJECT), 0)


class Standing:
    def __init__(self) -> None:
        self.objects = Objects()
        self._loops: dict[int, tuple[int, ...]] = {}
        self._actors: dict[int, _Actor] = {}
        self._running: dict[int, list[int]] = {}
        """By thread: the actors that run there, the innermost last."""
        self._generators: dict[int, _Call] = {}
        """Those that have yielded."""
        self._handles: dict[int, tuple[int, tuple[int, ...]]] = {}
        """By token: how it was queued."""
        self.on_gone: Callable[[tuple[int, ...]], None] = lambda declared: None
        """Called with the declaration of an actor that is over."""
        self._takers: dict[int, Callable[[int, tuple[int, ...]], None]] = {
            LOOP: lambda thread, fields: self._loops.__setitem__(fields[0], fields),
            ACTOR: self._actor,
            BEGIN: self._begin,
            END: self._end,
            FINISH: self._finish,
            SCHEDULE: lambda thread, fields: self._handles.__setitem__(fields[0], (SCHEDULE, fields)),
            WAKE: lambda thread, fields: self._handles.__setitem__(fields[0], (WAKE, fields)),
            RETIRE: lambda thread, fields: self._handles.pop(fields[0], None) and None,
            ACQUIRE: self._acquire,
            RELEASE: self._release,
            WAIT: self._wait,
            WOKEN: self._woken,
            ENTER: self._enter,
            LEAVE: self._leave,
            PAUSE: self._pause,
            RESUME: self._resume,
            AWAIT: self._await,
            DROP: lambda thread, fields: self.objects.dropped(fields[0]),
            KEY: lambda thread, fields: self.objects.keys.__setitem__(fields[0], fields),
            VALUE: lambda thread, fields: self.objects.values.__setitem__(fields[0], fields),
        }
        for kind in (OBJECT, KEEP, LOCAL, LOCK):
            self._takers[kind] = self._object_teller(kind)

    def _object_teller(self, kind: int) -> Callable[[int, tuple[int, ...]], None]:
        return lambda thread, fields: self.objects.told(kind, fields)

    def take(self, numbers: list[int], threads: Sequence[int]) -> None:
        """A batch: `EVENT_NUMBERS` numbers for each event, and the index of its thread."""
        takers = self._takers
        for place, kind in enumerate(numbers[0::EVENT_NUMBERS]):
            taker = takers.get(kind)
            if taker is not None:
                at = place * EVENT_NUMBERS
                taker(threads[place], tuple(numbers[at + 2 : at + EVENT_NUMBERS]))

    # Actors

    def _actor(self, thread: int, fields: tuple[int, ...]) -> None:
        known = self._actors.get(fields[0])
        if known is None:
            self._actors[fields[0]] = _Actor(fields)
        else:
            known.declared = fields

    def _runs(self, thread: int) -> _Actor | None:
        running = self._running.get(thread)
        return self._actors.get(running[-1]) if running else None

    def _begin(self, thread: int, fields: tuple[int, ...]) -> None:
        number, token = fields[0], fields[1]
        actor = self._actors.setdefault(number, _Actor((number, 0, 0, 0, 0, 0)))
        actor.steps += 1
        if actor.wait is not None and self.objects.kind(actor.wait[0]) == ObjectKind.FUTURE:
            actor.wait = None
        self._running.setdefault(thread, []).append(number)
        handle = self._handles.get(token)
        if handle is not None and not (handle[0] == SCHEDULE and handle[1][1] == How.IO):
            del self._handles[token]

    def _end(self, thread: int, fields: tuple[int, ...]) -> None:
        running = self._running.get(thread)
        if not running:
            return
        number = running.pop()
        actor = self._actors.get(number)
        if actor is not None:
            actor.steps -= 1
            self._bury(number, actor)

    def _finish(self, thread: int, fields: tuple[int, ...]) -> None:
        actor = self._actors.get(fields[0])
        if actor is not None:
            actor.is_finished = True
            self._bury(fields[0], actor)

    def _bury(self, number: int, actor: _Actor) -> None:
        if actor.is_finished and actor.steps <= 0:
            del self._actors[number]
            self.on_gone(actor.declared)

    # What they hold and wait for

    def _acquire(self, thread: int, fields: tuple[int, ...]) -> None:
        actor = self._runs(thread)
        if actor is not None:
            actor.held.append((fields[0], fields[1]))

    def _release(self, thread: int, fields: tuple[int, ...]) -> None:
        running = self._runs(thread)
        if running is None or not _let_go(running, fields[0]):
            any(_let_go(actor, fields[0]) for actor in self._actors.values() if actor.held)

    def _wait(self, thread: int, fields: tuple[int, ...]) -> None:
        actor = self._runs(thread)
        if actor is not None:
            actor.wait = fields[0], fields[1]

    def _woken(self, thread: int, fields: tuple[int, ...]) -> None:
        actor = self._runs(thread)
        if actor is not None:
            actor.wait = None

    # What they are within

    def _enter(self, thread: int, fields: tuple[int, ...]) -> None:
        actor = self._runs(thread)
        if actor is not None:
            actor.calls.append(_Call(fields[0], fields[1], fields[2]))

    def _leave(self, thread: int, fields: tuple[int, ...]) -> None:
        self._take_call(thread, fields[0])
        self._generators.pop(fields[0], None)

    def _take_call(self, thread: int, activation: int) -> _Call | None:
        """Off its actor's stack: the topmost call, or the generator of that number."""
        actor = self._runs(thread)
        if actor is None or not actor.calls:
            return None
        if not activation:
            return actor.calls.pop()
        for call in reversed(actor.calls):
            if call.activation == activation:
                actor.calls.remove(call)
                return call
        return None

    def _pause(self, thread: int, fields: tuple[int, ...]) -> None:
        call = self._take_call(thread, fields[0])
        if call is not None:
            self._generators[fields[0]] = call

    def _resume(self, thread: int, fields: tuple[int, ...]) -> None:
        call, actor = self._generators.pop(fields[0], None), self._runs(thread)
        if call is not None and actor is not None:
            actor.calls.append(call)

    def _await(self, thread: int, fields: tuple[int, ...]) -> None:
        actor = self._runs(thread)
        if actor is not None and actor.calls:
            actor.calls[-1].awaits = fields[0]

    # In short

    def declared(self, thread: int) -> Iterator[Event]:
        """The loops and actors that there are."""
        yield from ((LOOP, thread, fields) for fields in self._loops.values())
        yield from ((ACTOR, thread, actor.declared) for actor in self._actors.values() if actor.declared[1])

    def state(self, apart: int) -> Iterator[Event]:
        """What they are about; `apart` is a thread on which nothing else ever happens."""
        for activation, call in self._generators.items():
            yield from _calls([call], apart)
            yield PAUSE, apart, (activation,)
        for token_kind, fields in self._handles.values():
            yield token_kind, apart, fields
        running = {number for numbers in self._running.values() for number in numbers}
        for number, actor in self._actors.items():
            if number not in running and (actor.calls or actor.held or actor.wait):
                yield BEGIN, apart, (number, 0)
                yield from _state(actor, apart)
                yield END, apart, (0,)
        for thread, numbers in self._running.items():
            for number in numbers:
                yield BEGIN, thread, (number, 0)
                if number in self._actors:
                    yield from _state(self._actors[number], thread)

    def all_objects(self, thread: int) -> Iterator[Event]:
        """Everything that was said of objects, keys and values that are there still."""
        return self.some_objects(self.objects.about, self.objects.keys, self.objects.values, thread)

    def some_objects(
        self, objects: Iterable[int], keys: Iterable[int], values: Iterable[int], thread: int
    ) -> Iterator[Event]:
        """The same of these, where something was."""
        known = self.objects
        for number in objects:
            for kind, *fields in known.about.get(number, ()):
                if kind != KEEP or fields[1] in known.about:
                    yield kind, thread, tuple(fields)
        yield from ((KEY, thread, known.keys[number]) for number in keys if number in known.keys)
        yield from ((VALUE, thread, known.values[number]) for number in values if number in known.values)


def _let_go(actor: _Actor, lock: int) -> bool:
    for held in reversed(actor.held):
        if held[0] == lock:
            actor.held.remove(held)
            return True
    return False


def _state(actor: _Actor, thread: int) -> Iterator[Event]:
    yield from _calls(actor.calls, thread)
    yield from ((ACQUIRE, thread, held) for held in actor.held)
    if actor.wait is not None:
        yield WAIT, thread, actor.wait


def _calls(calls: list[_Call], thread: int) -> Iterator[Event]:
    for call in calls:
        yield ENTER, thread, (call.function, call.site, call.activation)
        if call.awaits:
            yield AWAIT, thread, (call.awaits,)


def flat(events: Iterable[Event]) -> tuple[list[int], list[int]]:
    """Events as a batch has them: their numbers, and the threads."""
    numbers: list[int] = []
    threads: list[int] = []
    for kind, thread, fields in events:
        numbers += (kind, thread, *fields, *[0] * (EVENT_NUMBERS - 2 - len(fields)))
        threads.append(thread)
    return numbers, threads
