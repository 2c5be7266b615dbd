"""A thread of ours beside the program's: not a `threading.Thread`, so that the program does not find it among its own.

In: what it is to do until it is told to end. Out: nothing; whoever waits for its end may fork as if it had never been.
"""

from __future__ import annotations

import _thread
import os
import time
from collections.abc import Callable
from functools import partial

from staleread._trace.clock import now_ns

END_WAIT_S = 30.0
_EXIT_WAIT_NS = 10_000_000_000
"""A thread that is over needs a moment of a processor to be gone, and a machine may have other things to do."""
_EXIT_POLL_S = 0.0005

_BREATH_NS = 1_000_000
_BREATH_S = 0.00005
_sleep = partial(time.sleep)


class Breath:
    """Gives the interpreter away for a moment every millisecond: a thread that computes keeps others waiting for five.

    To be called between two parts of a long computation. Where the program computes too, each such moment takes as long as
    that may keep the interpreter: whoever is in a hurry had better not.
    """

    def __init__(self) -> None:
        self.is_hurried = False
        self._since_ns = 0

    def __call__(self) -> None:
        if not self.is_hurried and now_ns() - self._since_ns > _BREATH_NS:
            _sleep(_BREATH_S)
            self._since_ns = now_ns()


class Background:
    def __init__(self, work: Callable[[], None], fail: Callable[[Exception], None]) -> None:
        """`fail` is told what goes wrong in it: nobody else would be, but the user, by the interpreter."""
        self._work = work
        self._fail = fail
        self._ended = _thread.allocate_lock()
        self._native = 0

    def start(self) -> None:
        """Raises RuntimeError where the system gives no more threads. Nothing happens where it has not ended yet."""
        if not self._ended.acquire(blocking=False):
            return
        try:
            _thread.start_new_thread(self._run, ())
        except BaseException:
            self._ended.release()
            raise

    def wait(self, seconds_max: float = END_WAIT_S) -> None:
        """Until it is over, for the system too: nothing that it had is held any more, and who is forked is alone."""
        if not self._ended.acquire(timeout=seconds_max):
            return
        self._ended.release()
        until_ns = now_ns() + _EXIT_WAIT_NS
        while os.path.exists(f"/proc/self/task/{self._native}") and now_ns() < until_ns:
            _sleep(_EXIT_POLL_S)

    def is_current(self) -> bool:
        return _thread.get_native_id() == self._native

    def _run(self) -> None:
        try:
            self._native = _thread.get_native_id()
            self._work()
        except Exception as error:
            self._fail(error)
        finally:
            self._ended.release()
