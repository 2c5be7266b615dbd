"""Makes a log on which two sides differ as small as it goes: whole programs, threads, variables, locks and blocks are left
out, then single events, as long as real threads could have left what remains and something still differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from std_answers import program_of
from std_log import Event, is_possible, relocated

Differs = Callable[[list[Event]], bool]


def smaller(log: list[Event], differs: Differs) -> list[Event]:
    best = _first(log, _programs(log), differs) or relocated(log)
    while True:
        left = _without_stretches(best, differs)
        left = _first(left, [*_names(left), *_pairs(left)], differs) or left
        if len(left) == len(best):
            return best
        best = left


def _first(log: list[Event], cuts: list[set[int]], differs: Differs) -> list[Event] | None:
    """What is left after the first cut that will do."""
    for cut in cuts:
        left = relocated(event for number, event in enumerate(log) if number not in cut)
        if left and len(left) < len(log) and is_possible(left) and differs(left):
            return left
    return None


def _without_stretches(log: list[Event], differs: Differs) -> list[Event]:
    """Long ones first."""
    length = len(log) // 2
    while length:
        first = 0
        while first < len(log):
            left = _first(log, [set(range(first, first + length))], differs)
            if left is None:
                first += length
            else:
                log = left
        length //= 2
    return log


def _programs(log: list[Event]) -> list[set[int]]:
    """All but one."""
    programs = sorted({program_of(event.thread) for event in log})
    return [{n for n, event in enumerate(log) if program_of(event.thread) != name} for name in programs]


def _names(log: list[Event]) -> list[set[int]]:
    """What is about one thread, variable or lock."""
    names = sorted({name for event in log for name in (event.thread, event.operand)})
    return [{n for n, event in enumerate(log) if name in (event.thread, event.operand)} for name in names]


def _pairs(log: list[Event]) -> Iterator[set[int]]:
    """What opens something, and what closes it."""
    closes = {"rel": "acq", "end": "begin"}
    opened: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number, event in enumerate(log):
        if event.operation in closes:
            yield {number, *opened[event.thread, closes[event.operation], event.operand][-1:]}
        opened[event.thread, event.operation, event.operand].append(number)
