"""Steps: which actor runs, from when to when.

In: handles as they are queued and begin to run, and when a step is over. Out: `actor`, `begin`, `end`, `finish`
events, and the completion of tasks. A handle belongs to a task where its callback is a task's step or wake-up, else to
an actor of its own.
"""

from __future__ import annotations

import asyncio
import sys
import weakref
from _thread import get_ident
from asyncio import base_events
from collections.abc import Callable
from functools import partial
from types import BuiltinMethodType, CodeType, FrameType, FunctionType, MethodType
from typing import Any

from staleread._order.arrivals import Arrivals
from staleread._order.origins import Origins
from staleread._record import accelerated
from staleread._record.budget import HANDLE_BYTES
from staleread._record.completions import FUTURES, TASKS, is_done
from staleread._record.recorder import Recorder
from staleread._trace.clock import now_ns
from staleread._trace.events import ACTOR, BEGIN, END, FINISH, SCHEDULE, WAKE, ActorKind, How

Entry = tuple[Any, int, int, Any]
"""A handle that is ready, its token, its actor (0: a new one when it runs); its task, if that only goes on."""

Pending = tuple[int, int, bool, Any]
"""Of a handle that waits for its time or for I/O: token, actor, whether it may run again, its weak reference."""


class Running:
    """What runs on a loop just now."""

    __slots__ = (
        "actor",
        "callback",
        "goes_on",
        "ident",
        "is_io",
        "is_over",
        "loop_number",
        "outer",
        "started_ns",
        "task",
    )

    def __init__(self) -> None:
        self.ident = 0
        """The thread that runs the loop."""
        self.loop_number = 0
        self.actor = 0
        """0 between two steps."""
        self.task: Any = None
        """Whose step it is; None: a callback's."""
        self.callback: Any = None
        self.is_io = False
        """Whether the callback may run again."""
        self.goes_on = 0
        """The token of the task's next step, where it has scheduled that itself."""
        self.started_ns = 0
        """When the step began; 0 between two steps."""
        self.outer: list[tuple[Any, ...]] = []
        """Steps inside of which the same loop is run again."""
        self.is_over = False
        """Nothing is recorded any more."""

    def clear(self) -> None:
        self.actor, self.task, self.callback = 0, None, None
        self.is_io = False
        self.goes_on = self.started_ns = 0


def make_running() -> Any:
    return accelerated.make_running() if accelerated.IS_THERE else Running()


class _TaskRef(weakref.ref):  # type: ignore[type-arg]
    __slots__ = ()


class _HandleRef(weakref.ref):  # type: ignore[type-arg]
    __slots__ = ("key",)
    key: int


class Steps:
    def __init__(self, recorder: Recorder) -> None:
        self.pending: dict[int, Pending] = {}
        """By `id()` of a handle that lives: those that wait for their time, or for I/O."""
        self.waking: set[int] = set()
        """Threads that are inside the release of a lock."""
        self.levels: dict[int, list[Any]] = {}
        """By thread: the loops that it runs, innermost last (see `_order/levels.py`)."""
        self.settle: Callable[[], None] = lambda: None
        """Called when a step ends while the first steps of tasks that were started right away in it are open."""
        self.settle_within: Callable[[Any], None] | None = None
        """The same for a loop that made a task; None where tasks never start right away."""
        self.main_futures: dict[int, Any] = {}
        """By `id()` of a loop: the token of the future that it runs until completed."""
        self.recorder = recorder
        self.record = recorder.record
        self._noting = recorder.told_noting
        self._put = recorder.put
        """For what comes once a step: the queue looks whether there is too much."""
        self.identity = recorder.identity
        self._next_token, self._identity_fresh = recorder.identity.next_token, recorder.identity.fresh
        self.completions = recorder.completions
        self.origins = Origins(recorder.noting)
        self.arrivals = Arrivals(recorder.fail)
        self.on_begin: list[Callable[[Any, tuple[Any, ...]], None]] = []
        """Called with a task and the arguments of its wake-up when its step has begun."""
        self.marks: list[dict[int, Any]] = []
        """While all of these are empty, `on_begin` has nothing to do."""
        self.on_end: list[Callable[[Any], None]] = []
        """Called with a task when it is done, by the end of its last step."""
        self.after: dict[int, Callable[[Any], None]] = {}
        """By `id()` of a callback's code: called with the callback when it has run."""
        self.around: dict[int, Callable[[Any], Any]] = {}
        """By `id()` of the code of a coroutine that a library puts around the program's own: how to find that."""
        self.not_plain: set[int] = {id(code) for code in (*_WAITING, *_ACQUIRING, _MAIN_CALLBACK.__code__)}
        """By `id()`: code of coroutines that are looked at where they become tasks, and of such callbacks."""
        self.borrowers: dict[int, tuple[Any, Any]] = {}
        """By `id()` of a task that `wait_for` made to take a lock: the task that shall have it, the lock."""
        self.step_type: Any = None
        """Of the callbacks that run the steps of a task, once one is seen."""
        self._watchdog = recorder.watchdog
        self._eager_steps = recorder.eager_steps
        self._strings = recorder.tables
        self.loop_number = recorder.loops.number
        self._frames = recorder.frames
        self.names: dict[int, tuple[int, str]] = {}
        """By `id()` of a task that has not run yet: the string of its name, and the name as it was."""
        recorder.identity.side_tables.append(self.names)
        self._task_types: dict[int, tuple[type, bool]] = {}
        recorder.budget.parts.append(lambda: HANDLE_BYTES * len(self.pending))

    def look_into(self, code: CodeType, find: Callable[[Any], Any]) -> None:
        """A library puts coroutines of this code around the program's own, which `find` finds in them."""
        self.around[id(code)] = find
        self.not_plain.add(id(code))

    def running_task(self) -> Any:
        """Whose step this thread runs; None where it is a callback's, or none."""
        levels = self.levels.get(get_ident())
        return levels[-1].running.task if levels else None

    # Scheduling

    def queued(self, running: Running, handle: Any) -> Entry:
        """A handle is put among those that are ready, by whoever called what called this."""
        if id(handle) in self.pending:
            entry = self.registered_entry(handle)
            if entry is not None:
                return entry
        callback = handle._callback
        if type(callback) is BuiltinMethodType and running.actor and running.ident == get_ident():
            entry = self._woken(running, handle, callback)
            if entry is not None:
                return entry
        how, frame = _who_queued(sys._getframe(2))
        loop = handle._loop
        if how == How.SOON:
            self.tell_foreign(loop, frame, "call_soon")
            if callback is _MAIN_CALLBACK:
                self.main_futures[id(loop)] = handle._args[0]
        running.loop_number = loop_number = self.loop_number(loop)
        task, actor = self._actor_of(callback, loop_number, frame)
        token = self._scheduled(loop_number, how)
        return handle, token, actor, None

    def registered_entry(self, handle: Any) -> Entry | None:
        """Of a handle that was told when it was registered, to run now."""
        known = self.pending.get(id(handle))
        if known is None:
            return None
        token, actor, again, _ = known
        if not again:
            del self.pending[id(handle)]
        return handle, token, actor, None

    def _woken(self, running: Running, handle: Any, callback: Any) -> Entry | None:
        """A task that is known already is woken up by a step of its loop; None: it is something else."""
        task = callback.__self__
        actor = self.identity.actors.get(id(task))
        if actor is None or callback.__name__ != "task_wakeup" or not running.loop_number:
            return None
        token = self._scheduled(running.loop_number, How.SOON)
        return handle, token, actor, task

    def registered(self, loop: Any, handle: Any, how: int, frame: FrameType | None) -> None:
        """A handle was made by the code that `frame` is in, to run at some time, or whenever there is I/O."""
        loop_number = self.loop_number(loop)
        _, actor = self._actor_of(handle._callback, loop_number, frame)
        token = self._scheduled(loop_number, how)
        ref = _HandleRef(handle, self._forget)
        ref.key = id(handle)
        self.pending[ref.key] = (token, actor, how == How.IO, ref)

    def _forget(self, ref: _HandleRef) -> None:
        """Of the handles that never run: cancelled ones, and those of a loop that is gone."""
        self.pending.pop(ref.key, None)

    def tell_foreign(self, loop: Any, frame: FrameType | None, operation: str) -> None:
        thread = loop._thread_id
        if thread is not None and thread != get_ident():
            self.recorder.foreign.used_loop(loop, _operation(frame, operation))

    def _scheduled(self, loop_number: int, how: int) -> int:
        token, ident = self._next_token(), get_ident()
        if ident in self.waking:
            self.record((WAKE, ident, token, loop_number, 0, 0, 0, 0))
        else:
            self.record((SCHEDULE, ident, token, how, loop_number, 0, 0, 0))
        return token

    def _actor_of(self, callback: Any, loop_number: int, frame: FrameType | None) -> tuple[Any, int]:
        task = self.task_of(callback)
        if task is None:
            return None, self._callback_actor(callback, loop_number, frame)
        return task, self.identity.actors.get(id(task)) or self.declare_task(task, loop_number, frame)

    def task_of(self, callback: Any) -> Any:
        """The task whose step or wake-up a callback is; None for all others."""
        tp = type(callback)
        if tp is not self.step_type and tp is not BuiltinMethodType and tp is not MethodType:
            if tp.__name__ != "TaskStepMethWrapper" or tp.__module__ not in ("_asyncio", "builtins"):
                return None
            self.step_type = tp
        owner = callback.__self__
        owner_type = type(owner)
        known = self._task_types.get(id(owner_type))
        if known is None:
            known = self._task_types[id(owner_type)] = owner_type, issubclass(owner_type, TASKS)
        if not known[1]:
            return None
        return owner if tp is self.step_type or getattr(callback, "__name__", "") in _STEP_NAMES else None

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
        self.names[id(task)] = (string, name)
        self.identity.number(task)
        self.identity.actors[id(task)] = actor
        self.recorder.budget.take(self.recorder.budget.task_bytes)
        code = getattr(coroutine, "cr_code", None)
        if code in _WAITING:
            self.recorder.waits.made_at[id(task)] = site
        elif code in _ACQUIRING and _is_within_wait_for(frame):
            self.borrowers[id(task)] = (asyncio.current_task(), coroutine.cr_frame.f_locals["self"])
        return actor

    def rename(self, task: Any) -> None:
        """`create_task` may name a task only when it is made and its first step scheduled."""
        string, name = self.names.pop(id(task))
        now = _name_of(task)
        if now != name:
            self._strings.replace(string, now)

    def _declare_coroutine(self, coroutine: Any, string: int, loop: int, site: int) -> int:
        actor = self.identity.next_actor()
        code = getattr(coroutine, "cr_code", None) or getattr(coroutine, "gi_code", None)
        if id(code) in self.around:
            coroutine = self.around[id(code)](coroutine)
            code = getattr(coroutine, "cr_code", None)
        function = self._frames.function(code)
        if not function:
            self.recorder.honesty.unwatched_task(code, coroutine)
        elif self._noting is not None:
            self._noting.know(actor)
        self._put((ACTOR, get_ident(), actor, ActorKind.TASK, string, loop, function, site))
        return actor

    def declare_callback(self, callback: Any, loop: int, function: int, site: int) -> int:
        actor = self.identity.next_actor()
        string = self._strings.string(callback_name(callback))
        self._put((ACTOR, get_ident(), actor, ActorKind.CALLBACK, string, loop, function, site))
        return actor

    # Running

    def change(self, running: Running, entry: Entry, at_ns: int) -> None:
        """The step before is over, and another begins."""
        if running.actor:
            self.end(running, at_ns)
        self.begin(running, entry, at_ns)

    def begin(self, running: Running, entry: Entry, at_ns: int) -> None:
        """A handle is about to run."""
        handle, token, actor, known = entry
        callback = handle._callback
        key = id(handle)
        pending = self.pending.get(key)
        task = known or self.task_of(callback)
        if not actor:
            loop = self.loop_number(handle._loop)
            if task is not None:
                actor = self.identity.actors.get(id(task)) or self.declare_task(task, loop, None)
            elif pending is not None and pending[1]:
                actor = pending[1]
            else:
                actor = self.declare_callback(callback, loop, 0, 0)
            if pending is not None:
                self.pending[key] = (token, actor, True, pending[3])
        if task is not None and id(task) in self.names:
            self.rename(task)
        ident = get_ident()
        running.ident, running.actor, running.task = ident, actor, task
        running.loop_number = running.loop_number or self.loop_number(handle._loop)
        running.callback = callback if task is None else None
        if task is not None and not running.outer:
            # The program turns the loop by itself: nobody tells when the step is over, and nobody may hold the task.
            running.task, running.callback = None, _TaskRef(task)
        running.is_io = pending is not None
        running.goes_on = 0
        running.started_ns = at_ns
        if self._noting is not None:
            self._noting.take_up(ident, running, task is None and entry[2] != 0 and pending is None)
        self._put((BEGIN, ident, actor, token, 0, 0, 0, 0))
        arguments = handle._args
        if task is not None:
            if any(self.marks):
                for call in self.on_begin:
                    call(task, arguments)
        elif arguments and len(arguments) == 1 and issubclass(type(arguments[0]), FUTURES):
            self.completions.received(arguments[0])

    def found(self, running: Running, loop: Any, task: Any) -> None:
        """The step of a task runs already when the recording starts."""
        actor = self.declare_task(task, self.loop_number(loop), None)
        self.names.pop(id(task), None)
        running.loop_number, running.actor, running.task = self.loop_number(loop), actor, task
        running.started_ns = now_ns()
        self.record((BEGIN, running.ident, actor, 0, 0, 0, 0, 0))

    def set_aside(self, running: Running) -> None:
        """The loop is about to run; if it does already, the step that makes it do so goes on after what it runs."""
        running.outer.append((running.actor, running.task, running.callback, running.is_io))
        if running.actor:
            at_ns = now_ns()
            self._look_back(running, at_ns)
            self.record((END, running.ident, (at_ns - running.started_ns) // 1000, 0, 0, 0, 0, 0))
        running.clear()

    def take_up(self, running: Running, awaited: Any) -> None:
        """The loop has run, perhaps until something was done that the step around awaited."""
        running.actor, running.task, running.callback, running.is_io = running.outer.pop()
        if running.actor:
            running.started_ns = now_ns()
            self.record((BEGIN, running.ident, running.actor, 0, 0, 0, 0, 0))
            if awaited is not None:
                self.completions.received(awaited)

    def end(self, running: Running, at_ns: int) -> None:
        """The step is over."""
        ident, callback = running.ident, running.callback
        if running.goes_on:
            self._put((SCHEDULE, ident, running.goes_on, How.SOON, running.loop_number, 0, 0, 0))
        if at_ns - running.started_ns >= self._watchdog.limit_ns or self._eager_steps:
            self._look_back(running, at_ns)
        if type(callback) is _TaskRef:
            self._task_ran(running.actor, callback())
        elif running.task is None:
            after = self.after.get(id(code_of(callback)))
            if after is not None:
                after(callback)
            if not running.is_io:
                self._finished(running.actor)
        elif not running.goes_on:
            self._task_ran(running.actor, running.task)
        self._put((END, ident, (at_ns - running.started_ns) // 1000, 0, 0, 0, 0, 0))
        running.clear()
        if self._identity_fresh or self.identity.sweep_due:
            self.identity.step_ended()

    def _task_ran(self, actor: int, task: Any) -> None:
        """A task's step is over; None: nobody has the task any more."""
        if task is not None:
            if not is_done(task):
                return
            for call in self.on_end:
                call(task)
            self.completions.sent(task)
        self._finished(actor)

    def _finished(self, actor: int) -> None:
        if self._noting is not None:
            self._noting.forget(actor)
        self._put((FINISH, get_ident(), actor, 0, 0, 0, 0, 0))

    def _look_back(self, running: Running, at_ns: int) -> None:
        """Whether it took long, and what began within it."""
        if at_ns - running.started_ns >= self._watchdog.limit_ns:
            name = _name_of_step(running.task, running.callback)
            self._watchdog.ended(running.started_ns, at_ns, name)
        if self._eager_steps:
            self.settle()


_ACQUIRING = frozenset({asyncio.Lock.acquire.__code__, asyncio.Semaphore.acquire.__code__})
_WAITING = frozenset(
    {asyncio.Event.wait.__code__, asyncio.Condition.wait.__code__, asyncio.Condition.wait_for.__code__}
)
_WAIT_FOR = asyncio.wait_for.__code__

_MAIN_CALLBACK = base_events._run_until_complete_cb  # type: ignore[attr-defined]
_CALLED_WITHIN = frozenset({"call_later", "create_task"})
_SOON_CODE = base_events.BaseEventLoop.call_soon.__code__
_THREADSAFE_CODE = base_events.BaseEventLoop.call_soon_threadsafe.__code__
_QUEUEING_CODE = base_events.BaseEventLoop._call_soon.__code__  # type: ignore[attr-defined]


def _who_queued(frame: FrameType | None) -> tuple[int, FrameType | None]:
    """How the code that puts a handle into the queue, and the frame of whoever asked the loop for it."""
    how = How.SOON
    if frame is not None and frame.f_code is _QUEUEING_CODE:
        frame = frame.f_back
    if frame is not None and frame.f_code in (_SOON_CODE, _THREADSAFE_CODE):
        how = How.THREADSAFE if frame.f_code is _THREADSAFE_CODE else How.SOON
        frame = frame.f_back
    return how, frame


def _operation(frame: FrameType | None, name: str) -> str:
    """By what the program, perhaps, had a handle queued."""
    if frame is not None and frame.f_globals is vars(base_events) and frame.f_code.co_name in _CALLED_WITHIN:
        name = frame.f_code.co_name
    return f"loop.{name}"


def _is_within_wait_for(frame: FrameType | None) -> bool:
    """Before Python 3.12 `wait_for` runs what it is given in a task of its own."""
    for _ in range(4):
        if frame is None or sys.version_info >= (3, 12):
            return False
        if frame.f_code is _WAIT_FOR:
            return True
        frame = frame.f_back
    return False


_STEP_NAMES = frozenset({"task_wakeup", "wakeup", "__wakeup", "__step", "_Task__wakeup", "_Task__step"})


def coroutine_of(task: Any) -> Any:
    return base_of(task).get_coro(task)


def _name_of(task: Any) -> str:
    name = base_of(task).get_name(task)
    return name if type(name) is str else ""


def _name_of_step(task: Any, callback: Any) -> str:
    if type(callback) is _TaskRef:
        task = callback()
    if task is None:
        return callback_name(callback)
    name = getattr(coroutine_of(task), "__qualname__", "")
    return name if type(name) is str else ""


def base_of(task: Any) -> Any:
    """The class of the library that a task is of, whose methods nobody has overridden."""
    return TASKS[1] if TASKS[1] in type(task).__mro__ else TASKS[0]


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
