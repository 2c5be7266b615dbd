"""Lets go of containers while garbage is collected, so that cycles through them can go.

A list cannot be watched by a weak reference, so a number needs a real one, and that would make everything that the
list leads to immortal: the collector takes what we hold for alive. So these references are given up for the length of
a full collection; what is in the oldest generation after it is what was there before, because whatever is made
meanwhile is young.

In: the program's own calls of `gc.collect` and `gc.get_referrers`, and the number of objects that are held, which asks
for a collection when it has doubled. What must hold: a container that is only reachable from garbage is collected as if
nobody had numbered it, and those that stay keep their numbers. (`gc.callbacks` are of no use here: the collector swallows
what a signal handler raises in them, and a Ctrl-C would be lost.)
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from typing import Any

from staleread._record.alive import numbered
from staleread._record.identity import Identity

_FULL = 2
_HELD_MIN = 20_000


class Garbage:
    def __init__(self, identity: Identity, fail: Callable[[Exception], None]) -> None:
        self._identity = identity
        self._fail = fail
        self._collect: Any = gc.collect
        identity.load.held_max = _HELD_MIN
        identity.on_held = self._held

    def collecting(self, original: Any) -> Any:
        """What stands in for `gc.collect`."""

        def wrapper(generation: int = _FULL) -> int:
            if generation != _FULL:
                return int(original(generation))
            released = self._released()
            try:
                return int(original(generation))
            finally:
                self._regain(released)

        self._collect = wrapper
        return wrapper

    def referring(self, original: Any) -> Any:
        """What stands in for `gc.get_referrers`: we are none, nor is what we alone have."""

        def wrapper(*objs: Any) -> list[Any]:
            try:
                self._identity.let_lone_go()
            except Exception as error:
                self._fail(error)
            is_own = self._identity.is_own
            return [found for found in original(*objs) if found is not objs and not is_own(found)]

        # Called by way of C, as the original is: who calls a function of Python shows what is in its frame.
        return partial(wrapper)

    def _released(self) -> dict[int, int]:
        try:
            return self._identity.release(gc.is_tracked)
        except Exception as error:
            self._fail(error)
            return {}

    def _regain(self, released: dict[int, int]) -> None:
        try:
            self._identity.regain(numbered(released), released)
        except Exception as error:
            self._fail(error)

    def _held(self, count: int) -> None:
        if gc.isenabled():
            self._collect()
        self._identity.load.held_max = max(_HELD_MIN, 2 * self._identity.held_count())
