"""`gather`, `wait`, `TaskGroup`: the completion of every child, not of the last alone, precedes the waiter.

In: steps of the callbacks with which asyncio counts its children. Out: each merges what it learned from its
child into one token; the one that lets the waiter go on receives that.
"""

from __future__ import annotations

import asyncio
import sys
from _thread import get_ident
from asyncio import base_events, futures, tasks
from collections.abc import Container
from concurrent.futures import Future as ConcurrentFuture
from types import CodeType, FrameType, FunctionType
from typing import Any

from staleread._order.patching import Patches, pass_unseen
from staleread._order.steps import Steps
from staleread._record.kinds import MISSING
from staleread._trace.events import BEGIN, END, FINISH, MERGE, RECV

_ADDING_CODE = ConcurrentFuture.add_done_callback.__code__
"""What calls the callback of a future that is done already."""


def install(patches: Patches, steps: Steps) -> None:
    groups = Groups(steps)
    after(steps, asyncio.gather, "_done_callback", groups.gathered)
    after(steps, asyncio.tasks._wait, "_on_completion", groups.waited)  # type: ignore[attr-defined]
    after(steps, asyncio.shield, "_inner_done_callback", groups.passed_on)
    patches.replace(tasks._GatheringFuture, "__init__", lambda original: _gathering(original, steps))  # type: ignore[attr-defined]
    patches.replace(futures, "_copy_future_state", lambda original: _copying(original, steps))
    task_group = getattr(asyncio, "TaskGroup", None)
    if task_group is not None:
        steps.after[id(task_group._on_task_done.__code__)] = groups.grouped
        patches.replace(task_group, "__aexit__", lambda original: leaving(original, steps))


def after(steps: Steps, function: Any, nested: str, call: Any) -> None:
    for constant in function.__code__.co_consts:
        if isinstance(constant, CodeType) and constant.co_name == nested:
            steps.after[id(constant)] = call


class Groups:
    """Called with a counting callback when it has run, by the end of its step."""

    def __init__(self, steps: Steps) -> None:
        self._record = steps.record
        self._token = steps.identity.token
        self._completions = steps.completions

    def gathered(self, callback: Any) -> None:
        outer = variable(callback, "outer")
        if outer is MISSING or outer is None:  # None: `gather` itself has failed
            return
        self._merge(outer)
        if outer.done() and not outer.cancelled() and outer._exception is None:
            self._receive(outer)

    def waited(self, callback: Any) -> None:
        waiter = variable(callback, "waiter")
        if waiter is MISSING:
            return
        self._merge(waiter)
        if variable(callback, "counter") == 0:
            self._receive(waiter)

    def grouped(self, callback: Any) -> None:
        self.counted(callback.__self__)

    def counted(self, group: Any) -> None:
        """A task of a group is done, which has been taken out of it."""
        self._merge(group)
        if not group._tasks:
            self._receive(group)

    def passed_on(self, callback: Any) -> None:
        outer = variable(callback, "outer")
        if outer is not MISSING and outer.done():
            self._completions.sent(outer)

    def _merge(self, obj: object) -> None:
        self._record((MERGE, get_ident(), self._token(obj), 0, 0, 0, 0, 0))

    def _receive(self, obj: object) -> None:
        self._record((RECV, get_ident(), self._token(obj), 0, 0, 0, 0, 0))


def variable(function: Any, name: str) -> Any:
    """A variable that a nested function shares with the one around it."""
    if type(function) is not FunctionType or name not in function.__code__.co_freevars:
        return MISSING
    cell = (function.__closure__ or ())[function.__code__.co_freevars.index(name)]
    try:
        return cell.cell_contents
    except ValueError:
        return MISSING


def _gathering(original: Any, steps: Steps) -> Any:
    """From Python 3.12 on, `gather` counts children that are done already at once, without a callback of theirs."""

    def wrapper(self: Any, children: Any, *args: Any, **kwargs: Any) -> None:
        original(self, children, *args, **kwargs)
        try:
            for child in children:
                steps.completions.received(child)
        except Exception as error:
            steps.recorder.fail(error)

    return wrapper


def _copying(original: Any, steps: Steps) -> Any:
    """A loop's future gets the outcome of another one, of an executor's job say: somebody may ask for it later."""

    def wrapper(source: Any, dest: Any) -> Any:
        actor = 0
        try:
            if _is_done_already(sys._getframe(1), steps.recorder.frames.codes):
                actor = steps.declare_callback(original, steps.loop_number(dest.get_loop()), 0, 0)
                steps.record((BEGIN, get_ident(), actor, 0, 0, 0, 0, 0))
            steps.completions.sent(dest)
        except Exception as error:
            steps.recorder.fail(error)
        try:
            return original(source, dest)
        except BaseException as error:
            pass_unseen(error)
            raise
        finally:
            if actor:
                ident = get_ident()
                steps.record((FINISH, ident, actor, 0, 0, 0, 0, 0))
                steps.record((END, ident, 0, 0, 0, 0, 0, 0))

    return wrapper


def _is_done_already(frame: FrameType | None, codes: Container[int]) -> bool:
    """Whether a job was done before its future could be waited for. From Python 3.14 on its outcome is then copied at
    once, within the step that submitted it. That must not seem to have waited: a callback does it, as before 3.14.

    Where unwatched code is given the future, nobody would tell of its `await`: there the step has waited, at the latest.
    """
    for _ in ("_set_state", "_call_set_state"):
        frame = frame and frame.f_back
    if frame is None or frame.f_code is not _ADDING_CODE:
        return False
    caller = frame.f_back
    while caller is not None and (caller.f_globals is vars(futures) or caller.f_globals is vars(base_events)):
        caller = caller.f_back
    return caller is not None and id(caller.f_code) in codes


def leaving(original: Any, steps: Steps) -> Any:
    """A group whose tasks are all done lets its owner go on at once. The original coroutine is handed on."""

    def wrapper(self: Any, *args: Any) -> Any:
        try:
            if not self._tasks:
                steps.completions.receive(self)
        except Exception as error:
            steps.recorder.fail(error)
        return original(self, *args)

    return wrapper
