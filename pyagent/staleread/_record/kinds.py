"""What is known of a type without running any code of it: its kind, and where its attributes live.

In: types and attribute names of the program. Out: object kinds, names, the plan for peeking at an
attribute. Everything here goes by `__mro__` and the classes' own `__dict__`, read through the descriptors
of `type` itself, so that neither a metaclass nor a property gets to run.
"""

from __future__ import annotations

import asyncio
import collections
import queue
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future as ConcurrentFuture
from types import FrameType, FunctionType, ModuleType, TracebackType
from typing import Any, Final

from staleread._trace.events import ObjectKind

_of_type: Any = type.__dict__
mro_of = _of_type["__mro__"].__get__
namespace_of = _of_type["__dict__"].__get__
name_of = _of_type["__qualname__"].__get__
_flags_of = _of_type["__flags__"].__get__
_HEAP_TYPE: Final = 1 << 9

NO_CELL, PLAIN, DEFAULT, OF_CLASS, OF_MODULE = range(5)
"""How an attribute is kept: not as a cell, by an instance in itself, perhaps only as its class's default; by a class; by a
module."""

module_namespace: Any = vars(ModuleType)["__dict__"].__get__

MISSING: Final = object()


def _built_in(tp: type) -> Iterator[type]:
    """A type and those derived from it that no class statement has made, whose instances no weak reference can watch."""
    yield tp
    for derived in type.__subclasses__(tp):
        if not _flags_of(derived) & _HEAP_TYPE:
            yield from _built_in(derived)


LEADS_TO_FRAMES: Final = frozenset(map(id, (*_built_in(BaseException), TracebackType, FrameType)))
"""`id()`s of types whose instances are never followed: to have a number they would have to be held, and with them all that
the functions had that an exception went through."""

_FutureBase = asyncio.Future
_ThreadLock = type(threading.Lock())
_ThreadRLock = type(threading.RLock())

_KINDS: Final[tuple[tuple[type, int], ...]] = (
    (dict, ObjectKind.DICT),
    (list, ObjectKind.LIST),
    (set, ObjectKind.SET),
    (collections.deque, ObjectKind.DEQUE),
    (asyncio.Queue, ObjectKind.QUEUE),
    (queue.Queue, ObjectKind.QUEUE),
    (queue.SimpleQueue, ObjectKind.QUEUE),
    (asyncio.Event, ObjectKind.EVENT),
    (threading.Event, ObjectKind.EVENT),
    (_FutureBase, ObjectKind.FUTURE),
    (asyncio.futures._PyFuture, ObjectKind.FUTURE),  # type: ignore[attr-defined]
    (ConcurrentFuture, ObjectKind.FUTURE),
    (asyncio.Lock, ObjectKind.LOCK),
    (asyncio.Semaphore, ObjectKind.LOCK),
    (_ThreadLock, ObjectKind.LOCK),
    (_ThreadRLock, ObjectKind.LOCK),
    (threading.Semaphore, ObjectKind.LOCK),
    (asyncio.Condition, ObjectKind.CONTAINER),
    (threading.Condition, ObjectKind.CONTAINER),
    (collections.UserDict, ObjectKind.CONTAINER),
    (collections.UserList, ObjectKind.CONTAINER),
    (collections.ChainMap, ObjectKind.CONTAINER),
    (weakref.WeakSet, ObjectKind.CONTAINER),
    (weakref.WeakValueDictionary, ObjectKind.CONTAINER),
    (weakref.WeakKeyDictionary, ObjectKind.CONTAINER),
    (type, ObjectKind.CLASS),
    (ModuleType, ObjectKind.MODULE),
)

_BASES: Final = (dict, list, set, collections.deque)


class TypeInfo:
    """One type of the program; does not keep it alive. `base`: the container it is or derives from, else None."""

    __slots__ = ("_own_methods", "_plain_lookup", "_type", "base", "is_numbered", "kind", "length", "name")

    def __init__(self, tp: type) -> None:
        self._type = weakref.ref(tp)
        self.name: str = name_of(tp)
        bases = frozenset(map(id, self._mro()))  # By identity: a metaclass may have an `__eq__` of its own.
        self.kind = next((kind for base, kind in _KINDS if id(base) in bases), ObjectKind.INSTANCE)
        self.base: type | None = next((base for base in _BASES if id(base) in bases), None)
        self.is_numbered = False
        """Whether any of its instances is an object of the trace."""
        self._own_methods: dict[str, bool] = {}
        self._plain_lookup = self._looks_up_plainly()
        self.length: Callable[[Any], int] | None = None
        """How long a container is, by its built-in base; None where that is not what `len` tells."""
        if self.base is not None and self.inherits("__len__"):
            self.length = vars(self.base)["__len__"]

    def module(self) -> str:
        """The name of the module that it is from; "" where it is not known."""
        name = self.class_attribute("__module__")[0]
        return name if type(name) is str else ""

    def _mro(self) -> tuple[type, ...]:
        tp = self._type()
        return () if tp is None else mro_of(tp)

    def _looks_up_plainly(self) -> bool:
        if any(base is threading.local for base in self._mro()):  # Nobody else sees what is in there.
            return False
        if id(self._type()) in LEADS_TO_FRAMES:
            return False
        for base in self._mro():
            if "__getattribute__" in namespace_of(base):
                return not _flags_of(base) & _HEAP_TYPE
        return False

    def plan(self, name: str) -> int:
        """How an instance keeps the attribute `name`."""
        if not self._plain_lookup:
            return NO_CELL
        raw = self.class_attribute(name)[0]
        if raw is MISSING:
            return NO_CELL if name.startswith("__") and name.endswith("__") else PLAIN
        if type(raw) is _SlotDescriptor:
            return PLAIN
        return NO_CELL if is_descriptor(raw) else DEFAULT

    def class_attribute(self, name: str) -> tuple[Any, Any]:
        """What the class has under the name, and which class of the `__mro__` has it."""
        for base in self._mro():
            value = namespace_of(base).get(name, MISSING)
            if value is not MISSING:
                return value, base
        return MISSING, None

    def inherits(self, method: str) -> bool:
        """Whether a container's method is the one of its built-in base."""
        known = self._own_methods.get(method)
        if known is None:
            holder = self.class_attribute(method)[1]
            known = holder is not None and (not _flags_of(holder) & _HEAP_TYPE or id(holder) in _TRUSTED)
            self._own_methods[method] = known
        return known


class _Slotted:
    __slots__ = ("slot",)


_SlotDescriptor = type(_Slotted.__dict__["slot"])
_TRUSTED: Final = frozenset(
    id(tp)
    for tp in {
        *(collections.deque, collections.OrderedDict, collections.Counter, collections.defaultdict),
        *(asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue),
        *(queue.Queue, queue.LifoQueue, queue.PriorityQueue),
        *(asyncio.Event, threading.Event, asyncio.Lock, asyncio.Semaphore, asyncio.Condition),
        *(threading.Semaphore, threading.Condition, ConcurrentFuture),
        *(asyncio.futures._PyFuture, asyncio.tasks._PyTask, asyncio.Future, asyncio.Task),  # type: ignore[attr-defined]
    }
)


def is_descriptor(value: object) -> bool:
    """Whether reading this from a class runs its `__get__`: a function, a property, …"""
    if type(value) is FunctionType:
        return True
    return any("__get__" in namespace_of(base) for base in mro_of(type(value)))


class Types:
    """The `TypeInfo` of each type that was met; forgets a type with the type."""

    def __init__(self) -> None:
        self.known: dict[int, TypeInfo] = {}
        """By `id()` of the type."""
        self._refs: dict[int, weakref.ref[type]] = {}
        self._plans: list[dict[int, Any]] = []
        self._declared: dict[int, tuple[type, int]] = {}
        """By `id()`: classes of which the kind is told, not known; and that."""

    def info(self, tp: type) -> TypeInfo:
        key = id(tp)
        info = self.known.get(key)
        if info is None:
            info = TypeInfo(tp)
            self._tell_kind(tp, info)
            self._refs[key] = weakref.ref(tp, lambda _: self._forget(key))
            self.known[key] = info
        return info

    def declare(self, cls: type, kind: int) -> None:
        """Of what kind the instances of a class are, and those of what derives from it."""
        self._declared[id(cls)] = (cls, kind)
        for key, info in list(self.known.items()):
            ref = self._refs.get(key)
            tp = ref() if ref is not None else None
            if tp is not None:
                self._tell_kind(tp, info)

    def _tell_kind(self, tp: type, info: TypeInfo) -> None:
        if info.kind == ObjectKind.INSTANCE and self._declared:
            kinds = (self._declared[id(base)][1] for base in mro_of(tp) if id(base) in self._declared)
            info.kind = next(kinds, info.kind)

    def site_plans(self, plans: dict[int, Any]) -> None:
        """Registers a cache by type identifier, to be cleaned when a type goes."""
        self._plans.append(plans)

    def _forget(self, key: int) -> None:
        self.known.pop(key, None)
        self._refs.pop(key, None)
        for plans in self._plans:
            plans.pop(key, None)
