"""Hooks at the beginning and end of functions, at awaits, and at `with` statements of threading locks.

In: function numbers, site numbers, what is awaited or held. Out: `enter`, `leave`, `pause`, `resume`,
`await`, `acquire`, `release` events, and `recv` where an await will return without suspending.
"""

from __future__ import annotations

import asyncio
import sys
from _thread import get_ident
from collections.abc import Callable
from inspect import CO_COROUTINE
from types import CoroutineType
from typing import Any

from staleread._record.completions import FUTURES, TASKS
from staleread._record.locks import thread_lock_of
from staleread._record.recorder import Recorder
from staleread._trace.events import AWAIT, ENTER, LEAVE, PAUSE, RESUME, ObjectKind

_WAIT_FOR = asyncio.wait_for.__code__


def activation_hooks(recorder: Recorder) -> dict[str, Callable[..., Any]]:
    return {
        **_function_hooks(recorder),
        **_generator_hooks(recorder),
        **_await_hooks(recorder),
        **_lock_hooks(recorder),
    }


def _function_hooks(recorder: Recorder) -> dict[str, Callable[..., Any]]:
    put, recorded, room, fail = recorder.put, recorder.recorded, recorder.room, recorder.fail
    eager_tasks, eager_steps, entering = recorder.eager_tasks, recorder.eager_steps, recorder.entering
    get_frame, call_site = sys._getframe, recorder.frames.call_site
    noting: Any = recorder.told_noting
    at_work, inside = (noting.at_work, noting.inside) if noting is not None else ({}, {})
    running_of, count_inside = at_work.get, inside.get

    def enter(function: int) -> None:
        try:
            ident = get_ident()
            running = running_of(ident)
            if running is not None:
                actor = running.actor
                count = count_inside(actor)
                if count is None:
                    inside[actor] = 1
                    noting.begin()
                else:
                    inside[actor] = count + 1
            on_enter = entering[0]
            if on_enter is not None:
                on_enter()
            if (eager_tasks or eager_steps) and get_frame(1).f_code.co_flags & CO_COROUTINE:
                recorder.on_coroutine()
            try:
                caller = get_frame(2)
            except ValueError:  # Nobody: a thread begins with it.
                caller = None
            put((ENTER, ident, function, call_site(caller), 0, 0, 0, 0))
            if len(recorded) > room.most:
                room.make()
        except Exception as error:
            fail(error)

    def leave(kind: object = None, value: object = None, trace: object = None) -> None:
        try:
            ident = get_ident()
            running = running_of(ident)
            if running is not None:
                actor = running.actor
                count = count_inside(actor, 0)
                if count > 1:
                    inside[actor] = count - 1
                elif count:
                    del inside[actor]
                    noting.end()
            put((LEAVE, ident, 0, 0, 0, 0, 0, 0))
        except Exception as error:
            fail(error)

    return {"_sr_enter": enter, "_sr_leave": leave}


def _generator_hooks(recorder: Recorder) -> dict[str, Callable[..., Any]]:
    record, fail, call_site = recorder.record, recorder.fail, recorder.frames.call_site
    get_frame = sys._getframe
    next_activation = recorder.frames.next_activation
    noting = recorder.told_noting

    def enter(function: int) -> int | None:
        activation = None
        try:
            if noting is not None:
                noting.begin()
            activation = next_activation()
            record((ENTER, get_ident(), function, call_site(get_frame(1).f_back), activation, 0, 0, 0))
        except Exception as error:
            fail(error)
        return activation

    def pause(activation: int | None, value: Any) -> Any:
        try:
            if activation is not None:
                record((PAUSE, get_ident(), activation, 0, 0, 0, 0, 0))
        except Exception as error:
            fail(error)
        return value

    def resume(activation: int | None, value: Any, site: int) -> Any:
        try:
            if noting is not None:
                noting.begin()
            if activation is not None:
                record((RESUME, get_ident(), activation, site, 0, 0, 0, 0))
        except Exception as error:
            fail(error)
        return value

    def leave(activation: int | None) -> None:
        try:
            if activation is not None:
                record((LEAVE, get_ident(), activation, 0, 0, 0, 0, 0))
        except Exception as error:
            fail(error)

    return {"_sr_enter_gen": enter, "_sr_pause": pause, "_sr_resume": resume, "_sr_leave_gen": leave}


def _await_hooks(recorder: Recorder) -> dict[str, Callable[..., Any]]:
    record, put, recorded, room = recorder.record, recorder.put, recorder.recorded, recorder.room
    info, fail = recorder.types.info, recorder.fail
    received, waits, numbers = recorder.completions.received, recorder.waits, recorder.identity.numbers
    entered = recorder.honesty.entered
    eager_tasks, eager_steps = recorder.eager_tasks, recorder.eager_steps

    def awaited_future(future: Any, site: int) -> None:
        """An edge where it is done; a wait where it is kept somewhere, so that it could get lost."""
        if received(future) or issubclass(type(future), TASKS):
            return
        if id(future) in numbers:
            waits.begun(future, site)

    def before_await(awaited: Any, site: int) -> Any:
        try:
            if eager_tasks or eager_steps:
                recorder.on_coroutine()
            put((AWAIT, get_ident(), site, 0, 0, 0, 0, 0))
            if len(recorded) > room.most:
                room.make()
            if type(awaited) is CoroutineType:
                if awaited.cr_code is _WAIT_FOR:
                    waited_for(awaited, site)
            elif info(type(awaited)).kind == ObjectKind.FUTURE:
                awaited_future(awaited, site)
        except Exception as error:
            fail(error)
        return awaited

    def waited_for(coroutine: Any, site: int) -> None:
        """`wait_for` of a future that is done returns without suspending."""
        future = coroutine.cr_frame.f_locals["fut"] if coroutine.cr_frame is not None else None
        if issubclass(type(future), FUTURES):
            awaited_future(future, site)

    def before_hidden_await(subject: Any, site: int) -> Any:
        try:
            record((AWAIT, get_ident(), site, 0, 0, 0, 0, 0))
        except Exception as error:
            fail(error)
        return subject

    def before_async_with(subject: Any, site: int) -> Any:
        try:
            record((AWAIT, get_ident(), site, 0, 0, 0, 0, 0))
            entered(subject, site)
        except Exception as error:
            fail(error)
        return subject

    return {
        "_sr_await": before_await,
        "_sr_await_with": before_async_with,
        "_sr_await_iter": before_hidden_await,
    }


def _lock_hooks(recorder: Recorder) -> dict[str, Callable[..., Any]]:
    locks, fail = recorder.locks, recorder.fail

    def locked(subject: Any, site: int) -> Any:
        try:
            lock = thread_lock_of(subject)
            if lock is not None:
                locks.acquired(lock, site)
        except Exception as error:
            fail(error)
        return subject

    def unlocked(subject: Any, site: int) -> Any:
        try:
            lock = thread_lock_of(subject)
            if lock is not None:
                locks.released(lock, site)
        except Exception as error:
            fail(error)
        return subject

    return {"_sr_locked": locked, "_sr_unlocked": unlocked}
