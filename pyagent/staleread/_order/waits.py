"""Waits for asyncio's events and conditions, as they really suspend.

In: the queue of waiters, which asyncio's `wait` reads twice, to enter itself and to leave; `notify`. Out: `wait`,
`woken`, `notify` events. The waits inside of asyncio's own primitives, a barrier say, are none of the program's.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from asyncio import locks
from types import FrameType
from typing import Any

from staleread._order.patching import Patches, Watched, pass_unseen
from staleread._order.steps import Steps
from staleread._record.frames import Frames

_WAITING = frozenset({asyncio.Event.wait.__code__, asyncio.Condition.wait.__code__})
_IN_BETWEEN = frozenset(
    method.__code__
    for condition in (asyncio.Condition, threading.Condition)
    for method in (condition.wait_for, condition.notify_all)
)
"""Methods of a condition that call its others."""


def install(patches: Patches, steps: Steps) -> None:
    waiters, fail = Waiters(steps), steps.recorder.fail
    for cls in (asyncio.Event, asyncio.Condition):
        patches.watch(cls, Watched("_waiters", fail, _ignored, waiters.read))
    patches.replace(asyncio.Condition, "notify", lambda original: _notifying(original, waiters, fail))


def _ignored(*_: Any) -> None:
    """A new queue of waiters: nobody is in it yet."""


class Waiters:
    def __init__(self, steps: Steps) -> None:
        self._waits = steps.recorder.waits
        self._site = steps.recorder.frames.call_site
        self._running_task = steps.running_task
        self._foreign = steps.recorder.foreign.used
        self._waiting: dict[int, FrameType] = {}
        """By `id()`: the frames of `wait` that are among the waiters."""

    def read(self, of: Any, _: Any) -> None:
        frame = sys._getframe(2)
        if frame.f_code not in _WAITING:
            return
        if self._waiting.pop(id(frame), None) is not None:
            self._waits.over(of, not _is_raising(frame))
        elif not is_within_library(frame.f_back):
            self._waiting[id(frame)] = frame
            self._waits.begun(of, self._site(frame) or self._site_of_task())

    def _site_of_task(self) -> int:
        return self._waits.made_at.get(id(self._running_task()), 0)

    def notified(self, condition: Any, n: int, frame: FrameType) -> None:
        if not is_within_library(frame):
            self._foreign(condition, "Condition.notify")
            waiting = sum(not future.done() for future in condition._waiters)
            self._waits.notified(condition, self._site(frame), min(n, waiting))


def own_site(frames: Frames, frame: FrameType | None) -> int:
    """Where watched code itself calls a condition or an event; 0 where other code does."""
    frame = _caller(frame)
    return frames.call_site(frame) if frame is not None and id(frame.f_code) in frames.codes else 0


def _caller(frame: FrameType | None) -> FrameType | None:
    """Who called a condition, behind those of its own methods that call others."""
    while frame is not None and frame.f_code in _IN_BETWEEN:
        frame = frame.f_back
    return frame


def is_within_library(frame: FrameType | None) -> bool:
    """Whether one of asyncio's own primitives makes the call."""
    frame = _caller(frame)
    return frame is not None and frame.f_globals is vars(locks)


def _is_raising(frame: FrameType) -> bool:
    """Whether an exception is on its way out of this frame, not only being handled somewhere around it."""
    error = sys.exc_info()[1]
    trace = error.__traceback__ if error is not None else None
    return trace is not None and trace.tb_frame is frame


def _notifying(original: Any, waiters: Waiters, fail: Any) -> Any:
    def wrapper(self: Any, n: int = 1) -> Any:
        try:
            if self.locked():
                waiters.notified(self, n, sys._getframe(1))
        except Exception as error:
            fail(error)
        try:
            return original(self, n)
        except BaseException as error:
            pass_unseen(error)
            raise

    return wrapper
