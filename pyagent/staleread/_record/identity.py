"""Numbers for objects that survive `id()` being reused.

In: objects of the program. Out: their numbers, and `object`, `keep`, `local` and `drop` events. What must
hold: a number is never given to a second object; nothing here keeps an object of a user's class alive that
could be watched by a weak reference; no lock is taken, because a garbage collection may run a watched
`__del__` at any line.
"""

from __future__ import annotations

import itertools
import sys
import weakref
from _thread import get_ident
from collections.abc import Callable
from typing import Any

from staleread._record import accelerated
from staleread._record.budget import SCOPE_BYTES, TOKEN_BYTES, Budget
from staleread._record.buffer import Buffer
from staleread._record.kinds import TypeInfo, Types, module_namespace, name_of
from staleread._trace.events import DROP, KEEP, LOCAL, OBJECT, RETIRE, ObjectKind
from staleread._trace.tables import Tables

_NAMED_BY_THEMSELVES = frozenset({ObjectKind.INSTANCE, ObjectKind.CLASS, ObjectKind.MODULE, ObjectKind.SCOPE})
_LEFT_OUT_FIRST = frozenset(
    {ObjectKind.INSTANCE, ObjectKind.DICT, ObjectKind.LIST, ObjectKind.SET, ObjectKind.DEQUE}
)
"""Kinds of which, where memory runs short, new ones are not followed."""
_SWEPT_AT_ONCE_MAX = 10_000
_FRESH_WEIGHT_MAX = 64_000
_WEIGHT = 1000
"""Of an object that is held, besides a weight of 1 for everything in it."""
NOTHING = 0
"""The identifier of no object."""


class _Ref(weakref.ref):  # type: ignore[type-arg]
    __slots__ = ("key", "number")
    key: int
    number: int


_LATE_ACTORS_MAX = 16_384


class Scope:
    """Stands for the variables of one call that nested functions share. It may live longer than a recording: the number
    is the one that it has in `identity`."""

    __slots__ = ("function", "identity", "number")

    def __init__(self, function: int, identity: Identity | None = None, number: int = 0) -> None:
        self.function = function
        self.identity = identity
        self.number = number

    def __del__(self) -> None:
        if self.identity is not None:
            self.identity.scope_gone(self.number)


class Load:
    """What is held, and when that is looked at: which new object does it."""

    __slots__ = ("held_max", "weight", "weight_max")

    def __init__(self) -> None:
        self.held_max = 0
        """So many objects are many."""
        self.weight = 0
        """Of those that the steps that run now have made."""
        self.weight_max = 0


def _alone(objects: dict[int, object]) -> int:
    """How many references `sys.getrefcount` counts for an object that only `objects` has."""
    for key in objects:
        obj = objects[key]
        return sys.getrefcount(obj)
    return 0


_ALONE = _alone({0: object()})


class Identity:
    def __init__(
        self,
        buffer: Buffer,
        tables: Tables,
        types: Types,
        budget: Budget,
        fail: Callable[[Exception], None],
    ) -> None:
        self.fail = fail
        self.numbers: dict[int, int] = accelerated.make_numbers() if accelerated.IS_THERE else {}
        """By `id()`; what is in here is alive."""
        self.unnamed: set[int] = accelerated.make_numbers() if accelerated.IS_THERE else set()
        """Numbers of containers and the like that nobody has been seen to keep."""
        self.actors: dict[int, int] = accelerated.make_numbers() if accelerated.IS_THERE else {}
        """By `id()` of a task: its actor."""
        self._late_actors: dict[int, int] = accelerated.make_numbers() if accelerated.IS_THERE else {}
        """The same of tasks that are gone, or just going."""
        self.tokens: dict[int, int] = accelerated.make_numbers() if accelerated.IS_THERE else {}
        """By `id()` of what can be waited for: the token that its completion fills."""
        self.side_tables: list[dict[int, Any]] = []
        """Whatever else is kept by `id()`: cleaned when the object goes."""
        self.on_held: Callable[[int], None] = lambda count: None
        """Called with the number of objects held, when it has risen to `load.held_max`."""
        self.fresh: list[int] = []
        """Identifiers of the strongly held objects first seen in the steps that run now; `NOTHING` has a step look."""
        self.token_counter: Any = accelerated.make_counter() if accelerated.IS_THERE else itertools.count(1)
        self.next_token: Callable[[], int] = self.token_counter.__next__
        self.actor_counter: Any = accelerated.make_counter() if accelerated.IS_THERE else itertools.count(1)
        self.next_actor: Callable[[], int] = self.actor_counter.__next__
        self._number_counter: Any = accelerated.make_counter() if accelerated.IS_THERE else itertools.count(1)
        self._next_number: Callable[[], int] = self._number_counter.__next__
        self._buffer = buffer
        self._record = buffer.record
        self._put = accelerated.ways_in(buffer)[0]
        """For what comes with or after another event, which is `record`ed."""
        self._tables = tables
        self._types = types
        self._budget = budget
        self._refs: dict[int, _Ref] = {}
        self._on_gone = self._forget
        """One for all of them."""
        self._held: dict[int, object] = {}
        self._sweeping: list[int] = []
        self.sweep_due = False
        self.on_sweep: Callable[[], None] = lambda: None
        """Called by a thread of the program before each."""
        self._modules: dict[int, dict[str, Any]] = {}
        budget.parts.append(lambda: TOKEN_BYTES * len(self.tokens))
        self.objects: Any = self._accelerate() if accelerated.IS_THERE else None
        """What does so with the accelerator."""
        self.load: Any = self.objects or Load()
        self.load.held_max = sys.maxsize
        self._load_is_light()

    def _accelerate(self) -> Any:
        """What adds, watches and lets go of objects in C, where that is plain."""
        budget = self._budget
        parts = (
            *(self._buffer, self.numbers, self.unnamed),
            *(self._types.info, self._tables.string, self._number_counter),
            *(budget.allowance, budget.object_bytes, budget.task_bytes, _WEIGHT, _FRESH_WEIGHT_MAX),
            *(self._held, self.fresh, self.actors, self._late_actors, self.tokens, self.side_tables),
            *(self.add, self._look_around, self._let_some_go),
        )
        objects = accelerated.make_objects(parts)
        self.add = objects.add  # type: ignore[method-assign]
        self.number = objects.number  # type: ignore[method-assign]
        self._let_go = objects.let_go  # type: ignore[method-assign]
        return objects

    def number(self, obj: object) -> int:
        """The number of an object; declares it when it is new. 0: it is not followed, for want of memory."""
        return self.numbers.get(id(obj)) or self.add(obj)

    def add(self, obj: Any) -> int:
        info = self._types.info(type(obj))
        info.is_numbered = True
        kind = info.kind
        if kind == ObjectKind.MODULE:
            return self.module(module_namespace(obj))
        if kind not in _LEFT_OUT_FIRST:
            self._budget.take(self._budget.object_bytes)
        elif not self._budget.allows(self._budget.object_bytes):
            return 0
        name = name_of(obj) if kind == ObjectKind.CLASS else info.name
        number = self._declare(kind, name)
        key = id(obj)
        try:
            ref = _Ref(obj, self._on_gone)
            ref.key, ref.number = key, number
        except TypeError:
            ref = None
        winner = self.numbers.setdefault(key, number)
        if winner != number:
            self._budget.give_back(self._budget.object_bytes)
            self._record((DROP, get_ident(), number, 0, 0, 0, 0, 0))
            return winner
        if ref is not None:
            self._refs[key] = ref
        else:
            if self.fresh:
                self._let_newest_go()
            self._held[key] = obj
            self.fresh.append(key)
            self._look_around(obj, info)
        if kind not in _NAMED_BY_THEMSELVES:
            self.unnamed.add(number)
        return number

    def module(self, namespace: dict[str, Any]) -> int:
        """The number of a module, whose cells are its globals."""
        key = id(namespace)
        number = self.numbers.get(key)
        if number is None:
            name = namespace.get("__name__")
            number = self._declare(ObjectKind.MODULE, name if type(name) is str else "")
            self._modules[key] = namespace
            number = self.numbers.setdefault(key, number)
        return number

    def take(self, scope: Scope, function_name: str) -> int:
        """Gives a number to a scope that has none in this recording."""
        self._budget.take(SCOPE_BYTES)
        scope.number = self._declare(ObjectKind.SCOPE, function_name)
        scope.identity = self
        return scope.number

    def _declare(self, kind: int, name: str) -> int:
        number = self._next_number()
        self._record((OBJECT, get_ident(), number, kind, self._tables.string(name), 0, 0, 0))
        return number

    def keep(self, number: int, owner: int, key: int) -> None:
        """Names an object that has no name yet after where it is kept."""
        self.unnamed.discard(number)
        self._put((KEEP, get_ident(), number, owner, key, 0, 0, 0))

    def local(self, number: int, function: int, string: int, line: int) -> None:
        """Tells the line that made it; it may still find a keeper."""
        self._put((LOCAL, get_ident(), number, function, string, line, 0, 0))

    def token(self, obj: object) -> int:
        """The completion token of a future, an event, a queue, …"""
        key = id(obj)
        token = self.tokens.get(key)
        if token is None:
            self.number(obj)
            token = self.tokens.setdefault(key, self.next_token())
        return token

    def request_sweep(self) -> None:
        """Has the program's next step or new object let go of what nobody else holds.

        The writer asks for it but must not do it: what goes with a container may have a `__del__`, which belongs
        into a thread of the program.
        """
        self.sweep_due = True
        self.load.weight_max = -1
        self.fresh.append(NOTHING)

    def step_ended(self) -> None:
        """Lets go of what is not held any more."""
        if self.fresh:
            self.sweep_fresh()
        if self.sweep_due:
            self.sweep()

    def sweep_fresh(self) -> None:
        """At the end of a step: lets go of what only that step had."""
        self._let_fresh_go()
        self._load_is_light()

    def _let_fresh_go(self) -> list[int]:
        """Of what was first seen in this step, what nobody else holds: the identifiers of all of it."""
        fresh = self.fresh[:]
        del self.fresh[: len(fresh)]
        self._let_go(fresh)
        return fresh

    def _load_is_light(self, alive: int = 0) -> None:
        self.load.weight, self.load.weight_max = 0, _FRESH_WEIGHT_MAX + _WEIGHT * alive

    def _let_newest_go(self) -> None:
        """One more is about to be held: those held last that nobody else has now. A step may make them one by one."""
        fresh, held = self.fresh, self._held
        newest = fresh[-1:]
        while newest and newest[0] in held:
            self._let_go(newest)
            if newest[0] in held:
                return
            del fresh[-1:]
            newest = fresh[-1:]

    def _look_around(self, obj: Any, info: TypeInfo) -> None:
        """One more is held. A step may be long, and what it makes be large: we shall not be why it lives on."""
        length = info.length
        self.load.weight += _WEIGHT if length is None else _WEIGHT + length(obj)
        self._let_some_go()

    def _let_some_go(self) -> None:
        """Where there is reason to."""
        load = self.load
        if len(self._held) >= load.held_max:
            self.on_held(len(self._held))
        if load.weight > load.weight_max:
            self._sweep_within_step()
        if self.sweep_due:
            self.sweep()

    def _sweep_within_step(self) -> None:
        alive = [key for key in self._let_fresh_go() if key in self._held]
        self.fresh.extend(alive)
        self._load_is_light(len(alive))

    def sweep(self) -> None:
        """Lets go of what nobody else holds any more, a part of it at a time."""
        self.sweep_due = False
        self.on_sweep()
        if not self._sweeping:
            self._sweeping = list(self._held)
        part = self._sweeping[-_SWEPT_AT_ONCE_MAX:]
        del self._sweeping[-_SWEPT_AT_ONCE_MAX:]
        self._let_go(part)

    def _let_go(self, keys: list[int]) -> None:
        """Of those of the held objects that nobody else holds."""
        held, alone = self._held, _ALONE
        count = sys.getrefcount
        for key in keys:
            obj = held.get(key)
            if obj is not None and count(obj) <= alone:
                number = self.numbers.pop(key, 0)
                self._gone(key, number)
                held.pop(key, None)
            obj = None

    def let_lone_go(self) -> None:
        """Lets go of all that nobody else holds, and of what only that had."""
        count = -1
        while count != len(self._held):
            count = len(self._held)
            self._let_go(list(self._held))

    def is_own(self, obj: object) -> bool:
        """Whether this is what holds the objects."""
        return obj is self._held

    def holds(self, obj: object) -> bool:
        return id(obj) in self._held

    def let_go(self, obj: object) -> None:
        """Of an object that nobody but the caller has."""
        key = id(obj)
        if key in self._held:
            self._gone(key, self.numbers.pop(key, 0))
            del self._held[key]

    def held_count(self) -> int:
        return len(self._held)

    def release(self, may_lead_back: Callable[[object], bool]) -> dict[int, int]:
        """Gives up the strong references to objects that may be part of a cycle: their numbers by `id()`."""
        self._let_go(list(self._held))
        released = {}
        for key in list(self._held):
            if may_lead_back(self._held.get(key)):
                released[key] = self.numbers.pop(key, 0)
                self._held.pop(key, None)
        return released

    def regain(self, alive: list[object], released: dict[int, int]) -> None:
        """Takes up again those that are still alive; the others are gone."""
        for obj in alive:
            key = id(obj)
            number = released.pop(key)
            if self.numbers.setdefault(key, number) == number:
                self._held[key] = obj
            else:
                self._record((DROP, get_ident(), number, 0, 0, 0, 0, 0))
        for key, number in released.items():
            self._gone(key, number)

    def _forget(self, ref: _Ref) -> None:
        try:
            key, number = ref.key, ref.number
            if self.numbers.get(key) == number:
                self.numbers.pop(key, 0)
                self._refs.pop(key, None)
                self._gone(key, number)
        except Exception as error:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        """In what the interpreter calls when an object goes: at its own end there may be nothing left to do that with."""
        if not sys.is_finalizing():
            self.fail(error)

    def _gone(self, key: int, number: int) -> None:
        ident = get_ident()
        self._budget.give_back(self._budget.object_bytes)
        self.unnamed.discard(number)
        actor = self.actors.pop(key, None)
        if actor is not None:
            self._budget.give_back(self._budget.task_bytes)
            self._remember_late(key, actor)
        for table in self.side_tables:
            if table:
                table.pop(key, None)
        token = self.tokens.pop(key, None)
        if token is not None:
            self._put((RETIRE, ident, token, 0, 0, 0, 0, 0))
        self._put((DROP, ident, number, 0, 0, 0, 0, 0))

    def actor_of(self, task: object) -> int:
        """The actor of a task, also where the garbage collector has it already; 0 where it never had one."""
        return self.actors.get(id(task)) or self._late_actors.get(id(task), 0)

    def _remember_late(self, key: int, actor: int) -> None:
        """In a cycle all weak references go before the first `__del__`, in which a task tells what is left of it."""
        if len(self._late_actors) >= _LATE_ACTORS_MAX:
            self._late_actors.clear()
        self._late_actors[key] = actor

    def scope_gone(self, number: int) -> None:
        try:
            self._budget.give_back(SCOPE_BYTES)
            self._record((DROP, get_ident(), number, 0, 0, 0, 0, 0))
        except Exception as error:
            self._failed(error)

    def forget_all(self) -> None:
        """Lets go of everything, at the end of a recording."""
        self._modules = {}
        self.numbers.clear()
        if self.objects is not None:
            self.objects.clear()
        refs, held = dict(self._refs), dict(self._held)
        self._refs.clear()
        self._held.clear()
        refs.clear()
        held.clear()
