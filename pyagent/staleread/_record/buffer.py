"""Events in memory, between the threads of the program and the writer.

In: one `record` of a tuple for each event, the only thing that the program pays for. Out: batches, in order. Events
lie in one flat list, `EVENT_NUMBERS` numbers each, so that they are no objects of their own: nothing here makes the
program's garbage collector run. The list never changes hands, so that hooks may keep its bound method: a single list
operation is atomic, events only come at the end, and what the writer takes away it takes from the front. What must hold:
there are never more than there may be. The writer cannot see to that, as it has to wait for its turn, so whoever records
looks each time, and waits for the writer or drops some.
"""

from __future__ import annotations

import time
from _thread import allocate_lock, get_ident
from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain, compress
from typing import Any

from staleread._trace.events import DROPPABLE, EVENT_NUMBERS, LOST
from staleread._trace.frames import Batch

# Eight places in the list, of which an eighth more may be allocated, and three numbers that are no small ones.
EVENT_BYTES = 9 * EVENT_NUMBERS + 3 * 32

_NAP_S = 0.001
_NAP_MAX_S = 0.1
"""The program waits up to twice as long for the writer, which may have to wait for its disk, and then no more until it has
caught up."""
_CHANGE_WAIT_S = 0.1
"""Not longer: whoever is cutting could come to wait for the program, in a `__del__` that happens to run there."""
_sleep = partial(time.sleep)

_PIECE = 4096 * EVENT_NUMBERS
_KINDS = 256
"""Those of the trace, and what only the writer is told."""

_KEEPS = tuple(bytes([kind not in DROPPABLE] * EVENT_NUMBERS) for kind in range(_KINDS))
"""By kind: for each of its numbers, whether it stays."""


class Block:
    """Events that were taken out of a buffer."""

    def __init__(self, numbers: list[int]) -> None:
        self._numbers = numbers
        self._idents: set[int] = set()

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
        if not self._idents:
            self._idents = set(self._numbers[1::EVENT_NUMBERS])
        return self._idents

    def has(self, kind: int) -> bool:
        """Whether an event of this kind is among them."""
        return kind in self._numbers[0::EVENT_NUMBERS]

    def batch(self, head: list[int], indexes: dict[int, int], pause: Callable[[], None]) -> Batch:
        """The events behind a first one; `indexes` has the index of each thread by its identifier. See `Batch`."""
        idents = self.idents()
        if len(idents) == 1 and head[1] in idents:
            threads = [indexes[head[1]]] * (len(self) + 1)
        else:
            threads = list(map(indexes.__getitem__, [head[1], *self._numbers[1::EVENT_NUMBERS]]))
        return Batch(head + self._numbers, threads, pause)


class Room:
    """How many numbers there may be, and what to do about more."""

    __slots__ = ("make", "most")

    def __init__(self, make: Callable[[], None] = lambda: None) -> None:
        self.make = make
        self.most = 0


def _recording(put: Callable[[Sequence[int]], None], numbers: list[int], room: Room) -> Any:
    def record(event: Sequence[int]) -> None:
        put(event)
        if len(numbers) > room.most:
            room.make()

    return record


class Buffer:
    """`record` is for everybody. Who records all the time may `put` instead, and then look for itself whether `numbers`
    has more than `room.most`: with the accelerator it never does."""

    def __init__(self, bytes_max: int) -> None:
        self.numbers: list[int] = []
        self.put = self.numbers.extend
        """Takes one event: kind, thread identifier, fields, and zeros up to `EVENT_NUMBERS` numbers."""
        self.lost = 0
        self.room = Room(self._make_room)
        self.record = _recording(self.put, self.numbers, self.room)
        self._changing = allocate_lock()
        """Held by whoever takes events away; those that only record never wait."""
        self._taker = 0
        """The thread that took events last."""
        self._taken = 0
        """So many were."""
        self._kept = 0
        """So many beyond the bound were kept when it was last trimmed."""
        self._is_behind = False
        """Whether waiting for whoever takes events was in vain."""
        self.bound(bytes_max)

    def __len__(self) -> int:
        return len(self.numbers) // EVENT_NUMBERS

    def bound(self, bytes_max: int) -> None:
        """How much its events may take from now on."""
        self._events_max = max(1, bytes_max // (2 * EVENT_BYTES))
        self._measure()

    def _measure(self) -> None:
        more = self._kept + self._events_max // 8 if self._is_behind else 0
        self.room.most = (self._events_max + more) * EVENT_NUMBERS

    def take(self, events_max: int) -> Block:
        """The oldest events, at most so many."""
        with self._changing:
            numbers = self.numbers[: events_max * EVENT_NUMBERS]
            del self.numbers[: len(numbers)]
            self._taker = get_ident()
            self._taken += len(numbers) // EVENT_NUMBERS
            self._kept = max(0, self._kept - len(numbers) // EVENT_NUMBERS)
            if len(self) <= self._events_max // 2:
                self._is_behind = False
            self._measure()
        return Block(numbers)

    def _make_room(self) -> None:
        """By a thread that records: waits for a moment until events are taken, if that helps; else some are lost."""
        if get_ident() == self._taker:
            return  # In a `__del__` that happens to run there.
        nap_s, taken = _NAP_S, self._taken
        while not self._is_behind and nap_s < _NAP_MAX_S:
            _sleep(nap_s)
            if len(self.numbers) <= self.room.most:
                return
            nap_s *= 2  # The writer would not come to its turn if many threads looked all the time.
            if self._taken > taken + self._events_max // 4:
                nap_s, taken = _NAP_S, self._taken  # Other threads have filled it again meanwhile.
        if self._changing.acquire(timeout=_CHANGE_WAIT_S):
            try:
                self._is_behind = True
                if len(self.numbers) > self.room.most:
                    self._trim()
                self._measure()
            finally:
                self._changing.release()

    def _trim(self) -> None:
        """Past the bound accesses are dropped and counted; past twice the bound everything is."""
        start, end = self._events_max * EVENT_NUMBERS, len(self.numbers)
        lost, self._kept = self._drop_accesses(start, end)
        self.lost += lost
        if self._kept > self._events_max:
            lost += self._drop_all(start, start + self._kept * EVENT_NUMBERS)
            self._kept = 0
        if lost:
            self.numbers[start:start] = [LOST, get_ident(), lost] + [0] * (EVENT_NUMBERS - 3)
            self._kept += 1

    def _drop_accesses(self, start: int, end: int) -> tuple[int, int]:
        """Of the events between these places: how many were dropped, and were not.

        From the last to the first, so that those before stay where they are; in pieces, because what is freed of large lists
        the system does not get back.
        """
        numbers, kept = self.numbers, 0
        for at in reversed(range(start, end, _PIECE)):
            piece = numbers[at : min(at + _PIECE, end)]
            kinds = piece[::EVENT_NUMBERS]
            each = chain.from_iterable(map(_KEEPS.__getitem__, kinds))
            numbers[at : at + len(piece)] = compress(piece, each)
            kept += sum(map(any, map(_KEEPS.__getitem__, kinds)))
        return (end - start) // EVENT_NUMBERS - kept, kept

    def _drop_all(self, start: int, end: int) -> int:
        """The events between these places: so many, with those that were told to be lost there."""
        kinds, counts = self.numbers[start:end:EVENT_NUMBERS], self.numbers[start + 2 : end : EVENT_NUMBERS]
        told = list(compress(counts, map(LOST.__eq__, kinds)))
        del self.numbers[start:end]
        self.lost += len(kinds) - len(told)
        return len(kinds) - len(told) + sum(told)
