"""Begins something with the first event: a process that does nothing watched leaves no file.

In: the buffer. Out: one call of `begin`, from a thread of ours. Until then the process may fork, and be replaced by another
program, as if nothing were there.
"""

from __future__ import annotations

import _thread
from collections.abc import Callable

from staleread._record.buffer import Buffer
from staleread._trace.background import Background

_INTERVAL_S = 0.1


class LateBeginning:
    def __init__(
        self, buffer: Buffer, begin: Callable[[bool], None], fail: Callable[[Exception], None]
    ) -> None:
        """`begin` is told whether the process goes on: at its end the interpreter starts no more threads."""
        self.is_over = False
        self._buffer = buffer
        self._begin = begin
        self._wake = _thread.allocate_lock()
        self._wake.acquire()
        self._background = Background(self._wait, fail)

    def resume(self) -> None:
        """Starts the thread that looks, unless it has begun."""
        if not self.is_over:
            self._background.start()

    def pause(self) -> None:
        """Until `resume`. It may have begun then, but not be about to."""
        if self._wake.locked():
            self._wake.release()
        self._background.wait()
        self._wake.acquire(blocking=False)

    def begin(self, goes_on: bool = True, without_event: bool = False) -> None:
        """At once, if there is an event at all. Not while the thread looks."""
        if (without_event or len(self._buffer)) and not self.is_over:
            self.is_over = True
            self._begin(goes_on)

    def _wait(self) -> None:
        while not self.is_over and not self._wake.acquire(timeout=_INTERVAL_S):
            self.begin()
