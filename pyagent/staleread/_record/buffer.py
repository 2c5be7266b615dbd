"""Events in memory, between the threads of the program and the writer.

In: one `record` of a tuple for each event, the only thing that the program pays for. Out: batches, in order. Events
lie in one flat list, `EVENT_NUMBERS` numbers each, so that they are no objects of their own: nothing here makes the
program's garbage collector run. The list never changes hands, so that hooks may keep its bound method: a single list
operation is atomic, events only come at the end, and what the writer takes away it takes from the front.
"""

from __future__ import annotations

from _thread import allocate_lock, get_ident
from collections.abc import Callable
from itertools import chain, compress

from staleread._trace.events import DROPPABLE, EVENT_NUMBERS, FIELDS, LOST
from staleread._trace.frames import Batch

# Eight places in the list, of which an eighth more may be allocated, and three numbers that are no small ones.
EVENT_BYTES = 9 * EVENT_NUMBERS + 3 * 32

_KEPT = frozenset(FIELDS) - DROPPABLE
_KEEPS = {kind: (kind not in DROPPABLE,) * EVENT_NUMBERS for kind in FIELDS}
"""By kind: for each of its numbers, whether it stays."""
_KEEPS_LOST = {kind: (kind == LOST,) * EVENT_NUMBERS for kind in FIELDS}


class Block:
    """Events that were taken out of a buffer."""

    def __init__(self, numbers: list[int]) -> None:
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers) // EVENT_NUMBERS

    def numbers(self) -> list[int]:
        """All their numbers."""
        return self._numbers

    def first_ident(self) -> int:
        """The thread of the first of them."""
        return self._numbers[1]

    def idents(self) -> set[int]:
        """The identifiers of their threads."""
        return set(self._numbers[1::EVENT_NUMBERS])

    def has(self, kind: int) -> bool:
        """Whether an event of this kind is among them."""
        return kind in self._numbers[0::EVENT_NUMBERS]

    def batch(self, head: list[int], indexes: dict[int, int], pause: Callable[[], None]) -> Batch:
        """The events behind a first one; `indexes` has the index of each thread by its identifier. See `Batch`."""
        numbers = head + self._numbers
        return Batch(numbers, list(map(indexes.__getitem__, numbers[1::EVENT_NUMBERS])), pause)


class Buffer:
    def __init__(self, bytes_max: int) -> None:
        self.numbers: list[int] = []
        self.record = self.numbers.extend
        """Takes one event: kind, thread identifier, fields, and zeros up to `EVENT_NUMBERS` numbers."""
        self.lost = 0
        self._changing = allocate_lock()
        """Held by whoever takes events away; those that only record never wait."""
        self._kept = 0
        """So many beyond the bound were kept when it was last trimmed."""
        self.bound(bytes_max)

    def __len__(self) -> int:
        return len(self.numbers) // EVENT_NUMBERS

    def bound(self, bytes_max: int) -> None:
        """How much its events may take from now on."""
        self._events_max = max(1, bytes_max // (2 * EVENT_BYTES))

    def take(self, events_max: int) -> Block:
        """The oldest events, at most so many."""
        with self._changing:
            numbers = self.numbers[: events_max * EVENT_NUMBERS]
            del self.numbers[: len(numbers)]
            self._kept = max(0, self._kept - len(numbers) // EVENT_NUMBERS)
        return Block(numbers)

    def trim(self) -> None:
        """Past half the bound accesses are dropped and counted; past the bound everything is.

        The writer calls this all the time: the program never waits and never pays for the bound.
        """
        worth_a_look = self._events_max + self._kept + self._events_max // 8
        if len(self.numbers) <= worth_a_look * EVENT_NUMBERS:
            return
        if not self._changing.acquire(blocking=False):
            return
        try:
            self._trim()
        finally:
            self._changing.release()

    def _trim(self) -> None:
        """By single calls of what is written in C, within which nobody else runs: more would come than goes otherwise."""
        numbers, start, end = self.numbers, self._events_max * EVENT_NUMBERS, len(self.numbers)
        kinds = numbers[start:end:EVENT_NUMBERS]
        keeps, kept = _KEEPS, sum(map(_KEPT.__contains__, kinds))
        if kept > self._events_max:
            keeps, kept = _KEEPS_LOST, kinds.count(LOST)
        lost = len(kinds) - kept
        if lost:
            self.lost += lost
            mark = [LOST, get_ident(), lost] + [0] * (EVENT_NUMBERS - 3)
            each = chain.from_iterable(map(keeps.__getitem__, kinds))
            numbers[start:end] = chain(mark, compress(numbers[start:end], each))
        self._kept = kept
