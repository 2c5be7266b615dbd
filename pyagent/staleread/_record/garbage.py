"""Lets go of containers while garbage is collected, so that cycles through them can go.

In: the collector's calls before and after a full collection. What must hold: a container that is only reachable from
garbage is collected as if nobody had numbered it, and those that stay keep their numbers.

A list cannot be watched by a weak reference, so a number needs a real one, and that would make everything that the list
leads to immortal. Before a full collection these references are given up; what is in the oldest generation after it is
what was there before, because whatever is made meanwhile is young.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

from staleread._record.identity import Identity

_FULL = 2


class Garbage:
    def __init__(self, identity: Identity, fail: Callable[[Exception], None]) -> None:
        self._identity = identity
        self._fail = fail
        self._released: dict[int, int] = {}

    def watch(self) -> None:
        gc.callbacks.append(self._collecting)

    def unwatch(self) -> None:
        if self._collecting in gc.callbacks:
            gc.callbacks.remove(self._collecting)

    def _collecting(self, phase: str, info: dict[str, int]) -> None:
        if info["generation"] != _FULL:
            return
        try:
            if phase == "start":
                self._released = self._identity.release(gc.is_tracked)
            elif self._released:
                released, self._released = self._released, {}
                self._identity.regain(gc.get_objects(generation=_FULL), released)
        except Exception as error:
            self._fail(error)
