"""Locks and semaphores: who really holds those of asyncio, from when to when; how many may hold one of threading's.

In: the attributes in which asyncio itself keeps it. Out: `lock`, `acquire`, `release` events, `wake`
instead of `schedule` for whoever is woken by a release. A semaphore is given to a waiter before that runs:
it counts as acquired when the waiter's step begins.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from _thread import get_ident
from types import FrameType
from typing import Any

from staleread._order.patching import Patches, Watched, pass_unseen
from staleread._order.steps import Steps
from staleread._record import accelerated
from staleread._record.kinds import MISSING
from staleread._record.recorder import Recorder


def install(patches: Patches, steps: Steps) -> None:
    holding = Holding(steps)
    fail = steps.recorder.fail
    locked = Watched("_locked", fail, holding.lock_changed)
    patches.watch(asyncio.Lock, accelerated.make_watched(locked, accelerated.LOCK, steps.recorder))
    patches.watch(asyncio.Semaphore, Watched("_value", fail, holding.semaphore_changed))
    patches.replace(threading.Semaphore, "__init__", lambda original: _making(original, steps))
    patches.replace(asyncio.Lock, "_wake_up_first", lambda original: _waking(original, steps))
    patches.replace(asyncio.Semaphore, "_wake_up_next", lambda original: _granting(original, steps, holding))
    steps.on_begin.append(holding.step_begun)
    steps.marks += [holding.granted, holding.lent]
    steps.on_end.append(holding.step_ended)


class Holding:
    def __init__(self, steps: Steps) -> None:
        recorder: Recorder = steps.recorder
        self._steps = steps
        self._locks = recorder.locks
        self._site = recorder.frames.call_site
        self._codes = recorder.frames.codes
        self._foreign = recorder.foreign.used
        self.granted: dict[int, tuple[Any, Any]] = {}
        """By `id()` of a waiter's future: that future, and the semaphore it was given."""
        self.lent: dict[int, list[Any]] = {}
        """By `id()` of a task in `wait_for`: the locks that a task of `wait_for`'s own took for it."""

    def lock_changed(self, lock: Any, before: Any, now: bool) -> None:
        if before is MISSING:
            self._locks.declare(lock)
        elif now and not before:
            self._locks.acquired(lock, self._site(sys._getframe(2)))
        elif before and not now:
            self._foreign(lock, "Lock.release")
            self._locks.released(lock, self._site(sys._getframe(2)))

    def semaphore_changed(self, semaphore: Any, before: Any, now: int) -> None:
        if before is MISSING:
            self._locks.declare(semaphore)
        elif now > before:
            self._foreign(semaphore, "Semaphore.release")
            self._locks.released(semaphore, self._site(sys._getframe(2)))
        elif now < before and get_ident() not in self._steps.waking:
            self._locks.acquired(semaphore, self._site(sys._getframe(2)))

    def step_begun(self, task: Any, arguments: tuple[Any, ...]) -> None:
        """A task goes on: because it was given a semaphore, or with a lock that was taken for it."""
        if self.granted and arguments:
            given = self.granted.pop(id(arguments[0]), None)
            if given is not None:
                self._locks.acquired(given[1], self._site(self._waiting_frame(task)))
        if self.lent:
            for lock in self.lent.pop(id(task), ()):
                self._locks.acquired(lock, self._site(self._waiting_frame(task)))

    def _waiting_frame(self, task: Any) -> FrameType | None:
        """The innermost watched frame of what a task is about to go on with."""
        found = None
        coroutine = task.get_coro()
        while coroutine is not None:
            frame = getattr(coroutine, "cr_frame", None)
            if frame is not None and id(frame.f_code) in self._codes:
                found = frame
            coroutine = getattr(coroutine, "cr_await", None)
        return found

    def step_ended(self, task: Any) -> None:
        """Before Python 3.12 `wait_for` has a task of its own take the lock: it belongs to the caller."""
        borrowed = self._steps.borrowers.pop(id(task), None)
        if borrowed is None or task.cancelled() or task._exception is not None:
            return
        borrower, lock = borrowed
        self._locks.released(lock, 0)
        self.lent.setdefault(id(borrower), []).append(lock)


def _making(original: Any, steps: Steps) -> Any:
    """How many may hold a semaphore of threads is known when it is made: whoever sees it first may hold it already."""

    def wrapper(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            original(self, *args, **kwargs)
        except BaseException as error:
            pass_unseen(error)
            raise
        try:
            steps.recorder.locks.declare(self)
        except Exception as error:
            steps.recorder.fail(error)

    return wrapper


def _waking(original: Any, steps: Steps) -> Any:
    waking, fail = steps.waking, steps.recorder.fail

    def wrapper(self: Any) -> Any:
        ident = get_ident()
        try:
            waking.add(ident)
        except Exception as error:
            fail(error)
        try:
            return original(self)
        finally:
            waking.discard(ident)

    return wrapper


def _granting(waking_up: Any, steps: Steps, holding: Holding) -> Any:
    original, fail = _waking(waking_up, steps), steps.recorder.fail

    def wrapper(self: Any) -> Any:
        waiter = None
        try:
            waiter = next((future for future in self._waiters or () if not future.done()), None)
        except Exception as error:
            fail(error)
        result = original(self)
        try:
            if waiter is not None and waiter.done():
                holding.granted[id(waiter)] = (waiter, self)
        except Exception as error:
            fail(error)
        return result

    return wrapper
