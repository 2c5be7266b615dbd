"""Threads: what is done before `start` comes before the thread, the thread before the return of `join`.

In: threads of `threading` as they start, run and are joined. Out: their actors and tokens.
"""

from __future__ import annotations

import sys
import threading
from _thread import get_ident
from typing import Any

from staleread._order.patching import Patches, pass_unseen
from staleread._order.steps import Steps, code_of
from staleread._trace.events import ACTOR, BEGIN, END, FINISH, SEND_NOW, THREAD_GONE, ActorKind

Started = dict[int, tuple[int, int]]
"""By `id()` of a thread that does not run yet: its actor and the token of its start."""


def install(patches: Patches, steps: Steps) -> None:
    started: Started = {}
    thread = threading.Thread
    patches.replace(thread, "start", lambda original: _starting(original, steps, started))
    patches.replace(thread, "_bootstrap_inner", lambda original: _running(original, steps, started))
    patches.replace(thread, "join", lambda original: _joining(original, steps))


def _starting(original: Any, steps: Steps, started: Started) -> Any:
    recorder = steps.recorder

    def wrapper(self: Any) -> None:
        try:
            recorder.on_thread()
            ident = get_ident()
            actor, token = steps.identity.next_actor(), steps.identity.next_token()
            name = recorder.tables.once(str(self._name))
            function = recorder.frames.function(code_of(getattr(self, "_target", None)))
            site = recorder.frames.call_site(sys._getframe(1))
            steps.record((ACTOR, ident, actor, ActorKind.THREAD, name, 0, function, site))
            steps.record((SEND_NOW, ident, token, 0, 0, 0, 0, 0))
            started[id(self)] = (actor, token)
        except Exception as error:
            recorder.fail(error)
        try:
            original(self)
        except BaseException as error:
            if isinstance(error, RuntimeError):  # It cannot be started.
                started.pop(id(self), None)
            pass_unseen(error)
            raise

    return wrapper


def _running(original: Any, steps: Steps, started: Started) -> Any:
    def wrapper(self: Any) -> None:
        actor = 0
        try:
            steps.origins.note_in_this_thread()
            actor, token = started.pop(id(self), (0, 0))
            if actor:
                steps.record((BEGIN, get_ident(), actor, token, 0, 0, 0, 0))
        except Exception as error:
            steps.recorder.fail(error)
        try:
            original(self)
        finally:
            try:
                steps.origins.leave_this_thread()
                if actor:
                    steps.completions.sent_now(self)
                    steps.record((FINISH, get_ident(), actor, 0, 0, 0, 0, 0))
                    steps.record((END, get_ident(), 0, 0, 0, 0, 0, 0))
                    steps.record((THREAD_GONE, get_ident(), 0, 0, 0, 0, 0, 0))
            except Exception as error:
                steps.recorder.fail(error)

    steps.recorder.frames.barriers.add(id(wrapper.__code__))
    return wrapper


def _joining(original: Any, steps: Steps) -> Any:
    def wrapper(self: Any, timeout: Any = None) -> None:
        try:
            original(self, timeout)
        except BaseException as error:
            pass_unseen(error)
            raise
        try:
            if not self.is_alive():
                steps.completions.receive(self)
        except Exception as error:
            steps.recorder.fail(error)

    return wrapper
