"""Whether the interpreter notes where coroutines are made: within steps only while watched code runs, or waits for others.

In: steps as they begin and are over, watched functions as they are entered and left. Out: the interpreter's own setting,
for the thread that runs. To note a coroutine takes the interpreter longer than all else that is recorded of it, and most are
made by libraries. The accelerator has a `Noting` of its own.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from typing import Any

_get_depth: Any = sys.get_coroutine_origin_tracking_depth
_set_depth: Any = sys.set_coroutine_origin_tracking_depth
_ACTORS_MAX = 65_536


class Noting:
    def __init__(self) -> None:
        self.is_selective = False
        """Whether the program has not asked for it itself: then it is always done."""
        self.at_work: dict[int, Any] = {}
        """By thread that runs a step: what has its actor. A thread that is not in here always notes."""
        self.inside: dict[int, int] = {}
        """By actor that is in watched functions: in how many, as their hooks count."""

    def begin(self) -> None:
        """From here on this thread notes."""
        if self.is_selective and _get_depth() == 0:
            _set_depth(1)

    def end(self) -> None:
        """From here on it does not, until watched code is entered."""
        if self.is_selective:
            _set_depth(0)

    def know(self, actor: int) -> None:
        """An actor that has not run yet will run watched code from its beginning on."""
        if self.is_selective:
            self.inside[actor] = 1
            if len(self.inside) > _ACTORS_MAX:
                self.is_selective = False  # Noted for all from now on.
                self.at_work.clear()
                self.inside.clear()
                _set_depth(1)

    def forget(self, actor: int) -> None:
        """It is over."""
        self.inside.pop(actor, None)

    def take_up(self, ident: int, running: Any, is_watched: bool) -> None:
        """A step begins; `is_watched` where it runs watched code from its beginning on."""
        if self.is_selective:
            self.at_work[ident] = running
            if is_watched:
                self.inside[running.actor] = 1
            _set_depth(1 if running.actor in self.inside else 0)

    def interrupt(self, ident: int) -> Any:
        """A step runs a loop of its own: what has the actor that goes on after it, None where there is none."""
        return self.at_work.pop(ident, None)

    def go_on(self, ident: int, running: Any) -> None:
        """That loop is over."""
        if running is not None:
            self.at_work[ident] = running
        self.begin()

    def rest(self) -> None:
        """This thread runs no step any more."""
        self.at_work.pop(get_ident(), None)
        self.begin()
