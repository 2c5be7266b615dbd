"""Primitives of asyncio used on a thread that does not run their loop.

In: primitives at the moment they are used. Out: `foreign` events, one for each line. A loop that runs nowhere may be
used by anyone; a primitive belongs to a loop from the moment that somebody waited for it.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from concurrent.futures import Future as ConcurrentFuture
from typing import Any

from staleread._record.identity import Identity
from staleread._record.loops import Loops
from staleread._record.places import Place, Places
from staleread._trace.events import FOREIGN
from staleread._trace.tables import Tables


class Foreign:
    def __init__(self, identity: Identity, loops: Loops, places: Places, tables: Tables, record: Any) -> None:
        self._number = identity.number
        self._loop_number = loops.number
        self._threads = loops.threads
        self._places = places
        self._string = tables.string
        self._record = record
        self._told: set[tuple[Place, str]] = set()

    def used(self, primitive: Any, operation: str) -> None:
        """`operation` is about to be done, or was just done, to a primitive of asyncio or a future."""
        loop = None if isinstance(primitive, ConcurrentFuture) else primitive._loop
        if loop is not None and self._runs_elsewhere(loop):
            self._tell(self._number(primitive), loop, operation)

    def used_loop(self, loop: Any, operation: str) -> None:
        if self._runs_elsewhere(loop):
            self._tell(0, loop, operation)

    def _tell(self, number: int, loop: Any, operation: str) -> None:
        """What one line does leads to another operation soon: `Event.set` to `loop.call_soon`."""
        place = self._places.of_frame(sys._getframe(2))
        key = (place, "" if place[1] else operation)
        if key not in self._told:
            self._told.add(key)
            numbers = (number, self._loop_number(loop), *place, self._string(operation))
            self._record((FOREIGN, get_ident(), *numbers))

    def _runs_elsewhere(self, loop: Any) -> bool:
        thread = getattr(loop, "_thread_id", None) or self._threads.get(id(loop))
        return thread is not None and thread != get_ident()
