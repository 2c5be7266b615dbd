"""What nobody waits for: coroutines never awaited, exceptions of tasks never taken, tasks destroyed while pending.

In: what the interpreter warns of and what asyncio tells its exception handler; at the end, what is still there.
Out: `abandoned` events. The warnings and the calls of handlers stay as they were.
"""

from __future__ import annotations

import inspect
import sys
from _thread import get_ident
from asyncio import base_events
from collections.abc import Iterable, Iterator
from functools import partial
from types import CoroutineType
from typing import Any

from staleread._order import origins
from staleread._order.patching import Patches, pass_unseen
from staleread._order.steps import Steps, base_of, coroutine_of
from staleread._record.alive import of_types
from staleread._record.completions import TASKS, is_done
from staleread._record.places import NOWHERE, Place
from staleread._trace.events import ABANDONED, Abandoned

_NEVER_RETRIEVED = "exception was never retrieved"
_DESTROYED = "Task was destroyed but it is pending!"


def install(patches: Patches, steps: Steps) -> None:
    found = Found(steps)
    if origins.IS_POSSIBLE:
        origins.install(patches, steps.origins, found.coroutine_dies, steps.recorder.fail)
    patches.replace(
        base_events.BaseEventLoop,
        "call_exception_handler",
        partial(handling, found=found, fail=steps.recorder.fail),
    )
    steps.recorder.on_stop.append(found.look_around)


class Found:
    def __init__(self, steps: Steps) -> None:
        self._recorder = steps.recorder
        self._identity = steps.identity
        self._string = steps.recorder.tables.string
        self._origins = steps.origins
        self._places = steps.recorder.places
        self._codes = steps.recorder.frames.codes

    def coroutine_dies(self, coroutine: Any) -> None:
        """Never raises: it is called where nobody expects it."""
        try:
            # From here outwards: this method, what warns, and then whoever let go of the coroutine.
            self._coroutine(coroutine, self._places.of_frame(sys._getframe(2)))
        except Exception as error:
            self._recorder.fail(error)

    def _coroutine(self, coroutine: Any, dies: Place) -> None:
        """Those of unwatched functions that unwatched code makes are not the program's."""
        origin = coroutine.cr_origin
        place = self._places.of_origin(origin) if origin or self._origins.is_selective else dies
        if place != NOWHERE or id(coroutine.cr_code) in self._codes:
            self._record(Abandoned.COROUTINE, place, coroutine, 0)

    def holds(self, context: Any) -> bool:
        return self._identity.holds(context)

    def forget(self, context: Any) -> None:
        """What a handler was told has a task in it that is being destroyed: it must go as if nobody had numbered it."""
        try:
            self._identity.let_go(context)
        except Exception as error:
            self._recorder.fail(error)

    def handler_called(self, context: Any) -> None:
        if type(context) is not dict:
            return
        if isinstance(context.get("exception"), Exception):
            self._recorder.on_failure()
        message = context.get("message")
        if type(message) is not str:
            return
        if message.endswith(_NEVER_RETRIEVED):
            self._exception(context.get("future"), context.get("exception"))
        elif message == _DESTROYED:
            self._pending(context.get("task"))

    def _exception(self, future: Any, exception: Any) -> None:
        coroutine = coroutine_of(future) if issubclass(type(future), TASKS) else None
        place = self._places.of_traceback(getattr(exception, "__traceback__", None))
        if place == NOWHERE:
            place = self._places.of_origin(getattr(coroutine, "cr_origin", None))
        self._record(Abandoned.EXCEPTION, place, coroutine, self._identity.actor_of(future))

    def _pending(self, task: Any) -> None:
        """Where garbage is collected in cycles its coroutine may be gone before it, and with it the place."""
        coroutine = coroutine_of(task)
        place = self._places.of_waiting(coroutine)
        self._record(Abandoned.PENDING, place, coroutine, self._identity.actor_of(task))

    def look_around(self) -> None:
        """At the end: what is alive, but will not run any more. Nothing is collected, nobody is woken."""
        if not any(watched.code.co_flags & inspect.CO_COROUTINE for watched in list(self._codes.values())):
            return
        types = {id(tp) for tp in (CoroutineType, *_with_subclasses(TASKS))}
        alive = of_types(types)
        tasks = [obj for obj in alive if type(obj) is not CoroutineType]
        owned = {id(coroutine_of(task)) for task in tasks}
        for coroutine in alive:
            if type(coroutine) is CoroutineType and id(coroutine) not in owned and _never_ran(coroutine):
                self._coroutine(coroutine, NOWHERE)
        for task in tasks:
            if is_done(task):
                if getattr(task, "_log_traceback", False):
                    self._recorder.on_failure()
                    self._exception(task, task._exception)
            elif base_of(task).get_loop(task).is_closed():
                self._pending(task)

    def _record(self, what: int, place: Place, coroutine: Any, actor: int) -> None:
        name = self._string(getattr(coroutine, "__qualname__", ""))
        self._recorder.record((ABANDONED, get_ident(), what, *place, name, actor))


def _with_subclasses(types: Iterable[type]) -> Iterator[type]:
    for tp in types:
        yield tp
        yield from _with_subclasses(type.__subclasses__(tp))


def _never_ran(coroutine: Any) -> bool:
    return inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED


def handling(original: Any, found: Found, fail: Any) -> Any:
    def wrapper(self: Any, context: Any) -> Any:
        references = None
        try:
            references = None if found.holds(context) else sys.getrefcount(context)
            found.handler_called(context)
        except Exception as error:
            fail(error)
        try:
            return original(self, context)
        except BaseException as error:
            pass_unseen(error)
            raise
        finally:
            try:
                if references is not None and sys.getrefcount(context) <= references + 1:
                    found.forget(context)  # The handler has not kept it; the one reference more is ours.
            except Exception as error:
                fail(error)

    return wrapper
