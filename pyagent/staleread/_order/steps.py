"""Steps: which actor runs, from when to when.

In: handles as they are scheduled and run. Out: `actor`, `begin`, `end`, `finish` events, and the completion
of tasks. A handle belongs to a task where its callback is a task's step or wake-up, else to an actor of its
own.
"""

from __future__ import annotations

import asyncio
import sys
from _thread import get_ident
from collections.abc import Callable
from functools import partial
from types import BuiltinMethodType, FrameType, FunctionType, MethodType
from typing import Any

from staleread._order.origins import Origins
from staleread._record.budget import TASK_BYTES
from staleread._record.completions import FUTURES, TASKS, is_done
from staleread._record.recorder import Recorder
from staleread._trace.clock import now_ns as _now
from staleread._trace.events import ACTOR, BEGIN, END, FINISH, SCHEDULE, WAKE, ActorKind, How

Pending = tuple[int, int, bool]
"""Token, actor (0: a new one when it runs), whether the handle may run again."""

_UNKNOWN: Pending = (0, 0, False)


class Steps:
    def __init__(self, recorder: Recorder) -> None:
        self.pending: dict[int, Pending] = {}
        """By `id()` of a handle."""
        self.waking: set[int] = set()
        """Threads that are inside the release of a lock."""
        self.crossing: dict[int, tuple[Any, FrameType]] = {}
        """By thread: the loop that it is about to hand a callback to, and the code that does it."""
        self.running: dict[int, Any] = {}
        """By thread: the task whose step a handle runs; None for other handles."""
        self.settle: Callable[[], None] | None = None
        """Called when a handle has run: ends the first steps of tasks that were started right away in it."""
        self.main_futures: dict[int, Any] = {}
        """By `id()` of a loop: the token of the future that it runs until completed."""
        self.recorder = recorder
        self.record = recorder.record
        self.identity = recorder.identity
        self.completions = recorder.completions
        self.origins = Origins()
        self.on_begin: list[Callable[[Any, tuple[Any, ...]], None]] = []
        """Called with a task and the arguments of its wake-up when its step has begun."""
        self.on_end: list[Callable[[Any], None]] = []
        """Called with a task when it is done, by the end of its last step."""
        self.after: dict[int, Callable[[Any], None]] = {}
        """By `id()` of a callback's code: called with the callback when it has run."""
        self.borrowers: dict[int, tuple[Any, Any]] = {}
        """By `id()` of a task that `wait_for` made to take a lock: the task that shall have it, the lock."""
        self._watchdog = recorder.watchdog
        self._started = recorder.watchdog.started
        self._strings = recorder.tables
        self.loop_number = recorder.loops.number
        self._frames = recorder.frames
        self._names: dict[int, tuple[int, str]] = {}
        """By `id()` of a task that has not run yet: the string of its name, and the name as it was."""
        recorder.identity.side_tables.append(self._names)
        self._task_types: dict[int, bool] = {}

    # Scheduling

    def schedule(self, loop: Any, handle: Any, how: int, frame: FrameType | None) -> None:
        """A handle was queued by the code that `frame` is in."""
        loop_number = self.loop_number(loop)
        task = self.task_of(handle._callback)
        if task is None:
            actor = self._callback_actor(handle._callback, loop_number, frame)
        else:
            actor = self.identity.actors.get(id(task)) or self.declare_task(task, loop_number, frame)
        token = self.identity.next_token()
        ident = get_ident()
        if ident in self.waking:
            self.record((WAKE, ident, token, loop_number, 0, 0, 0, 0))
        else:
            self.record((SCHEDULE, ident, token, how, loop_number, 0, 0, 0))
        self.pending[id(handle)] = (token, actor, how == How.IO)

    def task_of(self, callback: Any) -> Any:
        """The task whose step or wake-up a callback is; None for all others."""
        tp = type(callback)
        if tp is not BuiltinMethodType and tp is not MethodType and tp.__name__ != "TaskStepMethWrapper":
            return None
        owner = callback.__self__
        key = id(type(owner))
        is_task = self._task_types.get(key)
        if is_task is None:
            is_task = self._task_types[key] = issubclass(type(owner), TASKS)
        return owner if is_task and _is_step(callback) else None

    def _callback_actor(self, callback: Any, loop: int, frame: FrameType | None) -> int:
        """Declared here, where its creator runs, if it is code that is watched; otherwise when it runs."""
        function = self._frames.function(code_of(callback))
        if not function:
            return 0
        return self.declare_callback(callback, loop, function, self._frames.call_site(frame))

    # Actors

    def declare_task(self, task: Any, loop: int, frame: FrameType | None) -> int:
        coroutine = coroutine_of(task)
        name = _name_of(task)
        string = self._strings.once(name)
        site = self._frames.call_site(frame)
        actor = self._declare_coroutine(coroutine, string, loop, site)
        self._names[id(task)] = (string, name)
        self.identity.number(task)
        self.identity.actors[id(task)] = actor
        self.recorder.budget.take(TASK_BYTES)
        code = getattr(coroutine, "cr_code", None)
        if code in _WAITING:
            self.recorder.waits.made_at[id(task)] = site
        elif code in _ACQUIRING and _is_within_wait_for(frame):
            self.borrowers[id(task)] = (asyncio.current_task(), coroutine.cr_frame.f_locals["self"])
        return actor

    def _rename(self, task: Any) -> None:
        """`create_task` may name a task only when it is made and its first step scheduled."""
        string, name = self._names.pop(id(task))
        now = _name_of(task)
        if now != name:
            self._strings.replace(string, now)

    def _declare_coroutine(self, coroutine: Any, string: int, loop: int, site: int) -> int:
        actor = self.identity.next_actor()
        code = getattr(coroutine, "cr_code", None) or getattr(coroutine, "gi_code", None)
        function = self._frames.function(code)
        if not function:
            self.recorder.honesty.unwatched_task(code, coroutine)
        self.record((ACTOR, get_ident(), actor, ActorKind.TASK, string, loop, function, site))
        return actor

    def declare_callback(self, callback: Any, loop: int, function: int, site: int) -> int:
        actor = self.identity.next_actor()
        string = self._strings.string(callback_name(callback))
        self.record((ACTOR, get_ident(), actor, ActorKind.CALLBACK, string, loop, function, site))
        return actor

    # Running

    def begin(self, handle: Any) -> tuple[int, Any, bool, int]:
        """A handle starts to run."""
        key = id(handle)
        pending = self.pending.get(key, _UNKNOWN)
        token, actor, again = pending
        callback = handle._callback
        if not again:
            self.pending.pop(key, None)
        task = self.task_of(callback)
        if not actor:
            loop = self.loop_number(handle._loop)
            if task is not None:
                actor = self.identity.actors.get(id(task)) or self.declare_task(task, loop, None)
            else:
                actor = self.declare_callback(callback, loop, 0, 0)
            if again:
                self.pending[key] = (token, actor, again)
        if task is not None and id(task) in self._names:
            self._rename(task)
        ident = get_ident()
        self.running[ident] = task
        self.record((BEGIN, ident, actor, token, 0, 0, 0, 0))
        if task is None:
            arguments = handle._args
            if arguments and len(arguments) == 1 and issubclass(type(arguments[0]), FUTURES):
                self.completions.received(arguments[0])
        started_ns = self._started[ident] = _now()
        return actor, task, again, started_ns

    def end(self, actor: int, task: Any, callback: Any, again: bool, started_ns: int) -> None:
        """The handle has run."""
        ident = get_ident()
        now_ns = _now()
        self._started[ident] = 0
        if now_ns - started_ns >= self._watchdog.limit_ns:
            self._watchdog.ended(started_ns, now_ns, _name_of_step(task, callback))
        if self.settle is not None:
            self.settle()
        if task is None:
            after = self.after.get(id(code_of(callback)))
            if after is not None:
                after(callback)
            if not again:
                self.record((FINISH, ident, actor, 0, 0, 0, 0, 0))
        elif is_done(task):
            for call in self.on_end:
                call(task)
            self.completions.sent(task)
            self.record((FINISH, ident, actor, 0, 0, 0, 0, 0))
        self.record((END, ident, (now_ns - started_ns) // 1000, 0, 0, 0, 0, 0))
        self.running[ident] = None
        if self.identity.fresh:
            self.identity.sweep_fresh()
        if self.identity.sweep_due:
            self.identity.sweep()


_ACQUIRING = frozenset({asyncio.Lock.acquire.__code__, asyncio.Semaphore.acquire.__code__})
_WAITING = frozenset(
    {asyncio.Event.wait.__code__, asyncio.Condition.wait.__code__, asyncio.Condition.wait_for.__code__}
)
_WAIT_FOR = asyncio.wait_for.__code__


def _is_within_wait_for(frame: FrameType | None) -> bool:
    """Before Python 3.12 `wait_for` runs what it is given in a task of its own."""
    for _ in range(4):
        if frame is None or sys.version_info >= (3, 12):
            return False
        if frame.f_code is _WAIT_FOR:
            return True
        frame = frame.f_back
    return False


def _is_step(callback: Any) -> bool:
    name = getattr(callback, "__name__", "")
    return type(callback).__name__ == "TaskStepMethWrapper" or name in _STEP_NAMES


_STEP_NAMES = frozenset({"task_wakeup", "wakeup", "__wakeup", "__step", "_Task__wakeup", "_Task__step"})


def coroutine_of(task: Any) -> Any:
    return base_of(task).get_coro(task)


def _name_of(task: Any) -> str:
    name = base_of(task).get_name(task)
    return name if type(name) is str else ""


def _name_of_step(task: Any, callback: Any) -> str:
    if task is None:
        return callback_name(callback)
    name = getattr(coroutine_of(task), "__qualname__", "")
    return name if type(name) is str else ""


def base_of(task: Any) -> Any:
    """The class of the library that a task is of, whose methods nobody has overridden."""
    return TASKS[1] if TASKS[1] in type(task).__mro__ else asyncio.Task


def code_of(callback: Any) -> Any:
    """The code behind a callback of a well-known kind."""
    while type(callback) is partial:
        callback = callback.func
    if type(callback) is MethodType:
        callback = callback.__func__
    return callback.__code__ if type(callback) is FunctionType else None


def callback_name(callback: Any) -> str:
    while type(callback) is partial:
        callback = callback.func
    if type(callback) is MethodType:
        callback = callback.__func__
    if type(callback) is FunctionType or type(callback) is BuiltinMethodType:
        return callback.__qualname__
    return type(callback).__qualname__
