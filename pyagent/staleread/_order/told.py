"""What the program itself says: this is held now, this comes before that.

In: objects of the program, or names that it gives. Out: `lock`, `acquire`, `release` events and tokens. A point that is
named has a token apart from the one that completes a future or sets an event, because those forget what they carried.
"""

from __future__ import annotations

import asyncio
from _thread import get_ident
from asyncio import events
from types import FrameType
from typing import Any

from staleread import _current
from staleread._order.patching import Patches
from staleread._order.steps import Steps
from staleread._record.completions import FUTURES, TASKS, is_done
from staleread._trace.events import (
    ACTOR,
    BEGIN,
    END,
    FINISH,
    MERGE,
    MERGE_NOW,
    RECV,
    SEND_NOW,
    ActorKind,
    LockKind,
    ObjectKind,
)


def install(patches: Patches, steps: Steps) -> None:
    _current.told = Told(steps)
    patches.on_undo(_forget)


def _forget() -> None:
    _current.told = None


class _Named:
    """Stands for a name that the program gives to a lock or a point."""


class Told:
    """None of its methods raises."""

    def __init__(self, steps: Steps) -> None:
        recorder = steps.recorder
        self._steps = steps
        self._record = steps.record
        self._identity = steps.identity
        self._locks = recorder.locks
        self._site = recorder.frames.call_site
        self._fail = recorder.fail
        self._points: dict[int, int] = {}
        """By `id()`: the token of a point."""
        self._named: dict[str, _Named] = {}
        steps.identity.side_tables.append(self._points)
        recorder.types.declare(_Named, ObjectKind.LOCK)

    # Locks

    def acquired(self, obj: Any, frame: FrameType) -> None:
        try:
            of = self._thing(obj)
            within_loop = events._get_running_loop() is not None
            kind = LockKind.ASYNC_LOCK if within_loop else LockKind.THREAD_LOCK
            self._locks.declare_as(of, kind, 1)
            self._locks.acquired(of, self._site(frame))
        except Exception as error:
            self._fail(error)

    def released(self, obj: Any, frame: FrameType) -> None:
        try:
            of = self._thing(obj)
            if self._locks.is_declared(of):
                self._locks.released(of, self._site(frame))
        except Exception as error:
            self._fail(error)

    # Order

    def before(self, point: Any) -> None:
        """What the caller has done, in a task to the end of its step, comes before whoever is told `after`."""
        try:
            kind = MERGE if events._get_running_loop() is not None else MERGE_NOW
            self._record((kind, get_ident(), self._point(self._thing(point)), 0, 0, 0, 0, 0))
        except Exception as error:
            self._fail(error)

    def after(self, point: Any) -> None:
        try:
            self._receive_all(self._thing(point))
        except Exception as error:
            self._fail(error)

    def between(self, first: Any, then: Any) -> None:
        """What `first` has done or carries comes before what `then` does from now on, without the caller in between."""
        try:
            token = self._identity.next_token()
            self._take(self._thing(first), token)
            self._give(self._thing(then), token)
        except Exception as error:
            self._fail(error)

    def _take(self, first: Any, token: int) -> None:
        if self._is_caller(first):
            self._record((SEND_NOW, get_ident(), token, 0, 0, 0, 0, 0))
            return
        actor = self._suspended(first) or self._messenger()
        self._record((BEGIN, get_ident(), actor, 0, 0, 0, 0, 0))
        if not self._suspended(first):
            self._receive_all(first)
        self._record((SEND_NOW, get_ident(), token, 0, 0, 0, 0, 0))
        self._end(first, actor)

    def _give(self, then: Any, token: int) -> None:
        if self._is_caller(then):
            self._record((RECV, get_ident(), token, 0, 0, 0, 0, 0))
            return
        actor = self._suspended(then) or self._messenger()
        self._record((BEGIN, get_ident(), actor, token, 0, 0, 0, 0))
        if not self._suspended(then):
            self._record((MERGE_NOW, get_ident(), self._point(then), 0, 0, 0, 0, 0))
        self._end(then, actor)

    def _end(self, of: Any, actor: int) -> None:
        if not self._suspended(of):
            self._record((FINISH, get_ident(), actor, 0, 0, 0, 0, 0))
        self._record((END, get_ident(), 0, 0, 0, 0, 0, 0))

    def _messenger(self) -> int:
        """An actor that does nothing but carry this, so that the caller has no part in it."""
        actor = self._identity.next_actor()
        name = self._steps.recorder.tables.string("order")
        self._record((ACTOR, get_ident(), actor, ActorKind.CALLBACK, name, 0, 0, 0))
        return actor

    def _is_caller(self, obj: Any) -> bool:
        return obj is None or (isinstance(obj, TASKS) and obj is _current_task())

    def _suspended(self, obj: Any) -> int:
        """The actor of a task that waits on the loop that runs here, which may be made to take a step; else 0."""
        loop = events._get_running_loop()
        if loop is None or not isinstance(obj, TASKS) or is_done(obj) or obj.get_loop() is not loop:
            return 0
        if obj is _current_task():
            return 0
        known = self._identity.actors.get(id(obj))
        return known or self._steps.declare_task(obj, self._steps.loop_number(loop), None)

    def _receive_all(self, of: Any) -> None:
        """What was said to come before it, and what completed or set it."""
        token = self._points.get(id(of))
        if token is not None:
            self._record((RECV, get_ident(), token, 0, 0, 0, 0, 0))
        if not isinstance(of, FUTURES) or is_done(of):
            self._steps.completions.receive(of)

    def _point(self, of: Any) -> int:
        token = self._points.get(id(of))
        if token is None:
            self._identity.number(of)
            token = self._points.setdefault(id(of), self._identity.next_token())
        return token

    def _thing(self, obj: Any) -> Any:
        """A text is a name: equal ones are one thing."""
        return self._named.setdefault(obj, _Named()) if type(obj) is str else obj


def _current_task() -> Any:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
