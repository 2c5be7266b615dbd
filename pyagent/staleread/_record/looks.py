"""What was seen of the step that a thread is in.

In: one look after the other, and its end. Out: how long the step held its loop, and where. What must hold: time in which the
machine, and not the step, stood still does not count; no place is told if most of the time may have passed elsewhere.
"""

from __future__ import annotations

from types import FrameType
from typing import NamedTuple, Protocol

from staleread._record.frames import Frames
from staleread._record.instructions import is_in_own_call
from staleread._record.places import Places, Spot

_LATE_NS = 30_000_000
"""So much later than asked for is nothing unusual."""


class Looked(Protocol):
    """The thread that is looked at."""

    def now_ns(self) -> int: ...
    def used_ns(self) -> int: ...
    def busy_ns(self) -> int: ...
    def frame(self) -> FrameType | None: ...


class Held(NamedTuple):
    """A step that is over."""

    held_ns: int
    computing_ns: int
    waiting_ns: int
    spot: Spot | None
    """Where it was; None: nobody knows."""


class Looks:
    def __init__(self, thread: Looked, places: Places, frames: Frames) -> None:
        self._thread, self._places, self._frames = thread, places, frames
        self._used_ns = thread.used_ns()
        self._looked_ns = thread.now_ns()
        self._step_ns = 0
        """When the step began that the rest is about."""
        self._used_before_ns = self._still_ns = self._waiting_ns = 0
        self._spots: dict[Spot, int] = {}
        self._instruction: tuple[int, int] | None = None
        """At which it was, when last looked at; None: not in this step."""
        self._instruction_ns = self._busy_ns = 0

    def look(self, started_ns: int, wait_ns: int, aside_ns: int) -> None:
        """The step began then, 0: there is none; `wait_ns`: when the look was due after the last. Only where it has taken
        `aside_ns` it matters where the thread is."""
        now_ns = self._thread.now_ns()
        passed_ns, is_sure = self._pass_time(started_ns, now_ns, wait_ns)
        if not started_ns or now_ns - started_ns < aside_ns:
            return
        frame = self._thread.frame()
        if frame is not None:
            if is_sure or is_in_own_call(frame, self._frames):
                spot = self._places.spot_of(frame)
                self._spots[spot] = self._spots.get(spot, 0) + passed_ns
            self._see_waiting(frame, now_ns)

    def end(self, started_ns: int, now_ns: int, wait_ns: int) -> Held:
        """The step that began then is over."""
        self._pass_time(started_ns, now_ns, wait_ns)
        held_ns = now_ns - started_ns - self._still_ns
        computing_ns = max(0, min(self._used_ns - self._used_before_ns, held_ns))
        spots = self._spots
        is_known = sum(spots.values()) * 2 > held_ns
        spot = max(spots, key=spots.__getitem__) if is_known else None
        return Held(held_ns, computing_ns, min(self._waiting_ns, held_ns), spot)

    def _pass_time(self, started_ns: int, now_ns: int, wait_ns: int) -> tuple[int, bool]:
        """How much of the time since the last look counts, and whether the thread was all the time where it is now: if
        it computed and nobody could look, it may have been anywhere."""
        used_ns = self._thread.used_ns()
        if self._step_ns != started_ns:
            self._step_ns, self._used_before_ns = started_ns, self._used_ns
            self._still_ns, self._waiting_ns, self._instruction, self._spots = 0, 0, None, {}
        passed_ns = now_ns - max(self._looked_ns, started_ns)
        computed_ns = used_ns - self._used_ns
        is_late = now_ns - self._looked_ns > wait_ns + _LATE_NS
        if is_late:
            still_ns = max(0, passed_ns - wait_ns - computed_ns)
            self._still_ns += still_ns
            passed_ns -= still_ns
        self._used_ns, self._looked_ns = used_ns, now_ns
        return passed_ns, not is_late or computed_ns * 2 < passed_ns

    def _see_waiting(self, frame: FrameType, now_ns: int) -> None:
        """Who is where it was before, while nobody computed, waits for something; otherwise it may merely be kept from
        running, by those who hold the interpreter's lock or the processor."""
        instruction = (id(frame), frame.f_lasti)
        busy_ns = self._thread.busy_ns()
        elapsed_ns = now_ns - self._instruction_ns
        if instruction == self._instruction and busy_ns - self._busy_ns < elapsed_ns // 2:
            self._waiting_ns += elapsed_ns
        self._instruction, self._instruction_ns, self._busy_ns = instruction, now_ns, busy_ns
