"""Hooks on method calls of containers, queues, events, futures and locks.

In: the object, the first argument where it may name a cell, the site. Out: what the row in
`containers.METHODS` says, by the exact type. A threading lock is the one case that has to know how the call
ended: there the hook gives back a stand-in whose `acquire` tells.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from staleread._record.completions import TASKS
from staleread._record.containers import FUNCTIONS, METHODS, Action
from staleread._record.items import Items
from staleread._record.kinds import MISSING
from staleread._record.locks import Locks, thread_lock_of
from staleread._record.recorder import Recorder
from staleread._trace.events import ObjectKind

_COMPLETING = frozenset({"set_result", "set_exception", "cancel"})
_NO_METHODS: dict[str, Any] = {}


class _Acquirer:
    """Stands for a threading lock for the length of one call of `acquire`."""

    __slots__ = ("_fail", "_lock", "_site", "_tell")

    def __init__(
        self, lock: Any, tell: Callable[[Any, int], None], site: int, fail: Callable[[Exception], None]
    ) -> None:
        self._lock, self._tell, self._site, self._fail = lock, tell, site, fail

    def acquire(self, *args: Any, **kwargs: Any) -> Any:
        original = self._lock.acquire
        taken = original(*args, **kwargs)
        if taken:
            try:
                self._tell(self._lock, self._site)
            except Exception as error:
                self._fail(error)
        return taken


class _Actions(dict[int, dict[int, Action]]):
    """By site and type of a container: what the method called there does."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._register = recorder.types.site_plans

    def __missing__(self, site: int) -> dict[int, Action]:
        made = self[site] = {}
        self._register(made)
        return made


def call_hooks(recorder: Recorder) -> dict[str, Callable[..., Any]]:
    items, fail = Items(recorder), recorder.fail
    names, info_of, known, locks = (
        recorder.sites.names,
        recorder.types.info,
        recorder.types.known.get,
        recorder.locks,
    )
    foreign = recorder.foreign.used
    actions = _Actions(recorder)

    def accessed(obj: Any, key: Any, site: int) -> Any:
        """What the method is to be called on."""
        action = actions[site].get(id(type(obj)))
        if action is not None:
            action(items, obj, key, site)
            return obj
        info = known(id(type(obj))) or info_of(type(obj))
        if info.kind == ObjectKind.INSTANCE:
            return obj
        name = names[site]
        action = METHODS.get(info.kind, _NO_METHODS).get(name)
        if action is not None:
            if info.inherits(name):
                if info.kind == ObjectKind.FUTURE and name in _COMPLETING:
                    foreign(obj, f"{'Task' if isinstance(obj, TASKS) else 'Future'}.{name}")
                elif info.base is not None:
                    actions[site][id(type(obj))] = action
                action(items, obj, key, site)
        elif info.kind == ObjectKind.LOCK:
            return _thread_lock_call(locks, obj, name, site, fail)
        elif info.kind == ObjectKind.LIST and name in FUNCTIONS:
            FUNCTIONS[name](items, obj, key, site)
        return obj

    def call(obj: Any, site: int) -> Any:
        try:
            return accessed(obj, MISSING, site)
        except Exception as error:
            fail(error)
        return obj

    def call_key(obj: Any, key: Any, site: int) -> Any:
        try:
            return accessed(obj, key, site)
        except Exception as error:
            fail(error)
        return obj

    def called(value: Any, obj: Any, site: int) -> Any:
        try:
            accessed(obj, MISSING, site)
        except Exception as error:
            fail(error)
        return value

    def called_key(value: Any, obj: Any, key: Any, site: int) -> Any:
        try:
            accessed(obj, key, site)
        except Exception as error:
            fail(error)
        return value

    return {
        "_sr_call": call,
        "_sr_call_key": call_key,
        "_sr_called": called,
        "_sr_called_key": called_key,
    }


def _thread_lock_call(locks: Locks, obj: Any, name: str, site: int, fail: Callable[[Exception], None]) -> Any:
    lock = thread_lock_of(obj)
    if lock is None:
        return obj
    if name == "acquire":
        return _Acquirer(lock, locks.acquired, site, fail)
    if name == "release":
        locks.released(lock, site)
    return obj
