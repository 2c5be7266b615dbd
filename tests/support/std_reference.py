"""What is true of a log in STD form, found the slow way: a full vector clock for each event, all pairs of accesses, and a
graph of all blocks. Nothing here is clever; that is what it is for."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Event:
    thread: str
    operation: str
    operand: str
    location: int

    def line(self) -> str:
        return f"{self.thread}|{self.operation}({self.operand})|{self.location}"


def text(events: list[Event]) -> str:
    return "".join(event.line() + "\n" for event in events)


# ---- Programs ----


@dataclass
class Machine:
    """Runs threads that a random source leads, and writes down what they do; locks exclude as locks do."""

    choose: random.Random
    prefix: str
    events: list[tuple[str, str, str]] = field(default_factory=list)
    alive: list[str] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    joined: set[str] = field(default_factory=set)
    held: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    depth: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    made: int = 0

    def new_thread(self) -> str:
        name = f"{self.prefix}T{self.made}"
        self.made += 1
        return name

    def do(self, thread: str, operation: str, operand: str) -> None:
        self.events.append((thread, operation, operand))

    def step(self, variables: int, locks: int, blocks: bool) -> None:
        thread = self.choose.choice(self.alive)
        held = self.held[thread]
        what = self.choose.random()
        if what < 0.5:
            variable = f"{self.prefix}x{self.choose.randrange(variables)}"
            self.do(thread, self.choose.choice("rw"), variable)
        elif what < 0.65:
            taken = {lock for locks_held in self.held.values() for lock in locks_held}
            free = sorted({f"{self.prefix}l{number}" for number in range(locks)} - taken)
            if free:
                held.append(self.choose.choice(free))
                self.do(thread, "acq", held[-1])
        elif what < 0.8:
            if held:
                self.do(thread, "rel", held.pop())
        elif what < 0.9:
            if blocks and self.depth[thread] < 2:
                self.depth[thread] += 1
                self.do(thread, "begin", f"b{thread}")
        elif what < 0.95:
            if self.depth[thread]:
                self.depth[thread] -= 1
                self.do(thread, "end", f"b{thread}")
        elif what < 0.98:
            self.start_or_join(thread)
        else:
            self.finish(thread)

    def start_or_join(self, thread: str) -> None:
        candidates = [name for name in self.over if name not in self.joined]
        if candidates and self.choose.random() < 0.6:
            name = self.choose.choice(candidates)
            self.joined.add(name)
            self.do(thread, "join", name)
        elif len(self.alive) < 6:
            name = self.new_thread()
            if self.choose.random() < 0.9:
                self.do(thread, "fork", name)
            self.alive.append(name)

    def finish(self, thread: str) -> None:
        if len(self.alive) < 2:
            return
        self.let_go(thread)
        self.alive.remove(thread)
        self.over.append(thread)

    def let_go(self, thread: str) -> None:
        while self.held[thread]:
            self.do(thread, "rel", self.held[thread].pop())
        for _ in range(self.depth[thread]):
            self.do(thread, "end", f"b{thread}")
        self.depth[thread] = 0


def program(seed: int, prefix: str) -> list[tuple[str, str, str]]:
    choose = random.Random(seed)
    machine = Machine(choose, prefix)
    first = machine.new_thread()
    machine.alive.append(first)
    for _ in range(choose.randrange(1, 4)):
        name = machine.new_thread()
        machine.do(first, "fork", name)
        machine.alive.append(name)
    variables, locks, blocks = choose.randrange(1, 4), choose.randrange(1, 4), choose.random() < 0.6
    for _ in range(choose.randrange(5, 60)):
        machine.step(variables, locks, blocks)
    for name in machine.alive:
        machine.let_go(name)
    return machine.events


def interleaved(seed: int, count: int) -> tuple[list[Event], list[list[Event]]]:
    """So many programs that have nothing to do with each other, mixed into one log; and each by itself.

    A location is the number of the line."""
    choose = random.Random(seed)
    waiting = [program(seed * 1_000_003 + number, f"p{number}") for number in range(count)]
    alone: list[list[Event]] = [[] for _ in waiting]
    log: list[Event] = []
    places = [number for number, events in enumerate(waiting) for _ in events]
    choose.shuffle(places)
    taken = [0] * count
    for number in places:
        event = Event(*waiting[number][taken[number]], len(log) + 1)
        taken[number] += 1
        log.append(event)
        alone[number].append(event)
    return log, alone


# ---- Order ----


def clocks(events: list[Event], with_locks: bool) -> list[dict[str, int]]:
    """For each event how many events of each thread come before it, itself included."""
    now: dict[str, dict[str, int]] = defaultdict(dict)
    released: dict[str, dict[str, int]] = {}
    after: list[dict[str, int]] = []

    def learn(thread: str, known: dict[str, int]) -> None:
        for name, count in known.items():
            now[thread][name] = max(now[thread].get(name, 0), count)

    for event in events:
        if event.operation == "acq" and with_locks:
            learn(event.thread, released.get(event.operand, {}))
        if event.operation == "join":
            learn(event.thread, now[event.operand])
        now[event.thread][event.thread] = now[event.thread].get(event.thread, 0) + 1
        if event.operation == "rel":
            released[event.operand] = dict(now[event.thread])
        if event.operation == "fork":
            learn(event.operand, now[event.thread])
        after.append(dict(now[event.thread]))
    return after


def is_before(events: list[Event], after: list[dict[str, int]], one: int, other: int) -> bool:
    thread = events[one].thread
    return after[one][thread] <= after[other].get(thread, 0)


def conflicts(one: Event, other: Event) -> bool:
    both = (one.operation, other.operation)
    return (
        one.thread != other.thread
        and one.operand == other.operand
        and set(both) <= {"r", "w"}
        and "w" in both
    )


def racy(events: list[Event]) -> set[tuple[str, int]]:
    """Variable and location of each access that races with an earlier one."""
    after = clocks(events, with_locks=True)
    return {
        (events[other].operand, events[other].location)
        for other in range(len(events))
        for one in range(other)
        if conflicts(events[one], events[other]) and not is_before(events, after, one, other)
    }


def locks_at(events: list[Event]) -> list[set[str]]:
    held: dict[str, list[str]] = defaultdict(list)
    found = []
    for event in events:
        if event.operation == "acq":
            held[event.thread].append(event.operand)
        if event.operation == "rel" and event.operand in held[event.thread]:
            held[event.thread].remove(event.operand)
        found.append(set(held[event.thread]))
    return found


def could_race(events: list[Event]) -> set[tuple[int, int]]:
    """Locations of the pairs that neither must-order nor a lock keeps apart."""
    after, held = clocks(events, with_locks=False), locks_at(events)
    return {
        (events[one].location, events[other].location)
        for other in range(len(events))
        for one in range(other)
        if conflicts(events[one], events[other])
        and not is_before(events, after, one, other)
        and not held[one] & held[other]
    }


# ---- Blocks ----


def units(events: list[Event]) -> list[int]:
    """For each event the number of its block: the outermost one, or one of its own."""
    depth: dict[str, int] = defaultdict(int)
    current: dict[str, int] = {}
    numbers = []
    for number, event in enumerate(events):
        if event.operation == "begin":
            depth[event.thread] += 1
            if depth[event.thread] == 1:
                current[event.thread] = number
        numbers.append(current.get(event.thread, number))
        if event.operation == "end" and depth[event.thread]:
            depth[event.thread] -= 1
            if not depth[event.thread]:
                del current[event.thread]
    return numbers


def is_edge(one: Event, other: Event) -> bool:
    """Whether the two, in this order, have to stay in it."""
    if one.thread == other.thread or conflicts(one, other):
        return True
    if one.operation == "rel" and other.operation == "acq":
        return one.operand == other.operand
    return (one.operation == "fork" and one.operand == other.thread) or (
        other.operation == "join" and other.operand == one.thread
    )


def is_serializable(events: list[Event]) -> bool:
    numbers = units(events)
    later: dict[int, set[int]] = defaultdict(set)
    for other in range(len(events)):
        for one in range(other):
            if numbers[one] != numbers[other] and is_edge(events[one], events[other]):
                later[numbers[one]].add(numbers[other])
    state: dict[int, int] = {}

    def has_circle(number: int) -> bool:
        state[number] = 1
        for following in later[number]:
            if state.get(following) == 1 or (following not in state and has_circle(following)):
                return True
        state[number] = 2
        return False

    return not any(number not in state and has_circle(number) for number in set(numbers))
