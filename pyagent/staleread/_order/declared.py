"""Primitives that are told of by rule: this method acquires, that one releases.

In: `Primitive`s, and the modules of their classes as they are imported. Out: patched methods, which tell their role
(`roles.py`) when they are called and how they end. What must hold: each class is patched as a whole or not at all; a
coroutine function stays one. Where one method of a primitive calls another of its own, only the outer one counts.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
from _thread import get_ident
from asyncio import events
from collections.abc import Coroutine
from functools import partial
from types import FrameType, ModuleType
from typing import Any

from staleread._order.arrivals import Arrivals
from staleread._order.patching import Patches, pass_unseen
from staleread._order.roles import Role, Shared, role_of
from staleread._order.steps import Steps
from staleread._primitives import WELL_KNOWN, Primitive
from staleread._record.completions import FUTURES
from staleread._record.kinds import MISSING, namespace_of

_IMPLIED = {"acquire": ("__enter__", "__aenter__"), "release": ("__exit__", "__aexit__")}


def install(patches: Patches, steps: Steps) -> None:
    classes = _Classes(patches, Shared(steps))
    for primitive in (*WELL_KNOWN, *steps.recorder.options.primitives):
        classes.expect(steps.arrivals, primitive)


class _Classes:
    """Finds the classes, and patches their methods."""

    def __init__(self, patches: Patches, shared: Shared) -> None:
        self._patches = patches
        self._shared = shared
        self._recorder = shared.steps.recorder

    def expect(self, arrivals: Arrivals, primitive: Primitive) -> None:
        """A class may be found in its own module, or in a package that has it too, whichever is there first."""
        parts = primitive.owner.split(".")
        patched: list[type] = []
        for count in range(1, len(parts)):
            look = partial(self._look, primitive, parts[count:], patched)
            arrivals.expect(".".join(parts[:count]), look)

    def _look(self, primitive: Primitive, names: list[str], patched: list[type], module: ModuleType) -> None:
        cls = _find(module, names)
        if cls is not None and not patched:
            patched.append(cls)
            self._patch(primitive, cls)
        elif cls is None and len(names) == 1:
            self._complain(primitive, f"{module.__name__} has no class {names[0]}")

    def _complain(self, primitive: Primitive, sentence: str) -> None:
        """Only of what the user says: what is well known may look otherwise in another version."""
        if primitive.where:
            self._recorder.honesty.note(f"{primitive.where}: {sentence}")

    def _patch(self, primitive: Primitive, cls: type) -> None:
        methods = {name: role for role, names in primitive.roles.items() for name in names}
        for name in methods:
            if not callable(getattr(cls, name, None)):
                self._complain(primitive, f"{primitive.owner} has no method {name}")
                return
        for role, names in _IMPLIED.items():
            if role in primitive.roles:
                methods.update((name, role) for name in names if callable(getattr(cls, name, None)))
        own = Patches()
        try:
            for name, role in methods.items():
                method = _Method(role_of(role, primitive, cls, self._shared), self._shared)
                own.replace(cls, name, method.around)
        except TypeError:  # Classes written in C cannot be changed.
            own.undo()
            self._complain(primitive, f"{primitive.owner} cannot be followed: it is not written in Python")
            return
        self._patches.on_undo(own.undo)


def _find(module: ModuleType, names: list[str]) -> type | None:
    found: Any = module
    for name in names:
        namespace = vars(found) if isinstance(found, ModuleType) else namespace_of(found)
        found = namespace.get(name, MISSING)
        if not isinstance(found, (type, ModuleType)):
            return None
    return found if isinstance(found, type) else None


class _Call:
    """One call of a method, by whoever is not within another one of the same primitive."""

    __slots__ = ("obj", "state", "within")

    def __init__(self, obj: Any, within: tuple[int, int]) -> None:
        self.obj, self.within = obj, within
        self.state: Any = None


class _Method:
    """What stands around a method. Nothing in here raises on our behalf."""

    def __init__(self, role: Role, shared: Shared) -> None:
        self._role = role
        self._within = shared.within
        self._waking = shared.steps.waking
        self._fail = shared.steps.recorder.fail
        self._note = shared.steps.recorder.honesty.note

    def around(self, original: Any) -> Any:
        return (
            self._around_coroutine(original)
            if inspect.iscoroutinefunction(original)
            else self._around(original)
        )

    def _around_coroutine(self, original: Any) -> Any:
        begun, failed, done = self._begun, self._failed, self._done

        async def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
            call = begun(self, args, kwargs)
            try:
                result = await original(self, *args, **kwargs)
            except BaseException as error:
                failed(call, error)
                pass_unseen(error)
                raise
            done(call, result, sys._getframe())
            return result

        return wrapper

    def _around(self, original: Any) -> Any:
        """Whoever is woken by a release is not ordered by it."""
        begun, failed, ended = self._begun, self._failed, self._ended
        waking = self._waking if self._role.wakes else set()

        def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
            call = begun(self, args, kwargs)
            ident = get_ident()
            waking.add(ident)
            try:
                result = original(self, *args, **kwargs)
            except BaseException as error:
                failed(call, error)
                pass_unseen(error)
                raise
            finally:
                waking.discard(ident)
            return ended(call, result, original, sys._getframe())

        return wrapper

    def _ended(self, call: _Call | None, result: Any, original: Any, frame: FrameType) -> Any:
        """A plain function may give back a coroutine, which does what is to be done."""
        try:
            if call is not None and isinstance(result, Coroutine):
                self._within.discard(call.within)
                coroutine: Any = self._finishing(call, result)
                coroutine.__name__ = getattr(result, "__name__", coroutine.__name__)
                coroutine.__qualname__ = getattr(result, "__qualname__", coroutine.__qualname__)
                return coroutine
            if call is not None and self._role.waits and hasattr(type(result), "__await__"):
                self._within.discard(call.within)
                if not (isinstance(result, FUTURES) and result.done()):
                    name = getattr(original, "__qualname__", "a method")
                    self._note(f"{name} returns a {type(result).__name__}, which is not followed")
                return result
        except Exception as error:
            self._fail(error)
        self._done(call, result, frame)
        return result

    async def _finishing(self, call: _Call, inner: Coroutine[Any, Any, Any]) -> Any:
        self._within.add(call.within)
        try:
            result = await inner
        except BaseException as error:
            self._failed(call, error)
            pass_unseen(error)
            raise
        self._done(call, result, sys._getframe())
        return result

    def _begun(self, obj: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Call | None:
        key = (0, 0)
        try:
            key = (_who(), id(obj))
            if key in self._within:
                return None
            call = _Call(obj, key)
            item = args[0] if args else next(iter(kwargs.values()), None)
            call.state = self._role.begun(obj, item, sys._getframe(2))
            self._within.add(key)
            return call
        except Exception as error:
            self._fail(error)
        return None

    def _failed(self, call: _Call | None, error: BaseException) -> None:
        if call is None:
            return
        self._within.discard(call.within)
        try:
            self._role.failed(call.obj, call.state, error)
        except Exception as problem:
            self._fail(problem)

    def _done(self, call: _Call | None, result: Any, frame: FrameType) -> None:
        if call is None:
            return
        self._within.discard(call.within)
        try:
            self._role.done(call.obj, call.state, result, frame)
        except Exception as error:
            self._fail(error)


def _who() -> int:
    """The task that runs, or the thread."""
    loop = events._get_running_loop()
    task = asyncio.current_task(loop) if loop is not None else None
    return get_ident() if task is None else id(task)
