"""What anyio builds itself on asyncio: task groups, and threads that work for a loop.

In: anyio's backend when it is imported; its other primitives are known by rule (`_primitives.py`). Out: the end of every
child of a task group comes before the end of the group; each call on a worker thread is a job of its own, so that jobs
are not ordered by the thread that they happen to share.
"""

from __future__ import annotations

import queue
import sys
from _thread import get_ident
from functools import partial
from types import ModuleType
from typing import Any

from staleread._order.arrivals import Arrivals
from staleread._order.executors import finished
from staleread._order.groups import Groups, after, leaving, variable
from staleread._order.patching import Patches, pass_unseen
from staleread._order.steps import Steps, callback_name, code_of
from staleread._record.kinds import MISSING
from staleread._trace.events import ACTOR, BEGIN, SEND_NOW, ActorKind

_BACKEND = "anyio._backends._asyncio"
_RUN = "run_sync_in_worker_thread"


def install(patches: Patches, steps: Steps) -> None:
    arrivals = Arrivals(steps.recorder.fail)
    arrivals.install(patches)
    arrivals.expect(_BACKEND, partial(_patch, patches, steps))


def _patch(patches: Patches, steps: Steps, backend: ModuleType) -> None:
    group = backend.TaskGroup
    groups = Groups(steps)

    def grouped(callback: Any) -> None:
        of = variable(callback, "self")
        if of is not MISSING:
            groups.counted(of)

    after(steps, group._spawn, "task_done", grouped)
    patches.replace(group, "__aexit__", lambda original: leaving(original, steps))
    _patch_workers(patches, steps, backend.AsyncIOBackend)
    handle = getattr(backend, "TaskHandle", None)
    if handle is not None:
        steps.look_into(handle._run_coro.__code__, _of_handle)


def _of_handle(coroutine: Any) -> Any:
    """The program's coroutine in that of an anyio task."""
    handle = coroutine.cr_frame.f_locals.get("self") if coroutine.cr_frame is not None else None
    return getattr(handle, "_coro", coroutine)


def _patch_workers(patches: Patches, steps: Steps, backend: Any) -> None:
    """Of a job's end the thread's loop is told while it is still the job; then the thread is done with it."""
    own = vars(backend).get(_RUN)
    if not isinstance(own, classmethod):
        return
    jobs = _Jobs(steps)
    setattr(backend, _RUN, classmethod(_submitting(own.__func__, jobs)))
    patches.on_undo(partial(setattr, backend, _RUN, own))
    patches.replace(queue.Queue, "task_done", lambda original: _done_with(original, jobs))


class _Jobs:
    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self.fail = steps.recorder.fail
        self.running: dict[int, tuple[int, int]] = {}
        """By thread: actor and token of its job."""

    def submitted(self, work: Any, frame: Any) -> tuple[int, int]:
        steps, recorder, ident = self._steps, self._steps.recorder, get_ident()
        actor, token = steps.identity.next_actor(), steps.identity.next_token()
        name = recorder.tables.string(callback_name(work))
        function = recorder.frames.function(code_of(work))
        site = recorder.frames.call_site(frame)
        steps.record((ACTOR, ident, actor, ActorKind.JOB, name, 0, function, site))
        steps.record((SEND_NOW, ident, token, 0, 0, 0, 0, 0))
        return actor, token

    def begun(self, actor: int, token: int) -> None:
        self._steps.record((BEGIN, get_ident(), actor, token, 0, 0, 0, 0))
        self.running[get_ident()] = actor, token

    def over(self) -> None:
        actor, token = self.running.pop(get_ident(), (0, 0))
        if actor:
            finished(self._steps, actor, token, 0)

    def job(self, work: Any, actor: int, token: int) -> Any:
        def run(*args: Any) -> Any:
            try:
                self.begun(actor, token)
            except Exception as error:
                self.fail(error)
            try:
                return work(*args)
            except BaseException as error:
                pass_unseen(error)
                raise

        self._steps.recorder.frames.barriers.add(id(run.__code__))
        return run


def _submitting(original: Any, jobs: _Jobs) -> Any:
    def run_sync_in_worker_thread(cls: Any, func: Any, args: Any, *rest: Any, **named: Any) -> Any:
        try:
            func = jobs.job(func, *jobs.submitted(func, sys._getframe(1)))
        except Exception as error:
            jobs.fail(error)
        return original(cls, func, args, *rest, **named)

    return run_sync_in_worker_thread


def _done_with(original: Any, jobs: _Jobs) -> Any:
    def wrapper(self: Any) -> None:
        try:
            if jobs.running:
                jobs.over()
        except Exception as error:
            jobs.fail(error)
        try:
            original(self)
        except BaseException as error:
            pass_unseen(error)
            raise

    return wrapper
