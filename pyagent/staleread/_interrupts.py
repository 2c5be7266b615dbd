"""Ctrl-C while something of ours has to be done to its end; around a fork the interpreter would drop it besides.

In: that one came. Out: the same once that is done; after a fork in the program's own code. What must hold: nothing of
Python runs between the last callback of a fork and the program, or it would be raised, and dropped, in there.
"""

from __future__ import annotations

import os
import signal
from _thread import interrupt_main
from collections import deque
from collections.abc import Iterator
from functools import partial

_NONE: Iterator[None] = iter(())


class Interrupts:
    def __init__(self) -> None:
        self._held: list[signal.Signals] = []
        self._taking: deque[None] = deque(maxlen=0)

    def hand_on_after_forks(self) -> None:
        """To be called once, after everything of ours that runs around forks was registered."""
        os.register_at_fork(
            after_in_parent=partial(self._taking.extend, self), after_in_child=self._held.clear
        )

    def hand_on(self) -> None:
        """Raises at once, if one was held."""
        self._taking.extend(self)

    def hold(self) -> None:
        """One came. A handler of the program's own has run already, and would do twice what it does."""
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self._held.append(signal.SIGINT)

    def __iter__(self) -> Iterator[None]:
        try:
            held = self._held[:]
            self._held.clear()
            return map(interrupt_main, held)
        except Exception:  # No memory: what was held waits for the next time.
            return _NONE
