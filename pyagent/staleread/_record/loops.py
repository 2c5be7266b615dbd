"""Event loops and their numbers.

In: loops as they are met. Out: `loop` events; the class of the first one goes into the meta pairs.
"""

from __future__ import annotations

import itertools
import weakref
from _thread import get_ident
from functools import partial
from typing import Any

from staleread._trace.events import LOOP
from staleread._trace.tables import Tables


class Loops:
    def __init__(self, tables: Tables, record: Any) -> None:
        self.meta: dict[str, str] = {}
        self.threads: dict[int, int] = {}
        """By `id()` of a loop that does not tell it: the thread that runs it."""
        self._strings = tables
        self._record = record
        self._numbers: dict[int, int] = {}
        self._refs: dict[int, weakref.ref[Any]] = {}
        self._next = itertools.count(1).__next__

    def number(self, loop: Any) -> int:
        key = id(loop)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = self._next()
            self._refs[key] = weakref.ref(loop, partial(self._numbers.pop, key))
            name = _name_of(type(loop))
            if number == 1:
                self.meta["loop"] = name
            self._record((LOOP, get_ident(), number, self._strings.string(name), 0, 0, 0, 0))
        return number


def _name_of(tp: type) -> str:
    """With the package where that is not asyncio."""
    package = type.__getattribute__(tp, "__module__").partition(".")[0]
    return f"uvloop.{tp.__qualname__}" if package == "uvloop" else tp.__qualname__
