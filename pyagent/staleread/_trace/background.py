"""A thread of ours beside the program's: not a `threading.Thread`, so that the program does not find it among its own.

In: what it is to do until it is told to end. Out: nothing; whoever waits for its end may fork as if it had never been.
"""

from __future__ import annotations

import _thread
import os
import time
from collections.abc import Callable

_END_WAIT_S = 30.0
_EXIT_POLL_S = 0.0005
_EXIT_POLLS = 100


class Background:
    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._ended = _thread.allocate_lock()
        self._native = 0

    def start(self) -> None:
        """Raises RuntimeError where the system gives no more threads."""
        self._ended.acquire()
        try:
            _thread.start_new_thread(self._run, ())
        except BaseException:
            self._ended.release()
            raise

    def wait(self) -> None:
        """Until it is over, for the system too."""
        self._ended.acquire(timeout=_END_WAIT_S)
        self._ended.release()
        for _ in range(_EXIT_POLLS):  # The interpreter is done with it; the system needs a moment more.
            if not os.path.exists(f"/proc/self/task/{self._native}"):
                break
            time.sleep(_EXIT_POLL_S)

    def is_current(self) -> bool:
        return _thread.get_native_id() == self._native

    def _run(self) -> None:
        self._native = _thread.get_native_id()
        try:
            self._work()
        finally:
            self._ended.release()
