"""Executors: a job comes after its `submit`, and whoever gets the result comes after the job.

In: jobs of `ThreadPoolExecutor` (and so of `run_in_executor` and `to_thread`) and futures of
concurrent.futures. Out: an actor for each job, and tokens. Jobs of an executor with one worker are ordered,
others are not.
"""

from __future__ import annotations

import sys
import weakref
from _thread import get_ident
from concurrent.futures import Future, ThreadPoolExecutor, _base
from concurrent.futures import thread as pool
from functools import partial
from typing import Any

from staleread._order.patching import Patches, pass_unseen
from staleread._order.steps import Steps, callback_name, code_of
from staleread._trace.events import ACTOR, BEGIN, END, FINISH, MERGE_NOW, RECV, RETIRE, SEND_NOW, ActorKind

Jobs = dict[int, tuple[int, int, int, Any]]
"""By `id()` of a work item that lives: actor, token of its submission, token that orders a single worker's jobs or 0,
and its weak reference."""

_CONTEXT_RUN_NAMES = frozenset({"Context.run", "run"})


def install(patches: Patches, steps: Steps) -> None:
    jobs: Jobs = {}
    chains: dict[int, int] = {}
    patches.replace(ThreadPoolExecutor, "submit", lambda original: _submitting(original, steps, chains))
    patches.replace(pool._WorkItem, "__init__", lambda original: _making(original, steps, jobs, chains))
    patches.replace(pool._WorkItem, "run", lambda original: _running(original, steps, jobs))
    for name in ("set_result", "set_exception"):
        patches.replace(Future, name, lambda original: _completing(original, steps))
    patches.replace(_base, "DoneAndNotDoneFutures", lambda original: _giving_both(original, steps))
    patches.replace(_base, "_yield_finished_futures", lambda original: _handing_out(original, steps))
    for name in ("result", "exception"):
        patches.replace(Future, name, lambda original: _asking(original, steps))


def _submitting(original: Any, steps: Steps, chains: dict[int, int]) -> Any:
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        ident = get_ident()
        try:
            if self._max_workers == 1:
                chains[ident] = steps.identity.token(self)
        except Exception as error:
            steps.recorder.fail(error)
        try:
            return original(self, *args, **kwargs)
        except BaseException as error:
            pass_unseen(error)
            raise
        finally:
            chains.pop(ident, None)

    return wrapper


def _making(original: Any, steps: Steps, jobs: Jobs, chains: dict[int, int]) -> Any:
    recorder = steps.recorder

    def wrapper(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        try:
            ident = get_ident()
            work = _work_of(self)
            actor, token = steps.identity.next_actor(), steps.identity.next_token()
            name = recorder.tables.string(callback_name(work))
            function = recorder.frames.function(code_of(work))
            site = recorder.frames.call_site(sys._getframe(1))
            steps.record((ACTOR, ident, actor, ActorKind.JOB, name, 0, function, site))
            steps.record((SEND_NOW, ident, token, 0, 0, 0, 0, 0))
            jobs[id(self)] = (actor, token, chains.get(ident, 0), _forgetting(self, jobs))
        except Exception as error:
            recorder.fail(error)

    return wrapper


def _forgetting(item: Any, jobs: Jobs) -> Any:
    """A weak reference that forgets a job which never ran."""
    key = id(item)
    return weakref.ref(item, lambda _: jobs.pop(key, None))


def _work_of(item: Any) -> Any:
    """The function of a job; behind `to_thread` it is an argument of a context's `run`."""
    if hasattr(item, "task"):  # From Python 3.14 on a tuple; of a job for another interpreter something else.
        task = item.task
        function, arguments, _ = task if type(task) is tuple and len(task) == 3 else (None, (), {})
    else:
        function, arguments = item.fn, item.args
    while callback_name(function) in _CONTEXT_RUN_NAMES and arguments:
        function, arguments = arguments[0], ()
    inner = getattr(function, "args", ()) if callback_name(function) in _CONTEXT_RUN_NAMES else ()
    return inner[0] if inner else function


def _running(original: Any, steps: Steps, jobs: Jobs) -> Any:
    def wrapper(self: Any, *args: Any) -> None:
        actor = token = chain = 0
        try:
            actor, token, chain, _ = jobs.pop(id(self), (0, 0, 0, None))
            if actor:
                steps.record((BEGIN, get_ident(), actor, token, 0, 0, 0, 0))
                if chain:
                    steps.record((RECV, get_ident(), chain, 0, 0, 0, 0, 0))
        except Exception as error:
            steps.recorder.fail(error)
        try:
            original(self, *args)
        except BaseException as error:
            pass_unseen(error)
            raise
        finally:
            self = None  # the job's exception leads here
            if actor:
                _finished(steps, actor, token, chain)

    steps.recorder.frames.barriers.add(id(wrapper.__code__))
    return wrapper


def _finished(steps: Steps, actor: int, token: int, chain: int) -> None:
    try:
        finished(steps, actor, token, chain)
    except Exception as error:
        steps.recorder.fail(error)


def finished(steps: Steps, actor: int, token: int, chain: int) -> None:
    """Whoever waits for the worker's end waits for its jobs."""
    ident, record = get_ident(), steps.record
    if chain:
        record((MERGE_NOW, ident, chain, 0, 0, 0, 0, 0))
    record((SEND_NOW, ident, token, 0, 0, 0, 0, 0))
    record((FINISH, ident, actor, 0, 0, 0, 0, 0))
    record((END, ident, 0, 0, 0, 0, 0, 0))
    record((RECV, ident, token, 0, 0, 0, 0, 0))
    record((RETIRE, ident, token, 0, 0, 0, 0, 0))


def _handing_out(original: Any, steps: Steps) -> Any:
    """What `as_completed` gives out is complete. An iterator of the library's own: no frame of ours comes in between."""
    tell = partial(_tell_complete, steps)

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return map(tell, original(*args, **kwargs))

    return wrapper


def _tell_complete(steps: Steps, future: Any) -> Any:
    try:
        steps.completions.receive(future)
    except Exception as error:
        steps.recorder.fail(error)
    return future


def _giving_both(original: Any, steps: Steps) -> Any:
    """What `wait` returns: those that are done, and the others."""

    def wrapper(done: Any, not_done: Any) -> Any:
        try:
            for future in done:
                steps.completions.receive(future)
        except Exception as error:
            steps.recorder.fail(error)
        return original(done, not_done)

    return wrapper


def _completing(original: Any, steps: Steps) -> Any:
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            steps.completions.sent_now(self)
        except Exception as error:
            steps.recorder.fail(error)
        try:
            return original(self, *args, **kwargs)
        except BaseException as error:
            pass_unseen(error)
            raise

    return wrapper


def _asking(original: Any, steps: Steps) -> Any:
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(self, *args, **kwargs)
        except BaseException as error:
            pass_unseen(error)
            raise
        finally:
            try:
                steps.completions.received(self)
            except Exception as error:
                steps.recorder.fail(error)
            self = None  # the exception that it holds leads here

    return wrapper
