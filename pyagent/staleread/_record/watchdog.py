"""Steps that hold their loop for too long, and the line at which they do.

In: when steps begin and end, told by the threads that run loops; what these threads are doing, looked up every now and
then from a thread of our own. Out: `blocked` events, written by the step's own thread as it ends. What must hold: an
ordinary step pays for one store; time in which the machine, and not the step, stood still does not count.
"""

from __future__ import annotations

import _thread
import sys
from _thread import get_ident
from collections.abc import Callable
from typing import Any, Protocol

from staleread._record.frames import Frames
from staleread._record.looks import Looked, Looks
from staleread._record.machine import Thread
from staleread._record.places import Places
from staleread._trace.background import Background
from staleread._trace.events import BLOCKED

NEVER_NS = sys.maxsize
_LOOK_NS_MAX = 20_000_000


class Step(Protocol):
    """What is asked of the step that a loop runs."""

    started_ns: int
    """When it began; 0 between two steps."""


class Watchdog:
    def __init__(
        self,
        limit_ns: int,
        places: Places,
        frames: Frames,
        record: Any,
        fail: Callable[[Exception], None],
        thread: Callable[[], Looked] = Thread,
    ) -> None:
        """A step is too long from `limit_ns` on; 0: none is. `thread` gives the running one."""
        self.limit_ns = limit_ns or NEVER_NS
        self._places, self._frames, self._record = places, frames, record
        self._thread = thread
        self._look_ns = min(_LOOK_NS_MAX, self.limit_ns // 5)
        self._idle_ns = self.limit_ns // 2
        self._wait_ns = self._idle_ns
        self._threads: dict[int, tuple[Step, Looks]] = {}
        self._background = Background(self._watch, fail)
        self._wake = _thread.allocate_lock()
        self._wake.acquire()
        self._is_running = False

    # By the threads that run loops

    def loop_starts(self, running: Step) -> None:
        if self.limit_ns != NEVER_NS:
            self._threads[get_ident()] = running, Looks(self._thread(), self._places, self._frames)
            self.resume()

    def loop_ends(self) -> None:
        self._threads.pop(get_ident(), None)

    def ended(self, started_ns: int, now_ns: int, name: str) -> None:
        """The running step, `name` if it was never seen, took long: tells where, unless the machine stood still."""
        ident = get_ident()
        watched = self._threads.get(ident)
        if watched is None:
            return
        held = watched[1].end(started_ns, now_ns, self._wait_ns)
        if held.held_ns >= self.limit_ns:
            place = self._places.of_spot(held.spot, name)
            times = held.held_ns // 1000, held.computing_ns // 1000, held.waiting_ns // 1000
            self._record((BLOCKED, ident, *place, *times))

    # The thread that looks

    def resume(self) -> None:
        if self._is_running or not self._threads or self.limit_ns == NEVER_NS:
            return
        self._is_running = True
        try:
            self._background.start()
        except RuntimeError as error:
            self._is_running = False
            if isinstance(error, RecursionError):
                raise
            # The system gives no more threads: what is blocked is told, but not where.

    def pause(self) -> None:
        """Until `resume`, or until another loop starts."""
        if not self._is_running:
            return
        self._is_running = False
        self._wake.release()
        if not self._background.is_current():
            self._background.wait()
            self._wake.acquire(blocking=False)

    def stop(self) -> None:
        self.limit_ns = NEVER_NS
        self.pause()

    def abandon(self) -> None:
        """In a forked child, where the thread is not."""
        self.limit_ns = NEVER_NS
        self._is_running = False

    def look(self) -> None:
        """At every thread that runs a loop; `_wait_ns` after the last time."""
        is_any_in_a_step = False
        for step, looks in list(self._threads.values()):
            started_ns = step.started_ns
            looks.look(started_ns, self._wait_ns, self._look_ns)
            is_any_in_a_step |= started_ns != 0
        self._wait_ns = self._look_ns if is_any_in_a_step else self._idle_ns

    def _watch(self) -> None:
        while not self._wake.acquire(timeout=self._wait_ns / 1e9):
            self.look()
