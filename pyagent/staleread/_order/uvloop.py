"""Patches of uvloop's loops, whose handles are not asyncio's and which call protocols with no handle at all.

In: callbacks as they are handed to a loop; what comes out of a loop while no callback runs. Out: the same
events as of asyncio's own loops. What must hold: the callback that a loop is given in the place of the program's
shows itself as that one, and leaves no frame in a traceback.

A callback is put through a `_Runner`. What libuv calls directly, `data_received` of a protocol or the completion of
a `sock_recv`, nobody announces: its step begins with the first thing in it that is recorded, and is over when the
next one begins or the loop ends.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
from _thread import get_ident
from functools import partial
from types import CodeType, FrameType, ModuleType
from typing import Any

from staleread._order.abandoned import Found, handling
from staleread._order.levels import Levels
from staleread._order.loops import closing, hide_wrapper, task_creating
from staleread._order.patching import Patches, pass_unseen
from staleread._order.steps import Running, Steps
from staleread._trace.clock import now_ns
from staleread._trace.events import ACTOR, BEGIN, END, FINISH, MERGE, MERGE_NOW, RECV, ActorKind, How

_HANDING_OVER = (
    ("call_soon", How.SOON, 0),
    ("call_soon_threadsafe", How.THREADSAFE, 0),
    ("call_later", How.TIMER, 1),
    ("add_reader", How.IO, 1),
    ("add_writer", How.IO, 1),
    ("add_signal_handler", How.IO, 1),
)
"""Methods that take a callback, how they queue it, and how many other arguments come before it."""

_REGISTERING = (
    *("create_connection", "create_server", "create_unix_connection", "create_unix_server"),
    *("create_datagram_endpoint", "connect_accepted_socket", "connect_read_pipe", "connect_write_pipe"),
    *("subprocess_exec", "subprocess_shell", "start_tls"),
)
"""By these a program gives a loop its protocols."""

_NEEDED = (
    *(name for name, _, _ in _HANDING_OVER),
    *_REGISTERING,
    *("create_task", "run_forever", "close", "call_exception_handler"),
)
_MAIN_CALLBACK = "Loop.run_until_complete.<locals>.done_cb"
_MADE = "connection_made"


def install(patches: Patches, steps: Steps) -> None:
    steps.arrivals.expect("uvloop", lambda module: _patch(module, patches, steps))


def _patch(module: ModuleType, patches: Patches, steps: Steps) -> None:
    loop, calls = getattr(module, "Loop", None), Calls(steps)
    if not all(hasattr(loop, name) for name in _NEEDED):
        steps.recorder.honesty.not_followed.add("uvloop")
        return
    patches.on_undo(calls.stop)
    for name, how, place in _HANDING_OVER:
        patches.replace(loop, name, partial(_handing_over, calls=calls, how=how, place=place))
    for name in _REGISTERING:
        patches.replace(loop, name, partial(_registering, calls=calls))
    if steps.settle_within is not None:
        making = partial(task_creating, settle_within=steps.settle_within, steps=steps)
        patches.replace(loop, "create_task", making)
    patches.replace(loop, "run_forever", partial(_loop_running, calls=calls))
    patches.replace(loop, "close", partial(closing, steps=steps))
    patches.replace(loop, "call_exception_handler", partial(handling, found=Found(steps), fail=calls.fail))
    calls.adopt(asyncio._get_running_loop(), loop)


class _Runner:
    """A callback, as the loop is given it. To `Steps` it is the handle."""

    __slots__ = ("__weakref__", "_args", "_callback", "_calls", "_loop")

    def __init__(self, loop: Any, callback: Any, args: tuple[Any, ...], calls: Calls) -> None:
        self._loop = loop
        self._callback = callback
        self._args = args
        self._calls = calls

    def __call__(self) -> None:
        calls, callback, args = self._calls, self._callback, self._args
        calls.begin(self)
        try:
            callback(*args)
        except BaseException as error:
            pass_unseen(error)
            raise
        finally:
            calls.end()
            # The exception of a task leads here, and must not lead to the task.
            del self, callback, args

    def __getattr__(self, name: str) -> Any:
        """Names and owners of callbacks are asked for messages."""
        return getattr(self._callback, name)

    def __repr__(self) -> str:
        return repr(self._callback)

    def __str__(self) -> str:
        return str(self._callback)

    def __format__(self, form: str) -> str:
        return format(self._callback, form)


class _Turn:
    """A loop that a thread runs just now."""

    __slots__ = ("actor", "code", "registered", "running")

    def __init__(self, running: Running, registered: int) -> None:
        self.running = running
        self.registered = registered
        """A token: what came before protocols were handed over."""
        self.actor = 0
        """Of a step that libuv called directly, as long as it may be on; 0: none."""
        self.code: CodeType | None = None
        """What that is in outermost; None where it is not the program's."""


class Calls:
    """What uvloop's loops call, one recording long."""

    def __init__(self, steps: Steps) -> None:
        self.fail = steps.recorder.fail
        self.loop_code: CodeType | None = None
        """In whose frame a thread is that runs a loop."""
        self._steps = steps
        self._recorder = steps.recorder
        self._record = steps.record
        self._levels = Levels(steps)
        self._turns: dict[int, _Turn] = {}
        """By thread."""
        self._outside: set[int] = set()
        """Threads whose loops are in no callback."""
        self._registered: dict[int, int] = {}
        """By number of a loop: the token of what was handed over to it."""
        self._is_over = False

    def stop(self) -> None:
        self._is_over = True
        self._disarm()

    # Scheduling

    def runner(
        self,
        loop: Any,
        callback: Any,
        args: tuple[Any, ...],
        how: int,
        frame: FrameType | None,
        operation: str,
    ) -> _Runner:
        """What stands for the callback; `frame` is in the code that schedules it."""
        runner = _Runner(loop, callback, args, self)
        if self._is_over:
            return runner
        try:
            turn = self._turn_outside()
            if turn is not None and not self._connects(turn, callback, frame):
                self._called(turn, frame)
            if how == How.SOON:
                self._recorder.foreign.used_loop(loop, operation)
                if args and getattr(callback, "__qualname__", "") == _MAIN_CALLBACK:
                    self._steps.main_futures[id(loop)] = args[0]
            self._steps.registered(loop, runner, how, frame)
            if turn is not None and turn.code is None:
                self._end_direct(turn)
        except Exception as error:
            self.fail(error)
        return runner

    def register(self, loop: Any) -> None:
        """The program hands over a protocol: what it did before comes before all that is ever called of it."""
        if self._is_over:
            return
        ident = get_ident()
        kind = MERGE if ident in self._turns else MERGE_NOW
        self._record((kind, ident, self._token(self._steps.loop_number(loop)), 0, 0, 0, 0, 0))

    def _token(self, loop: int) -> int:
        token = self._registered.get(loop)
        if token is None:
            token = self._registered[loop] = self._steps.identity.next_token()
        return token

    # Running

    def loop_starts(self, loop: Any) -> None:
        if self._is_over:
            return
        self.register(loop)
        ident, running = get_ident(), Running()
        running.loop_number = self._steps.loop_number(loop)
        self._levels.enter(loop, running, None)
        self._turns[ident] = _Turn(running, self._token(running.loop_number))
        self._recorder.loops.threads[id(loop)] = ident
        self._leave_callback(ident)

    def adopt(self, loop: Any, tp: Any) -> None:
        """A loop that this thread runs already: what follows is seen, and the step that it is in."""
        if not issubclass(type(loop), tp):
            return
        self.loop_starts(loop)
        task = asyncio.current_task(loop)
        if task is not None:
            turn = self._turns[get_ident()]
            self._enter_callback(turn.running.ident)
            self._steps.found(turn.running, loop, task)

    def loop_ends(self, loop: Any) -> None:
        ident = get_ident()
        turn = self._turns.pop(ident, None)
        self._recorder.loops.threads.pop(id(loop), None)
        self._enter_callback(ident)
        if turn is not None:
            self._end_direct(turn)
            self._levels.leave()
            main = self._steps.main_futures.pop(id(loop), None)
            if main is not None:
                self._steps.completions.receive(main)

    def begin(self, runner: _Runner) -> None:
        turn = None if self._is_over else self._turns.get(get_ident())
        if turn is None:
            return
        try:
            self._end_direct(turn)
            self._enter_callback(turn.running.ident)
            self._steps.change(turn.running, self._steps.queued(turn.running, runner), now_ns())
        except Exception as error:
            self.fail(error)

    def end(self) -> None:
        turn = None if self._is_over else self._turns.get(get_ident())
        if turn is None:
            return
        try:
            if turn.running.actor:
                self._steps.end(turn.running, now_ns())
            self._leave_callback(turn.running.ident)
        except Exception as error:
            self.fail(error)

    # Whatever comes out of a loop directly: only in between is it watched for.

    def _leave_callback(self, ident: int) -> None:
        self._outside.add(ident)
        if self._recorder.on_enter is None:
            self._recorder.on_enter = self._entered

    def _enter_callback(self, ident: int) -> None:
        self._outside.discard(ident)
        if not self._outside:
            self._disarm()

    def _disarm(self) -> None:
        if self._recorder.on_enter == self._entered:
            self._recorder.on_enter = None

    def _entered(self) -> None:
        """A watched function is entered, perhaps by libuv."""
        turn = self._turn_outside()
        if turn is not None:
            self._called(turn, sys._getframe(1))

    def _turn_outside(self) -> _Turn | None:
        turn = self._turns.get(get_ident())
        return None if turn is None or turn.running.actor else turn

    def _called(self, turn: _Turn, frame: FrameType | None) -> None:
        """Something happens outside of all callbacks: in the direct call that goes on, or in a new one."""
        outermost = _outermost(frame, self.loop_code)
        if turn.actor:
            if outermost is not None and turn.code is outermost.f_code and _is_marked(outermost):
                return
            self._end_direct(turn)
        self._begin_direct(turn, outermost)

    def _begin_direct(self, turn: _Turn, outermost: FrameType | None) -> None:
        ident, code = get_ident(), None
        if outermost is not None:
            code = outermost.f_code
            _mark(outermost)
        name = "uvloop" if code is None else getattr(code, "co_qualname", code.co_name)
        actor = self._steps.identity.next_actor()
        string = self._recorder.tables.string(name)
        function = self._recorder.frames.function(code)
        loop = turn.running.loop_number
        self._record((ACTOR, ident, actor, ActorKind.CALLBACK, string, loop, function, 0))
        self._record((BEGIN, ident, actor, 0, 0, 0, 0, 0))
        self._record((RECV, ident, turn.registered, 0, 0, 0, 0, 0))
        turn.actor, turn.code = actor, code
        if outermost is not None:
            self._follow_protocol(outermost)

    def _follow_protocol(self, outermost: FrameType) -> None:
        """Whatever is called of a protocol comes after its `connection_made`."""
        protocol = _first_argument(outermost)
        if protocol is None:
            return
        if outermost.f_code.co_name == _MADE:
            self._steps.completions.sent(protocol)
        else:
            self._steps.completions.receive(protocol)

    def _connects(self, turn: _Turn, callback: Any, frame: FrameType | None) -> bool:
        """Whether a task goes on that has waited for its connection: right after `connection_made`, in the same call of
        libuv's."""
        if not turn.actor or turn.code is None or turn.code.co_name != _MADE:
            return False
        return self._steps.task_of(callback) is not None and _outermost(frame, self.loop_code) is None

    def _end_direct(self, turn: _Turn) -> None:
        if not turn.actor:
            return
        ident = get_ident()
        self._record((FINISH, ident, turn.actor, 0, 0, 0, 0, 0))
        self._record((END, ident, 0, 0, 0, 0, 0, 0))
        turn.actor = 0


# A direct call is told from the next one of the same function by a mark in its frame, which ends with it. It is a
# function for tracing as they are, for the case that somebody begins to trace, and does nothing.


def _trace_nothing(frame: FrameType, event: str, argument: Any) -> None:
    return None


def _mark(frame: FrameType) -> None:
    if sys.gettrace() is None and frame.f_trace is None:
        frame.f_trace = _trace_nothing


def _is_marked(frame: FrameType) -> bool:
    """Where the program is traced there are no marks, and calls that follow each other count as one."""
    return frame.f_trace is _trace_nothing or sys.gettrace() is not None


def _outermost(frame: FrameType | None, loop_code: CodeType | None) -> FrameType | None:
    """The frame that libuv called; None where the loop itself is what the code is in."""
    while frame is not None:
        outer = frame.f_back
        if outer is not None and outer.f_code is loop_code:
            return frame
        frame = outer
    return None


def _first_argument(frame: FrameType) -> Any:
    """What a method is called on. No copy of its variables is left with the frame."""
    code = frame.f_code
    if not code.co_argcount or sys.gettrace() is not None:
        return None
    variables = frame.f_locals
    first = variables.get(code.co_varnames[0])
    if type(variables) is dict:
        variables.clear()
    return first


# The wrappers


def _handing_over(original: Any, calls: Calls, how: int, place: int) -> Any:
    """Around a method that takes a callback, behind `place` other arguments, and the callback's arguments."""
    operation = f"loop.{original.__name__}"

    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        if len(args) > place and _is_plain(args[place]):
            runner = calls.runner(
                self, args[place], args[place + 1 :], _how(how, args), sys._getframe(1), operation
            )
            args = (*args[:place], runner)
        try:
            handle = original(self, *args, **kwargs)
        except BaseException as error:
            pass_unseen(error)
            raise
        hide_wrapper(handle)
        return handle

    return wrapper


def _is_plain(callback: Any) -> bool:
    """Others the loop itself will refuse."""
    return callable(callback) and not inspect.iscoroutinefunction(callback)


def _how(how: int, args: tuple[Any, ...]) -> int:
    """A timer of less than half a millisecond is queued at once."""
    is_at_once = how == How.TIMER and type(args[0]) in (int, float) and args[0] <= 0.0005
    return How.SOON if is_at_once else how


def _registering(original: Any, calls: Calls) -> Any:
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            calls.register(self)
        except Exception as error:
            calls.fail(error)
        return original(self, *args, **kwargs)

    if inspect.iscoroutinefunction(original):
        _mark_coroutine_function(wrapper)
    return wrapper


def _mark_coroutine_function(wrapper: Any) -> None:
    if sys.version_info >= (3, 12):
        inspect.markcoroutinefunction(wrapper)
    else:
        wrapper._is_coroutine = asyncio.coroutines._is_coroutine  # type: ignore[attr-defined]


def _loop_running(original: Any, calls: Calls) -> Any:
    def run_forever(self: Any) -> Any:
        try:
            calls.loop_starts(self)
        except Exception as error:
            calls.fail(error)
        try:
            return original(self)
        except BaseException as error:
            pass_unseen(error)
            raise
        finally:
            try:
                calls.loop_ends(self)
            except Exception as error:
                calls.fail(error)

    calls.loop_code = run_forever.__code__
    return run_forever
