"""What is true of a log in STD form, found the slow way: a full vector clock for each event, all pairs of accesses, and a
graph of all blocks. Nothing here is clever; that is what it is for."""

from __future__ import annotations

from collections import defaultdict

from std_log import Event

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


def with_starts(events: list[Event]) -> list[Event]:
    """A thread that was forked has begun, even if it did nothing else that would be in the log."""
    return [
        each
        for event in events
        for each in (event, Event(event.operand, "start", "", event.location))[
            : 1 + (event.operation == "fork")
        ]
    ]


def is_serializable(events: list[Event]) -> bool:
    """Whether the blocks could have come one after another: the graph of what has to stay in order has no circle."""
    events = with_starts(events)
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
