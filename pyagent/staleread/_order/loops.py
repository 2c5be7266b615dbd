"""Patches of asyncio's loops: every edge of a loop is somebody scheduling a handle.

In: loops as they are made, run and close; calls of `call_at` and its relatives. Out: queues of ours in the place of the
loops' own, `schedule`, and what the thread that runs a loop learns from it. The wrappers call the original first or
around, change nothing and raise nothing.
"""

from __future__ import annotations

import sys
import weakref
from _thread import get_ident
from asyncio import base_events, current_task, events, selector_events
from collections import deque
from collections.abc import Callable
from types import FrameType
from typing import Any

from staleread._current_frames import current_frames
from staleread._order import eager
from staleread._order.levels import Levels
from staleread._order.patching import Patches, pass_unseen
from staleread._order.ready import ReadyQueue
from staleread._order.steps import Steps, make_running
from staleread._trace.events import LOOP_CLOSE, How


def install(patches: Patches, steps: Steps) -> None:
    levels = Levels(steps)
    queues = Queues(steps, levels)
    patches.on_undo(queues.retire)
    loop = base_events.BaseEventLoop
    patches.replace(loop, "__init__", lambda original: _making(original, queues, steps))
    patches.replace(loop, "call_at", lambda original: _timing(original, steps))
    patches.replace(loop, "stop", lambda original: _stopping(original, steps))
    patches.replace(loop, "_check_thread", lambda original: _checking(original, steps))
    selector_loop = selector_events.BaseSelectorEventLoop
    patches.replace(selector_loop, "_add_reader", lambda original: _watching(original, steps))
    patches.replace(selector_loop, "_add_writer", lambda original: _watching(original, steps))
    if sys.platform != "win32":
        from asyncio import unix_events

        unix_loop = unix_events._UnixSelectorEventLoop
        patches.replace(unix_loop, "add_signal_handler", lambda original: _signal_watching(original, steps))
    if eager.IS_POSSIBLE:
        starts = eager.EagerStarts(steps)
        steps.settle, steps.settle_within = starts.settle, starts.settle_within
        steps.recorder.on_coroutine = starts.notice
        patches.replace(
            loop, "create_task", lambda original: task_creating(original, starts.settle_within, steps)
        )
    patches.replace(loop, "run_until_complete", lambda original: _running(original, queues, steps))
    patches.replace(
        events, "_set_running_loop", lambda original: _loop_setting(original, queues, levels, steps)
    )
    patches.replace(loop, "close", lambda original: closing(original, steps))
    steps.recorder.frames.barriers.add(id(events.Handle._run.__code__))
    queues.adopt_all()


class Queues:
    """The queues of ours, one for each loop."""

    def __init__(self, steps: Steps, levels: Levels) -> None:
        self._steps = steps
        self._levels = levels
        self._queues: weakref.WeakValueDictionary[int, ReadyQueue] = weakref.WeakValueDictionary()

    def of(self, loop: Any) -> ReadyQueue | None:
        """That of a loop which its own thread is about to run, or nobody runs; None: it keeps no queue of asyncio's."""
        ready = getattr(loop, "_ready", None)
        if type(ready) is ReadyQueue and not ready.running.is_over:
            return ready
        if not isinstance(ready, deque):
            return None
        queue = ReadyQueue(self._steps, make_running())
        self._queues[id(queue)] = queue
        queue.take_over(loop)
        return queue

    def retire(self) -> None:
        for queue in list(self._queues.values()):
            queue.retire()

    def adopt_all(self) -> None:
        """The loops that run already when the recording starts: those of other threads as soon as these come by."""
        for ident, frame in current_frames().items():
            for loop in _running_within(frame):
                if ident == get_ident():
                    self._adopt(loop)
                else:
                    loop.call_soon_threadsafe(self._adopt, loop)

    def _adopt(self, loop: Any) -> None:
        try:
            queue = self.of(loop)
            if queue is not None and loop._thread_id is not None:
                self._levels.enter(loop, queue.running, None)
                task = current_task(loop)
                if task is not None:
                    self._steps.found(queue.running, loop, task)
        except Exception as error:
            self._steps.recorder.fail(error)


def _running_within(frame: FrameType | None) -> list[Any]:
    """The loops that a thread runs, the outermost first."""
    loops: list[Any] = []
    while frame is not None:
        if frame.f_code.co_name == "_run_once":
            loop: Any = frame.f_locals.get("self")
            is_loop = base_events.BaseEventLoop in type(loop).__mro__
            if is_loop and loop._thread_id is not None and not any(loop is known for known in loops):
                loops.insert(0, loop)
        frame = frame.f_back
    return loops


def _making(original: Any, queues: Queues, steps: Steps) -> Any:
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            original(self, *args, **kwargs)
        except BaseException as error:
            pass_unseen(error)
            raise
        try:
            queues.of(self)
        except Exception as error:
            steps.recorder.fail(error)

    return wrapper


def _timing(original: Any, steps: Steps) -> Any:
    fail, get_frame = steps.recorder.fail, sys._getframe

    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            steps.tell_foreign(self, get_frame(1), "call_at")
        except Exception as error:
            fail(error)
        try:
            handle = original(self, *args, **kwargs)
        except BaseException as error:
            pass_unseen(error)
            raise
        try:
            hide_wrapper(handle)
            steps.registered(self, handle, How.TIMER, get_frame(1))
        except Exception as error:
            fail(error)
        return handle

    return wrapper


def _stopping(original: Any, steps: Steps) -> Any:
    """From another thread it stops the loop only when something else wakes that."""

    def wrapper(self: Any) -> None:
        try:
            steps.tell_foreign(self, sys._getframe(1), "stop")
        except Exception as error:
            steps.recorder.fail(error)
        original(self)

    return wrapper


def _checking(original: Any, steps: Steps) -> Any:
    """In debug mode a loop refuses foreign threads before anything is queued."""

    def wrapper(self: Any) -> None:
        try:
            caller = sys._getframe(1)
            steps.tell_foreign(self, caller.f_back, caller.f_code.co_name)
        except Exception as error:
            steps.recorder.fail(error)
        try:
            original(self)
        except BaseException as error:
            pass_unseen(error)
            raise

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
                steps.registered(self, handle, How.IO, sys._getframe(1))
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
            steps.registered(self, self._signal_handlers[sig], How.IO, sys._getframe(1))
        except Exception as error:
            steps.recorder.fail(error)

    return wrapper


def task_creating(original: Any, settle_within: Callable[[Any], None], steps: Steps) -> Any:
    """Where a task may be started right away: its first step is over when it is made."""

    def wrapper(self: Any, coro: Any, **kwargs: Any) -> Any:
        try:
            task = original(self, coro, **kwargs)
        except BaseException as error:
            pass_unseen(error)
            raise
        finally:
            try:
                settle_within(self)
            except Exception as error:
                steps.recorder.fail(error)
        hide_wrapper(task)
        return task

    return wrapper


def hide_wrapper(made: Any) -> None:
    """Debug mode tells who made a handle or a task: not the wrapper around."""
    trace = getattr(made, "_source_traceback", None)
    if trace:
        del trace[-1]


def _running(original: Any, queues: Queues, steps: Steps) -> Any:
    def wrapper(self: Any, future: Any) -> Any:
        try:
            if not self.is_running():
                queues.of(self)
        except Exception as error:
            steps.recorder.fail(error)
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


def _loop_setting(original: Any, queues: Queues, levels: Levels, steps: Steps) -> Any:
    """Called where a thread starts to run a loop and where it ends: no frame of ours stays on the stack."""

    running_loop = events._get_running_loop

    def wrapper(loop: Any) -> None:
        before = running_loop()
        original(loop)
        try:
            queue = queues.of(loop)
            levels.changed(before, loop, queue.running if queue is not None else None, sys._getframe(1))
        except Exception as error:
            steps.recorder.fail(error)

    return wrapper


def closing(original: Any, steps: Steps) -> Any:
    def wrapper(self: Any) -> Any:
        try:
            if not self.is_closed() and not self.is_running():
                steps.record((LOOP_CLOSE, get_ident(), steps.loop_number(self), 0, 0, 0, 0, 0))
        except Exception as error:
            steps.recorder.fail(error)
        try:
            original(self)
        except BaseException as error:
            pass_unseen(error)
            raise
        try:
            queue = getattr(self, "_ready", None)
            if type(queue) is ReadyQueue:
                queue.give_back(self)
        except Exception as error:
            steps.recorder.fail(error)

    return wrapper
