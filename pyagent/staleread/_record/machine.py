"""What the machine tells of time and of threads.

In: threads. Out: what time it is, what each thread has used and where it is. What must hold: nothing but this knows the
time when it is asked whether a step took long, so that a test can say it.
"""

from __future__ import annotations

import os
import time
from _thread import get_ident, get_native_id
from types import FrameType

from staleread._current_frames import current_frames
from staleread._trace.clock import now_ns as _now
from staleread._trace.clock import processor_ns

_open, _read_file, _close = os.open, os.read, os.close
"""As they are, whatever the program puts in their place."""


class Thread:
    """A thread of the program, for others to ask about."""

    def __init__(self) -> None:
        """The running one."""
        self._ident, self._native = get_ident(), get_native_id()
        self._clock = _own_clock()

    def now_ns(self) -> int:
        return _now()

    def used_ns(self) -> int:
        """The processor time that it has had; 0 where the system does not tell."""
        try:
            return time.clock_gettime_ns(self._clock) if self._clock is not None else 0
        except OSError:  # The thread is gone.
            return 0

    def busy_ns(self) -> int:
        """What of its time cannot have been waiting: some thread computed, or this one was ready to."""
        return processor_ns() + _queued_ns(self._native)

    def frame(self) -> FrameType | None:
        return current_frames().get(self._ident)


def _own_clock() -> int | None:
    """The processor time of the running thread, for others to read; None where the system has no such clock."""
    if not hasattr(time, "pthread_getcpuclockid"):
        return None
    return time.pthread_getcpuclockid(get_ident())


def _queued_ns(thread: int) -> int:
    """For how long the thread has been ready to run, and no processor was free; 0 where the system does not tell."""
    try:
        file = _open(f"/proc/self/task/{thread}/schedstat", os.O_RDONLY | os.O_CLOEXEC)
        try:
            return int(_read_file(file, 100).split()[1])
        finally:
            _close(file)
    except Exception:
        return 0
