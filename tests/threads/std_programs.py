"""Random programs of threads, of many shapes, as the log that one run of each leaves.

A program's seed says its shape and everything else of it. Locks exclude and are reentrant, a block is closed by who opened
it, and a thread that was joined does nothing unless it is forked again: `std_log.is_possible`.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field

from std_log import Act, Event


@dataclass(frozen=True)
class Shape:
    """How often what is done, in relation to the rest, and what there is to do it with."""

    access: int = 50
    acquire: int = 15
    release: int = 15
    begin: int = 0
    end: int = 0
    fork: int = 2
    join: int = 2
    finish: int = 2
    threads: int = 6
    """So many alive at most."""
    variables: int = 3
    locks: int = 3
    held: int = 3
    """So many locks are held by one thread at most."""
    reenter: float = 0.0
    """How likely an acquisition is of a lock that the thread holds."""
    unforked: float = 0.1
    """How likely a new thread is one that nobody forks."""
    again: float = 0.0
    """How likely a new thread has the name of one that was joined."""
    idle: float = 0.0
    """How likely a thread that is forked does nothing."""
    writes: float = 0.5
    events: tuple[int, int] = (5, 60)


SHAPES = {
    "mixed": Shape(),
    "blocks": Shape(begin=10, end=6),
    "blocks without locks": Shape(acquire=0, release=0, begin=12, end=8, variables=4, unforked=0.3),
    "blocks and locks": Shape(access=30, acquire=20, release=20, begin=12, end=10, locks=2, reenter=0.2),
    "blocks that fork": Shape(access=25, begin=10, end=8, fork=8, join=8, finish=6, idle=0.1, again=0.2),
    "locks": Shape(access=30, acquire=30, release=28, locks=5, held=5),
    "reentrant locks": Shape(access=30, acquire=30, release=26, locks=2, held=6, reenter=0.6),
    "one lock": Shape(acquire=25, release=25, locks=1, held=1, threads=4),
    "fork and join": Shape(access=30, acquire=3, release=3, fork=12, join=10, finish=10, idle=0.2),
    "short threads": Shape(access=30, fork=20, join=20, finish=20, threads=4, variables=2, events=(60, 200)),
    "names used again": Shape(access=30, fork=12, join=12, finish=10, again=0.7, threads=4, events=(30, 120)),
    "nobody forked them": Shape(fork=6, join=3, finish=3, unforked=0.9, threads=8),
    "many threads": Shape(fork=8, threads=20, variables=2, events=(60, 160)),
    "mostly reads": Shape(writes=0.08, fork=5, threads=10, variables=2, events=(40, 120)),
    "mostly writes": Shape(writes=0.95, variables=2),
    "one variable": Shape(variables=1, threads=4, events=(20, 100)),
    "many variables": Shape(variables=30, begin=4, end=3, events=(60, 200)),
    "long": Shape(begin=3, end=3, events=(300, 500), fork=1, join=1, finish=1),
    "few": Shape(begin=15, end=10, threads=3, variables=2, locks=1, events=(3, 12)),
}


@dataclass
class Machine:
    """Runs threads that a random source leads, and writes down what they do."""

    choose: random.Random
    prefix: str
    shape: Shape
    acts: list[Act] = field(default_factory=list)
    alive: list[str] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)
    held: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    depth: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    made: int = 0

    def run(self) -> None:
        first = self.new_name()
        self.alive.append(first)
        for _ in range(self.choose.randrange(1, 4)):
            self.fork(first)
        weights = {name: getattr(self.shape, name) for name in self.doing}
        for _ in range(self.choose.randrange(*self.shape.events)):
            name = self.choose.choices(list(weights), list(weights.values()))[0]
            self.doing[name](self, self.choose.choice(self.alive))
        for name in self.alive:
            if self.choose.random() < 0.8:  # The log of the others stops in the middle of what they do.
                self.let_go(name)

    def new_name(self) -> str:
        self.made += 1
        return f"{self.prefix}T{self.made - 1}"

    def do(self, thread: str, operation: str, operand: str) -> None:
        self.acts.append((thread, operation, operand))

    def access(self, thread: str) -> None:
        variable = f"{self.prefix}x{self.choose.randrange(self.shape.variables)}"
        self.do(thread, "w" if self.choose.random() < self.shape.writes else "r", variable)

    def acquire(self, thread: str) -> None:
        held = self.held[thread]
        if len(held) >= self.shape.held:
            return
        if held and self.choose.random() < self.shape.reenter:
            held.append(self.choose.choice(held))
            self.do(thread, "acq", held[-1])
            return
        taken = {lock for locks in self.held.values() for lock in locks}
        free = [f"{self.prefix}l{number}" for number in range(self.shape.locks)]
        free = [lock for lock in free if lock not in taken]
        if free:
            held.append(self.choose.choice(free))
            self.do(thread, "acq", held[-1])

    def release(self, thread: str) -> None:
        """Any of them: locks need not be nested."""
        held = self.held[thread]
        if held:
            self.do(thread, "rel", held.pop(self.choose.randrange(len(held))))

    def begin(self, thread: str) -> None:
        if self.depth[thread] < 2:
            self.depth[thread] += 1
            self.do(thread, "begin", f"b{thread}")

    def end(self, thread: str) -> None:
        if self.depth[thread]:
            self.depth[thread] -= 1
            self.do(thread, "end", f"b{thread}")

    def fork(self, thread: str) -> None:
        if len(self.alive) >= self.shape.threads:
            return
        if self.joined and self.choose.random() < self.shape.again:
            name = self.joined.pop(self.choose.randrange(len(self.joined)))
            self.do(thread, "fork", name)
        else:
            name = self.new_name()
            if self.choose.random() >= self.shape.unforked:
                self.do(thread, "fork", name)
        (self.over if self.choose.random() < self.shape.idle else self.alive).append(name)

    def join(self, thread: str) -> None:
        """Mostly one that nobody has joined."""
        waiting = self.over if self.over and self.choose.random() < 0.9 else self.joined
        if waiting:
            name = self.choose.choice(waiting)
            if waiting is self.over:
                self.over.remove(name)
                self.joined.append(name)
            self.do(thread, "join", name)

    def finish(self, thread: str) -> None:
        if len(self.alive) > 1:
            self.let_go(thread)
            self.alive.remove(thread)
            self.over.append(thread)

    def let_go(self, thread: str) -> None:
        while self.held[thread]:
            self.release(thread)
        while self.depth[thread]:
            self.end(thread)

    doing = {  # noqa: RUF012 (it never changes)
        "access": access,
        "acquire": acquire,
        "release": release,
        "begin": begin,
        "end": end,
        "fork": fork,
        "join": join,
        "finish": finish,
    }


def shape_of(seed: int) -> str:
    """They come in turn."""
    return list(SHAPES)[seed % len(SHAPES)]


def program(seed: int, prefix: str = "") -> list[Act]:
    machine = Machine(random.Random(seed), prefix, SHAPES[shape_of(seed)])
    machine.run()
    return machine.acts


def interleaved(seed: int, programs: list[list[Act]]) -> tuple[list[Event], list[list[Event]]]:
    """Programs that have nothing to do with each other, mixed into one log; and each by itself.

    A location is the number of the line."""
    alone: list[list[Event]] = [[] for _ in programs]
    log: list[Event] = []
    places = [number for number, acts in enumerate(programs) for _ in acts]
    random.Random(seed).shuffle(places)
    for number in places:
        event = Event(*programs[number][len(alone[number])], len(log) + 1)
        log.append(event)
        alone[number].append(event)
    return log, alone
