"""Events in memory, between the threads of the program and the writer.

In: one `append` of a tuple for each event, the only thing that the program pays for. Out: batches, in
order. The list itself never changes hands, so that hooks may keep its bound `append`: a single list
operation is atomic, appends only happen at the end, and what the writer takes away it takes from the front.
"""

from __future__ import annotations

from _thread import get_ident

from staleread._trace.events import DROPPABLE, LOST
from staleread._trace.frames import Event

# A tuple of six numbers with its place in the list, measured with tracemalloc.
_EVENT_BYTES = 210
BUFFER_BYTES_MAX = 64 * 1024 * 1024


class Buffer:
    def __init__(self, bytes_max: int = BUFFER_BYTES_MAX) -> None:
        self.events: list[Event] = []
        self.append = self.events.append
        self.lost = 0
        self._events_max = bytes_max // _EVENT_BYTES

    def __len__(self) -> int:
        return len(self.events)

    def take(self, events_max: int) -> list[Event]:
        """The oldest events, at most so many."""
        batch = self.events[:events_max]
        del self.events[: len(batch)]
        return batch

    def trim(self) -> None:
        """Past the bound accesses are dropped and counted; past twice the bound everything is.

        Only the writer calls this, between two batches: the program never waits and never pays for the bound.
        """
        bound, size = self._events_max, len(self.events)
        if size <= bound:
            return
        tail = self.events[bound:size]
        kept = [event for event in tail if event[0] not in DROPPABLE]
        if len(kept) > bound:
            kept = [event for event in kept if event[0] == LOST]
        lost = len(tail) - len(kept)
        if lost:
            self.lost += lost
            self.events[bound:size] = [(LOST, get_ident(), lost), *kept]
