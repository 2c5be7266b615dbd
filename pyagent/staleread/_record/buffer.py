"""Events in memory, between the threads of the program and the writer.

In: one `record` of a tuple for each event, the only thing that the program pays for. Out: batches, in order. Events
lie in one flat list, `EVENT_NUMBERS` numbers each, so that they are no objects of their own: nothing here makes the
program's garbage collector run. The list never changes hands, so that hooks may keep its bound method: a single list
operation is atomic, events only come at the end, and what the writer takes away it takes from the front.
"""

from __future__ import annotations

from _thread import get_ident
from collections.abc import Callable

from staleread._trace.events import DROPPABLE, EVENT_NUMBERS, LOST
from staleread._trace.frames import Batch

# Eight places in the list, and two numbers that are no small ones.
_EVENT_BYTES = 8 * EVENT_NUMBERS + 2 * 32


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
        self._events_max = bytes_max // _EVENT_BYTES

    def __len__(self) -> int:
        return len(self.numbers) // EVENT_NUMBERS

    def take(self, events_max: int) -> Block:
        """The oldest events, at most so many."""
        numbers = self.numbers[: events_max * EVENT_NUMBERS]
        del self.numbers[: len(numbers)]
        return Block(numbers)

    def trim(self) -> None:
        """Past the bound accesses are dropped and counted; past twice the bound everything is.

        Only the writer calls this, between two batches: the program never waits and never pays for the bound.
        """
        bound, size = self._events_max, len(self)
        if size <= bound:
            return
        start, end = bound * EVENT_NUMBERS, size * EVENT_NUMBERS
        tail = [self.numbers[at : at + EVENT_NUMBERS] for at in range(start, end, EVENT_NUMBERS)]
        kept = [event for event in tail if event[0] not in DROPPABLE]
        if len(kept) > bound:
            kept = [event for event in kept if event[0] == LOST]
        lost = len(tail) - len(kept)
        if lost:
            self.lost += lost
            mark = [LOST, get_ident(), lost] + [0] * (EVENT_NUMBERS - 3)
            self.numbers[start:end] = [*mark, *(number for event in kept for number in event)]
