"""Which loops a thread runs, one within a step of another, or of itself.

In: what a thread is told to be its running loop. Out: the last step of a run is over when the run is; a step that makes its
own loop run others is over until it goes on. Nothing of ours stays on the stack while a loop runs.
"""

from __future__ import annotations

from _thread import get_ident
from types import FrameType
from typing import Any

from staleread._order.steps import Running, Steps
from staleread._record.completions import FUTURES
from staleread._trace.clock import now_ns

_CALLERS_MAX = 4
"""`run_until_complete` sets the running loop by a context manager, say."""


class _Level:
    def __init__(self, loop: Any, running: Running, frame: FrameType | None) -> None:
        self.loop, self.running, self.frame = loop, running, frame
        self.outer: Any = None
        """Of `Noting`: what has the actor whose step this loop runs in."""


class Levels:
    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._watchdog = steps.recorder.watchdog
        self._noting = steps.recorder.told_noting
        self._open: dict[int, list[_Level]] = steps.levels

    def changed(self, before: Any, loop: Any, running: Running | None, frame: FrameType) -> None:
        """The code that `frame` is in made `loop` the thread's running one, which was `before` until now.

        asyncio ends a run by None; others, which let a loop run again within a step, by what was there before. Some
        make room for another loop for a while: their own runs on as soon as it is back.
        """
        levels = self._open.get(get_ident())
        top = levels[-1] if levels else None
        if top is not None and (
            top.frame is frame or (loop is None and getattr(top.loop, "_thread_id", 0) is None)
        ):
            self.leave()
        elif running is not None and (top is None or loop is not top.loop or loop is before):
            self.enter(loop, running, frame if loop is before else None)

    def enter(self, loop: Any, running: Running, frame: FrameType | None) -> None:
        ident = get_ident()
        running.ident = ident
        self._steps.set_aside(running)
        level = _Level(loop, running, frame)
        if self._noting is not None:
            level.outer = self._noting.interrupt(ident)
        self._open.setdefault(ident, []).append(level)
        self._watchdog.loop_starts(running)

    def leave(self) -> None:
        ident = get_ident()
        levels = self._open[ident]
        level = levels.pop()
        running = level.running
        if running.actor:
            self._steps.end(running, now_ns())
        self._steps.take_up(running, _awaited(level.frame))
        if levels:
            if self._noting is not None:
                self._noting.go_on(ident, level.outer)
            self._watchdog.loop_starts(levels[-1].running)
        else:
            del self._open[ident]
            self._steps.origins.note_again()
            self._watchdog.loop_ends()


def _awaited(frame: FrameType | None) -> Any:
    """What a loop was run for within a step: nobody but `run_until_complete` knows."""
    for _ in range(_CALLERS_MAX):
        if frame is None:
            return None
        if frame.f_code.co_name == "run_until_complete":
            futures = (value for value in frame.f_locals.values() if issubclass(type(value), FUTURES))
            return next(futures, None)
        frame = frame.f_back
    return None
