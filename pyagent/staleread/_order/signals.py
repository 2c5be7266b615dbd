"""Events, barriers and conditions: what sets them, and what they let go on.

In: the attributes in which asyncio and threading keep their state, and the calls that wait. Out: tokens; and
the waits of threads where watched code itself waits. An event that is set carries what whoever flipped it had
done; whoever finds it set comes after that. Every arrival at a barrier comes before every departure.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from _thread import get_ident
from typing import Any

from staleread._order.patching import Patches, Watched, pass_unseen
from staleread._order.steps import Steps
from staleread._order.waits import is_within_library, own_site
from staleread._record import accelerated
from staleread._record.kinds import MISSING
from staleread._trace.events import MERGE, MERGE_NOW, RECV

_ASKING = frozenset({"wait", "is_set"})
_WAIT = asyncio.Event.wait.__code__


def install(patches: Patches, steps: Steps) -> None:
    fail = steps.recorder.fail
    signals = Signals(steps)
    value = Watched("_value", fail, signals.event_changed, signals.event_read)
    patches.watch(asyncio.Event, accelerated.make_watched(value, accelerated.FLAG, steps.recorder))
    if hasattr(asyncio, "Barrier"):
        patches.watch(asyncio.Barrier, Watched("_count", fail, signals.arrived))
    patches.watch(threading.Barrier, Watched("_count", fail, signals.thread_arrived))
    patches.replace(threading.Event, "set", lambda original: _setting(original, steps))
    patches.replace(threading.Event, "wait", lambda original: _waiting(original, steps))
    patches.replace(threading.Condition, "notify", lambda original: _notifying(original, steps))
    patches.replace(threading.Condition, "wait", lambda original: _condition_waiting(original, steps))


class Signals:
    def __init__(self, steps: Steps) -> None:
        self._record = steps.record
        self._token = steps.identity.token
        self._completions = steps.completions
        self._foreign = steps.recorder.foreign.used
        self._waits = steps.recorder.waits

    def event_changed(self, event: Any, before: Any, now: bool) -> None:
        if before is not MISSING:
            self._foreign(event, "Event.set" if now else "Event.clear")
        if before is not MISSING and now and not before:
            self._completions.sent(event)

    def event_read(self, event: Any, value: bool) -> None:
        frame = sys._getframe(2)
        if not value or frame.f_code.co_name not in _ASKING:
            return
        self._completions.receive(event)
        if frame.f_code is _WAIT and not is_within_library(frame.f_back):
            self._waits.found_set(event)

    def arrived(self, barrier: Any, before: Any, now: int) -> None:
        self._arrival(barrier, before, now, MERGE)

    def thread_arrived(self, barrier: Any, before: Any, now: int) -> None:
        self._arrival(barrier, before, now, MERGE_NOW)

    def _arrival(self, barrier: Any, before: Any, now: int, kind: int) -> None:
        if before is MISSING or now <= before:
            return
        token = self._token(barrier)
        self._record((kind, get_ident(), token, 0, 0, 0, 0, 0))
        if now == barrier._parties:
            self._record((RECV, get_ident(), token, 0, 0, 0, 0, 0))


def _setting(original: Any, steps: Steps) -> Any:
    def wrapper(self: Any) -> Any:
        try:
            if not self._flag:
                steps.completions.sent_now(self)
        except Exception as error:
            steps.recorder.fail(error)
        return original(self)

    return wrapper


def _waiting(original: Any, steps: Steps) -> Any:
    waits, frames, fail = steps.recorder.waits, steps.recorder.frames, steps.recorder.fail

    def wrapper(self: Any, timeout: Any = None) -> Any:
        site, result = 0, False
        try:
            if not self._flag:
                site = own_site(frames, sys._getframe(1))
                if site:
                    waits.begun(self, site)
        except Exception as error:
            fail(error)
        try:
            result = original(self, timeout)
        except BaseException as error:
            pass_unseen(error)
            raise
        finally:
            try:
                if result:
                    steps.completions.receive(self)
                if site:
                    waits.over(self, result)
            except Exception as error:
                fail(error)
        return result

    return wrapper


def _notifying(original: Any, steps: Steps) -> Any:
    def wrapper(self: Any, n: int = 1) -> Any:
        try:
            if self._waiters:
                steps.record((MERGE_NOW, get_ident(), steps.identity.token(self), 0, 0, 0, 0, 0))
            site = own_site(steps.recorder.frames, sys._getframe(1))
            if site:
                steps.recorder.waits.notified(self, site, min(n, len(self._waiters)))
        except Exception as error:
            steps.recorder.fail(error)
        try:
            return original(self, n)
        except BaseException as error:
            pass_unseen(error)
            raise

    return wrapper


def _condition_waiting(original: Any, steps: Steps) -> Any:
    locks, waits = steps.recorder.locks, steps.recorder.waits
    frames, fail = steps.recorder.frames, steps.recorder.fail

    def wrapper(self: Any, timeout: Any = None) -> Any:
        held, site, result = False, 0, False
        try:
            site = own_site(frames, sys._getframe(1))
            if site:
                waits.begun(self, site)
            held = locks.is_declared(self._lock)
            if held:
                locks.released(self._lock, 0)
        except Exception as error:
            fail(error)
        try:
            result = original(self, timeout)
        except BaseException as error:
            pass_unseen(error)
            raise
        finally:
            try:
                if held:
                    locks.acquired(self._lock, 0)
                if result:
                    steps.completions.receive(self)
                if site:
                    waits.over(self, result)
            except Exception as error:
                fail(error)
        return result

    return wrapper
