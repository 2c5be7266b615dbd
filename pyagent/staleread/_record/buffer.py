"""Events in memory, between the threads of the program and the writer.

In: one `record` of a tuple for each event, the only thing that the program pays for. Out: batches, in order. Events
lie in one flat list, `EVENT_NUMBERS` numbers each, so that they are no objects of their own: nothing here makes the
program's garbage collector run. The list never changes hands, so that hooks may keep its bound method: a single list
operation is atomic, events only come at the end, and what the writer takes away it takes from the front.
"""

from __future__ import annotations

from _thread import allocate_lock, get_ident
from collections.abc import Callable, Sequence
from itertools import chain, compress

from staleread._trace.events import DROPPABLE, EVENT_NUMBERS, LOST
from staleread._trace.frames import Batch

# Eight places in the list, of which an eighth more may be allocated, and three numbers that are no small ones.
EVENT_BYTES = 9 * EVENT_NUMBERS + 3 * 32

_WAIT_S = 0.1
"""Not longer: whoever is cutting could come to wait for the program, in a `__del__` that happens to run there."""

_PIECE = 4096 * EVENT_NUMBERS
_KINDS = 256
"""Those of the trace, and what only the writer is told."""

_KEEPS = tuple(bytes([kind not in DROPPABLE] * EVENT_NUMBERS) for kind in range(_KINDS))
"""By kind: for each of its numbers, whether it stays."""
_KEEPS_LOST = tuple(bytes([kind == LOST] * EVENT_NUMBERS) for kind in range(_KINDS))


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
        self.on_full: Callable[[], None] = lambda: None
        """Called where there is more than the writer can take: somebody else had better call `trim_within`."""
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

        The writer calls this all the time. It may have to wait for its turn, so it hands this over when there is too much.
        """
        if self._is_past(2):
            self.on_full()
            self._trim_past(2, 0)

    def trim_within(self) -> None:
        """The same, by the threads that record. They have their turn already, and while one of them does it the others wait
        for a moment: what they recorded meanwhile would be too much again."""
        if self._is_past(8):
            self._trim_past(8, _WAIT_S)

    def _is_past(self, part: int) -> bool:
        """Whether there is such a part more than there may be, and than was kept last time."""
        return len(self.numbers) > (self._events_max + self._kept + self._events_max // part) * EVENT_NUMBERS

    def _trim_past(self, part: int, wait_s: float) -> None:
        if self._changing.acquire(timeout=wait_s):
            try:
                if self._is_past(part):
                    self._trim()
            finally:
                self._changing.release()

    def _trim(self) -> None:
        start, end = self._events_max * EVENT_NUMBERS, len(self.numbers)
        lost, kept = self._cut(start, end, _KEEPS)
        if kept > self._events_max:
            more, kept = self._cut(start, start + kept * EVENT_NUMBERS, _KEEPS_LOST)
            lost += more
        if lost:
            self.lost += lost
            self.numbers[start:start] = [LOST, get_ident(), lost] + [0] * (EVENT_NUMBERS - 3)
        self._kept = kept

    def _cut(self, start: int, end: int, keeps: Sequence[bytes]) -> tuple[int, int]:
        """Keeps some of the events between these places; how many it did not, and did.

        From the last to the first, so that those before stay where they are; in pieces, because what is freed of large lists
        the system does not get back.
        """
        numbers, kept = self.numbers, 0
        for at in reversed(range(start, end, _PIECE)):
            piece = numbers[at : min(at + _PIECE, end)]
            kinds = piece[::EVENT_NUMBERS]
            each = chain.from_iterable(map(keeps.__getitem__, kinds))
            numbers[at : at + len(piece)] = compress(piece, each)
            kept += sum(map(any, map(keeps.__getitem__, kinds)))
        return (end - start) // EVENT_NUMBERS - kept, kept
