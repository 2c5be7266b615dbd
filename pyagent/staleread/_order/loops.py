"""Patches of asyncio's loops: every edge of a loop is somebody scheduling a handle.

In: calls of `call_soon` and its relatives, handles that run, loops that run and close. Out: `schedule`,
steps, and what the thread that runs a loop learns from it. The wrappers call the original first or around,
change nothing and raise nothing.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from asyncio import base_events, events, selector_events
from types import FrameType
from typing import Any

from staleread._order import eager
from staleread._order.eager import EagerStarts
from staleread._order.patching import Patches, pass_unseen
from staleread._order.steps import Steps
from staleread._trace.events import LOOP_CLOSE, How

_QUEUEING = frozenset({"call_later", "create_task"})


def install(patches: Patches, steps: Steps) -> None:
    loop = base_events.BaseEventLoop
    patches.replace(loop, "call_soon", lambda original: _scheduling(original, steps, How.SOON))
    patches.replace(loop, "call_soon_threadsafe", lambda original: _crossing(original, steps))
    patches.replace(events.Handle, "__init__", lambda original: _handle_making(original, steps))
    patches.replace(loop, "call_at", lambda original: _scheduling(original, steps, How.TIMER))
    selector_loop = selector_events.BaseSelectorEventLoop
    patches.replace(selector_loop, "_add_reader", lambda original: _watching(original, steps))
    patches.replace(selector_loop, "_add_writer", lambda original: _watching(original, steps))
    if sys.platform != "win32":
        from asyncio import unix_events

        unix_loop = unix_events._UnixSelectorEventLoop
        patches.replace(unix_loop, "add_signal_handler", lambda original: _signal_watching(original, steps))
    if eager.IS_POSSIBLE:
        starts = eager.EagerStarts(steps)
        steps.settle = starts.settle
        steps.recorder.on_coroutine = starts.notice
        patches.replace(loop, "create_task", lambda original: _task_creating(original, starts, steps))
    patches.replace(loop, "run_until_complete", lambda original: _running(original, steps))
    patches.replace(events, "_set_running_loop", lambda original: _loop_setting(original, steps))
    patches.replace(loop, "close", lambda original: _closing(original, steps))
    barriers = steps.recorder.frames.barriers
    barriers.add(id(events.Handle._run.__code__))
    patches.replace(events.Handle, "_run", lambda original: _handle_running(original, steps))
    barriers.add(id(events.Handle._run.__code__))


def _scheduling(original: Any, steps: Steps, how: int) -> Any:
    schedule, fail, get_frame = steps.schedule, steps.recorder.fail, sys._getframe
    foreign = steps.recorder.foreign.used_loop
    main_callback = base_events._run_until_complete_cb  # type: ignore[attr-defined]

    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            thread = self._thread_id
            if thread is not None and thread != get_ident():
                foreign(self, _operation(get_frame(1), original))
        except Exception as error:
            fail(error)
        try:
            handle = original(self, *args, **kwargs)
        except BaseException as error:
            pass_unseen(error)
            raise
        try:
            _hide_wrapper(handle)
            if handle._callback is main_callback:
                steps.main_futures[id(self)] = handle._args[0]
            schedule(self, handle, how, get_frame(1))
        except Exception as error:
            fail(error)
        return handle

    return wrapper


def _operation(frame: FrameType, original: Any) -> str:
    """By what the program, perhaps, had a handle queued."""
    own = frame.f_globals is vars(base_events) and frame.f_code.co_name in _QUEUEING
    return f"loop.{frame.f_code.co_name if own else original.__name__}"


def _crossing(original: Any, steps: Steps) -> Any:
    """The loop may run the handle before this returns: it is told of while it is made."""
    crossing = steps.crossing

    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        ident = get_ident()
        crossing[ident] = (self, sys._getframe(1))
        try:
            handle = original(self, *args, **kwargs)
        except BaseException as error:
            pass_unseen(error)
            raise
        finally:
            crossing.pop(ident, None)
        _hide_wrapper(handle)
        return handle

    return wrapper


def _handle_making(original: Any, steps: Steps) -> Any:
    crossing = steps.crossing

    def wrapper(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        _hide_wrapper(self)
        if crossing:
            try:
                loop, frame = crossing.pop(get_ident(), (None, None))
                if loop is not None:
                    steps.schedule(loop, self, How.THREADSAFE, frame)
            except Exception as error:
                steps.recorder.fail(error)

    return wrapper


def _watching(original: Any, steps: Steps) -> Any:
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            handle = original(self, *args, **kwargs)
        except BaseException as error:
            pass_unseen(error)
            raise
        try:
            if handle is not None:
                steps.schedule(self, handle, How.IO, sys._getframe(1))
        except Exception as error:
            steps.recorder.fail(error)
        return handle

    return wrapper


def _signal_watching(original: Any, steps: Steps) -> Any:
    def wrapper(self: Any, sig: Any, *args: Any, **kwargs: Any) -> None:
        try:
            original(self, sig, *args, **kwargs)
        except BaseException as error:
            pass_unseen(error)
            raise
        try:
            steps.schedule(self, self._signal_handlers[sig], How.IO, sys._getframe(1))
        except Exception as error:
            steps.recorder.fail(error)

    return wrapper


def _handle_running(original: Any, steps: Steps) -> Any:
    begin, end, fail = steps.begin, steps.end, steps.recorder.fail
    on_begin = steps.on_begin

    def wrapper(self: Any) -> None:
        try:
            callback, arguments = self._callback, self._args
            actor, task, again, started_ns = begin(self)
            if task is not None:
                for call in on_begin:
                    call(task, arguments)
        except Exception as error:
            fail(error)
            original(self)
            return
        try:
            original(self)
        except BaseException as error:
            pass_unseen(error)
            raise
        finally:
            try:
                end(actor, task, callback, again, started_ns)
            except Exception as error:
                fail(error)
            # The exception of a task leads here; `Handle._run` lets go for the same reason.
            self = callback = arguments = task = None

    return wrapper


def _task_creating(original: Any, eager: EagerStarts, steps: Steps) -> Any:
    """Where a task may be started right away: its first step is over when it is made."""

    def wrapper(self: Any, coro: Any, **kwargs: Any) -> Any:
        try:
            task = original(self, coro, **kwargs)
        except BaseException as error:
            pass_unseen(error)
            raise
        finally:
            try:
                eager.settle_within(self)
            except Exception as error:
                steps.recorder.fail(error)
        _hide_wrapper(task)
        return task

    return wrapper


def _hide_wrapper(made: Any) -> None:
    """Debug mode tells who made a handle or a task: not the wrapper around."""
    trace = getattr(made, "_source_traceback", None)
    if trace:
        del trace[-1]


def _running(original: Any, steps: Steps) -> Any:
    def wrapper(self: Any, future: Any) -> Any:
        try:
            return original(self, future)
        except BaseException as error:
            pass_unseen(error)
            raise
        finally:
            try:
                main = steps.main_futures.pop(id(self), None)
                if main is not None:
                    steps.completions.receive(main)
            except Exception as error:
                steps.recorder.fail(error)

    return wrapper


def _loop_setting(original: Any, steps: Steps) -> Any:
    """Called where a thread starts to run a loop and where it ends: no frame of ours stays on the stack."""
    watchdog = steps.recorder.watchdog

    def wrapper(loop: Any) -> None:
        original(loop)
        try:
            if loop is None:
                watchdog.loop_ends()
            else:
                watchdog.loop_starts()
        except Exception as error:
            steps.recorder.fail(error)

    return wrapper


def _closing(original: Any, steps: Steps) -> Any:
    def wrapper(self: Any) -> Any:
        try:
            if not self.is_closed() and not self.is_running():
                steps.record((LOOP_CLOSE, get_ident(), steps.loop_number(self), 0, 0, 0, 0, 0))
        except Exception as error:
            steps.recorder.fail(error)
        try:
            return original(self)
        except BaseException as error:
            pass_unseen(error)
            raise

    return wrapper
