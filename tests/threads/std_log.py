"""A log of threads in STD form: its events, its text, and whether real threads could have left it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

Act = tuple[str, str, str]
"""Thread, operation, operand."""


@dataclass(frozen=True)
class Event:
    thread: str
    operation: str
    operand: str
    location: int

    def line(self) -> str:
        operand = f"({self.operand})" if self.operand else ""
        return f"{self.thread}|{self.operation}{operand}|{self.location}"


def located(acts: Iterable[Act], first: int = 1) -> list[Event]:
    """Each at a place of its own: the number of its line."""
    return [Event(*act, number) for number, act in enumerate(acts, first)]


def relocated(events: Iterable[Event]) -> list[Event]:
    return [replace(event, location=number) for number, event in enumerate(events, 1)]


def text(events: Sequence[Event]) -> str:
    return "".join(event.line() + "\n" for event in events)


def is_possible(events: Sequence[Event]) -> bool:
    """Locks exclude and are let go of by who has them, blocks are closed by who opened them, nobody acts before being forked
    or after being joined."""
    owners: dict[str, list[str]] = defaultdict(list)
    depth: dict[str, int] = defaultdict(int)
    over: set[str] = set()
    seen: set[str] = set()
    for event in events:
        thread, operand = event.thread, event.operand
        if thread in over:
            return False
        seen.add(thread)
        if event.operation == "acq":
            if owners[operand] and owners[operand][-1] != thread:
                return False
            owners[operand].append(thread)
        elif event.operation == "rel":
            if not owners[operand] or owners[operand].pop() != thread:
                return False
        elif event.operation in ("begin", "end"):
            depth[thread] += 1 if event.operation == "begin" else -1
            if depth[thread] < 0:
                return False
        elif event.operation == "fork":
            if operand == thread or (operand in seen and operand not in over):
                return False
            over.discard(operand)
            seen.add(operand)
        elif event.operation == "join":
            if operand == thread or depth[operand] or any(operand in held for held in owners.values()):
                return False
            over.add(operand)
    return True
