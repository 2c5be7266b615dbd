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
        self.inside: dict[int, int] = {}
        """By thread that runs a step: in how many watched functions the actor is, as their hooks count. A thread that is not
        in here always notes."""
        self._actors: dict[int, int] = {}
        """The same of actors that do not run now; of those that are not in here it is none."""

    def begin(self) -> None:
        """From here on this thread notes."""
        if self.is_selective and _get_depth() == 0:
            _set_depth(1)

    def end(self) -> None:
        """From here on it does not, until watched code is entered."""
        if self.is_selective:
            _set_depth(0)

    def know(self, actor: int, count: int) -> None:
        """An actor that does not run now is in so many watched functions."""
        if self.is_selective and len(self._actors) >= _ACTORS_MAX:
            self.is_selective = False  # Noted for all from now on.
            self.inside.clear()
            _set_depth(1)
        elif self.is_selective:
            self._actors[actor] = count

    def set_aside(self, ident: int, actor: int) -> None:
        """The step of an actor is over, and the actor goes on."""
        count = self.inside.get(ident, 0)
        if count:
            self.know(actor, count)
        elif actor in self._actors:
            del self._actors[actor]

    def forget(self, actor: int) -> None:
        self._actors.pop(actor, None)

    def take_up(self, ident: int, actor: int, is_watched: bool) -> None:
        """Another step begins; `is_watched` where it runs watched code from its beginning on."""
        if self.is_selective:
            count = self._actors.get(actor, 0) + is_watched
            self.inside[ident] = count
            _set_depth(1 if count else 0)

    def change(self, ident: int, before: int, actor: int) -> None:
        """The step of an actor that goes on is over, and that of another one that was there before begins."""
        if not self.is_selective:
            return
        inside, actors = self.inside, self._actors
        count = inside.get(ident, 0)
        if before in actors:
            actors[before] = count
        elif count:
            self.know(before, count)
        now = inside[ident] = actors.get(actor, 0)
        if (not now) != (not count):
            _set_depth(1 if now else 0)

    def interrupt(self, ident: int) -> int | None:
        """A step runs a loop of its own: what is known of it."""
        return self.inside.pop(ident, None)

    def go_on(self, ident: int, count: int | None) -> None:
        """That is over."""
        if count is not None:
            self.inside[ident] = count
        self.begin()

    def rest(self) -> None:
        """This thread runs no step any more."""
        self.inside.pop(get_ident(), None)
        self.begin()
