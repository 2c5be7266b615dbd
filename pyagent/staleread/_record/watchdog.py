"""Steps that hold their loop for too long, and the line at which they do.

In: when steps begin and end, told by the threads that run loops; what these threads are doing, looked up every now and
then from a thread of our own. Out: `blocked` events, written by the step's own thread as it ends. What must hold: an
ordinary step pays for one store; time in which the machine, and not the step, stood still does not count.
"""

from __future__ import annotations

import _thread
import os
import sys
import time
from _thread import get_ident, get_native_id
from collections.abc import Callable
from types import FrameType
from typing import Any, Protocol

from staleread._current_frames import current_frames
from staleread._record.places import Places, Spot
from staleread._trace.background import Background
from staleread._trace.clock import now_ns as _now
from staleread._trace.clock import processor_ns
from staleread._trace.events import BLOCKED

NEVER_NS = sys.maxsize
_LOOK_NS_MAX = 20_000_000
_LATE_NS = 30_000_000
"""So much later than asked for is nothing unusual."""

_open, _read_file, _close = os.open, os.read, os.close
"""As they are, whatever the program puts in their place."""


class Step(Protocol):
    """What is asked of the step that a loop runs."""

    started_ns: int
    """When it began; 0 between two steps."""


class _Watched:
    """A thread that runs a loop, and what was seen of the step that it is in."""

    def __init__(self, running: Step) -> None:
        self.running = running
        self.clock = _own_clock()
        self.cpu_ns = _read(self.clock)
        self.looked_ns = _now()
        self.step_ns = 0
        """When the step began that the rest is about."""
        self.cpu_before_ns = 0
        self.still_ns = 0
        self.spots: dict[Spot, int] = {}
        self.thread = get_native_id()
        self.instruction: tuple[int, int] | None = None
        """At which it was, when last looked at; None: not in this step."""
        self.instruction_ns = self.busy_ns = 0
        self.waiting_ns = 0

    def look(self, started_ns: int, now_ns: int, wait_ns: int) -> None:
        """Takes the times of a thread whose step began then; `wait_ns`: when the look was due after the last."""
        cpu_ns = _read(self.clock)
        if self.step_ns != started_ns:
            self.step_ns, self.cpu_before_ns = started_ns, self.cpu_ns
            self.still_ns, self.waiting_ns, self.instruction, self.spots = 0, 0, None, {}
        if now_ns - self.looked_ns > wait_ns + _LATE_NS:
            within_step_ns = now_ns - max(self.looked_ns, started_ns)
            self.still_ns += max(0, within_step_ns - wait_ns - (cpu_ns - self.cpu_ns))
        self.cpu_ns, self.looked_ns = cpu_ns, now_ns

    def look_at(self, frame: FrameType | None, spot: Spot, now_ns: int) -> None:
        """Takes where the thread is. Who is where it was before, while nobody computed, waits for something; otherwise it
        may merely be kept from running, by those who hold the interpreter's lock or the processor."""
        self.spots[spot] = self.spots.get(spot, 0) + 1
        instruction = (id(frame), frame.f_lasti) if frame is not None else None
        busy_ns = processor_ns() + _queued_ns(self.thread)
        elapsed_ns = now_ns - self.instruction_ns
        if (
            instruction is not None
            and instruction == self.instruction
            and busy_ns - self.busy_ns < elapsed_ns // 2
        ):
            self.waiting_ns += elapsed_ns
        self.instruction, self.instruction_ns, self.busy_ns = instruction, now_ns, busy_ns


def _own_clock() -> int | None:
    """The processor time of the running thread, for others to read; None where the system has no such clock."""
    if not hasattr(time, "pthread_getcpuclockid"):
        return None
    return time.pthread_getcpuclockid(get_ident())


def _read(clock: int | None) -> int:
    try:
        return time.clock_gettime_ns(clock) if clock is not None else 0
    except OSError:  # The thread is gone.
        return 0


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


class Watchdog:
    def __init__(self, limit_ns: int, places: Places, record: Any, fail: Callable[[Exception], None]) -> None:
        """A step is too long from `limit_ns` on; 0: none is."""
        self.limit_ns = limit_ns or NEVER_NS
        self._places, self._record, self._fail = places, record, fail
        self._look_ns = min(_LOOK_NS_MAX, self.limit_ns // 5)
        self._idle_ns = self.limit_ns // 2
        self._wait_ns = self._idle_ns
        self._threads: dict[int, _Watched] = {}
        self._background = Background(self._watch)
        self._wake = _thread.allocate_lock()
        self._wake.acquire()
        self._is_running = False

    # By the threads that run loops

    def loop_starts(self, running: Step) -> None:
        if self.limit_ns != NEVER_NS:
            self._threads[get_ident()] = _Watched(running)
            self.resume()

    def loop_ends(self) -> None:
        self._threads.pop(get_ident(), None)

    def ended(self, started_ns: int, now_ns: int, name: str) -> None:
        """The running step, `name` if it was never seen, took long: tells where, unless the machine stood still."""
        ident = get_ident()
        watched = self._threads.get(ident)
        if watched is None:
            return
        watched.look(started_ns, now_ns, self._wait_ns)
        held_ns = now_ns - started_ns - watched.still_ns
        if held_ns >= self.limit_ns:
            cpu_ns = min(watched.cpu_ns - watched.cpu_before_ns, held_ns)
            place = self._places.of_spot(_most_seen(watched.spots), name)
            waiting_ns = min(watched.waiting_ns, held_ns)
            self._record(
                (BLOCKED, ident, *place, held_ns // 1000, max(0, cpu_ns) // 1000, waiting_ns // 1000)
            )

    # The thread that looks

    def resume(self) -> None:
        if self._is_running or not self._threads or self.limit_ns == NEVER_NS:
            return
        self._is_running = True
        try:
            self._background.start()
        except RuntimeError:  # The system gives no more threads: what is blocked is told, but not where.
            self._is_running = False

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

    def _watch(self) -> None:
        try:
            while not self._wake.acquire(timeout=self._wait_ns / 1e9):
                looks = [self._look(ident, watched) for ident, watched in list(self._threads.items())]
                self._wait_ns = self._look_ns if any(looks) else self._idle_ns
        except Exception as error:
            self._fail(error)

    def _look(self, ident: int, watched: _Watched) -> bool:
        """Whether the thread is in a step."""
        started_ns = watched.running.started_ns
        now_ns = _now()
        watched.look(started_ns, now_ns, self._wait_ns)
        if started_ns and now_ns - started_ns >= self._look_ns:
            frame = current_frames().get(ident)
            if frame is not None:
                watched.look_at(frame, self._places.spot_of(frame), now_ns)
        return started_ns != 0


def _most_seen(spots: dict[Spot, int]) -> Spot | None:
    return max(spots, key=spots.__getitem__) if spots else None
