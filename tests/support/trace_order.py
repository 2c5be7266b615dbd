"""Must-happen-before of a trace, evaluated from the words of formats/events.yaml in the most straightforward way."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from trace_reader import Event, Trace

Clock = dict[int, int]

TASK, CALLBACK, THREAD, JOB = 1, 2, 3, 4
SOON, IO = 1, 4
SEMAPHORES = (2, 5)


def join(into: Clock, other: Clock) -> None:
    for actor, count in other.items():
        into[actor] = max(into.get(actor, 0), count)


def covers(clock: Clock, actor: int, count: int) -> bool:
    return clock.get(actor, 0) >= count


@dataclass
class Mark:
    actor: int
    count: int
    clock: Clock


@dataclass
class Scheduled:
    """A handle with how 1: when it was scheduled, and the clock at the end of its run."""

    mark: Mark
    after: Clock | None = None


@dataclass
class Running:
    actor: int
    handle: Scheduled | None = None
    at_end: list[tuple[str, int]] = field(default_factory=list)


@dataclass
class Semaphore:
    """One that others release than those who acquired it is a signal."""

    permits: int
    is_signal: bool
    acquired: int = 0
    holders: list[int] = field(default_factory=list)
    released: list[Clock] = field(default_factory=list)


class Order:
    """Marks are the writes of attributes of an object of class `Marks`, by attribute name."""

    def __init__(self, trace: Trace) -> None:
        self.marks: dict[str, Mark] = {}
        self.trace = trace
        self._objects = trace.objects()
        self._clocks: dict[int, Clock] = defaultdict(dict)
        self._tokens: dict[int, Clock] = {}
        self._kinds = {event.actor: event.actor_kind for event in trace.of("actor")}
        self._loops = {event.actor: event.loop for event in trace.of("actor")}
        self._running: dict[int, list[Running]] = defaultdict(list)
        self._waking: set[int] = set()
        self._semaphores: dict[int, Semaphore] = {}
        self._scheduled: dict[int, list[Scheduled]] = defaultdict(list)
        self._handles: dict[int, tuple[int, Scheduled]] = {}
        for event in trace.events:
            handler = getattr(self, f"_on_{event.name}", None)
            if handler is not None:
                handler(event)

    def before(self, first: str, second: str) -> bool:
        one, other = self.marks[first], self.marks[second]
        if one.actor == other.actor:
            return list(self.marks).index(first) < list(self.marks).index(second)
        return covers(other.clock, one.actor, one.count)

    def unordered(self, first: str, second: str) -> bool:
        return not self.before(first, second) and not self.before(second, first)

    def _top(self, event: Event) -> Running:
        return self._running[event.thread][-1]

    def _clock(self, event: Event) -> Clock:
        return self._clocks[self._top(event).actor]

    def _mark(self, event: Event) -> Mark:
        actor, clock = self._top(event).actor, self._clock(event)
        return Mark(actor, clock[actor], dict(clock))

    def _on_write(self, event: Event) -> None:
        if self._objects[event.object] == "Marks":
            self.marks[self.trace.key_text(event.key)] = self._mark(event)

    def _on_begin(self, event: Event) -> None:
        clock = self._clocks[event.actor]
        running = Running(event.actor)
        self._running[event.thread].append(running)
        if event.token not in self._waking:
            join(clock, self._tokens.get(event.token, {}))
        if event.token in self._handles:
            loop, running.handle = self._handles[event.token]
            for other in self._scheduled[loop]:
                when = other.mark
                if other.after is not None and covers(running.handle.mark.clock, when.actor, when.count):
                    join(clock, other.after)
        clock[event.actor] = clock.get(event.actor, 0) + 1

    def _on_end(self, event: Event) -> None:
        running = self._running[event.thread].pop()
        clock = self._clocks[running.actor]
        for how, token in running.at_end:
            self._carry(how, token, clock)
        if running.handle is not None:
            running.handle.after = dict(clock)

    def _carry(self, how: str, token: int, clock: Clock) -> None:
        if how.startswith("send"):
            self._tokens[token] = {}
        join(self._tokens.setdefault(token, {}), clock)

    def _later(self, event: Event) -> None:
        self._top(event).at_end.append((event.name, event.token))

    def _now(self, event: Event) -> None:
        actor, clock = self._top(event).actor, self._clock(event)
        self._carry(event.name, event.token, clock)
        clock[actor] += 1  # What comes next is not carried.

    def _on_send(self, event: Event) -> None:
        self._later(event)

    _on_merge = _on_send

    def _on_send_now(self, event: Event) -> None:
        self._now(event)

    _on_merge_now = _on_send_now

    def _on_recv(self, event: Event) -> None:
        join(self._clock(event), self._tokens.get(event.token, {}))

    def _on_lock(self, event: Event) -> None:
        if event.lock_kind in SEMAPHORES:
            self._semaphores[event.object] = Semaphore(event.permits, is_signal=event.permits == 0)

    def _on_acquire(self, event: Event) -> None:
        semaphore = self._semaphores.get(event.object)
        if semaphore is not None:
            semaphore.acquired += 1
            semaphore.holders.append(self._top(event).actor)
            if semaphore.is_signal and semaphore.acquired > semaphore.permits:
                join(self._clock(event), semaphore.released[semaphore.acquired - semaphore.permits - 1])

    def _on_release(self, event: Event) -> None:
        semaphore = self._semaphores.get(event.object)
        if semaphore is not None:
            actor, clock = self._top(event).actor, self._clock(event)
            if actor in semaphore.holders:
                semaphore.holders.remove(actor)
            else:
                semaphore.is_signal = True
            semaphore.released.append(dict(clock))
            clock[actor] += 1  # What comes next is not carried.

    def _on_wake(self, event: Event) -> None:
        self._waking.add(event.token)

    def _on_schedule(self, event: Event) -> None:
        actor = self._top(event).actor
        mark = self._mark(event)
        if self._loops.get(actor) == event.loop:
            self._later(event)
        else:
            self._now(event)
        if event.how == SOON:
            handle = Scheduled(mark)
            self._scheduled[event.loop].append(handle)
            self._handles[event.token] = (event.loop, handle)

    def _on_loop_close(self, event: Event) -> None:
        for actor, loop in self._loops.items():
            if loop == event.loop:
                join(self._clock(event), self._clocks[actor])
