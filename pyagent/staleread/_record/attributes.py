"""Hooks on attributes.

In: an object and the site that reads, wrote or deleted one of its attributes. Out: `read` and `write`
events. A hook on a read looks first and lets the program read after it; within a step nobody can tell.
"""

from __future__ import annotations

from _thread import get_ident
from collections.abc import Callable
from typing import Any

from staleread._record.kinds import (
    DEFAULT,
    MISSING,
    NO_CELL,
    OF_CLASS,
    OF_MODULE,
    PLAIN,
    is_descriptor,
    module_namespace,
    mro_of,
    namespace_of,
)
from staleread._record.recorder import Recorder
from staleread._record.values import WHOLE_VALUE_MAX
from staleread._trace.events import ABSENT, READ, WRITE, ObjectKind

_WHOLE_BITS = WHOLE_VALUE_MAX.bit_length() - 1
_CODE_TYPES = frozenset(map(id, (type(is_descriptor), type(len), type)))

Site = tuple[str, int, dict[int, int]]


class _SiteCells(dict[int, Site]):
    """By site: the attribute's name, its key column, the plans by type; made when a site is first reached."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder
        self.plain: dict[int, dict[int, tuple[str, int] | None]] = {}
        """By site and type, name and key again where the plan is PLAIN: one look for what nearly every access needs."""

    def __missing__(self, site: int) -> Site:
        name = self._recorder.sites.names[site]
        plans: dict[int, int] = {}
        self._recorder.types.site_plans(plans)
        made = self[site] = (name, self._recorder.attribute_key(name), plans)
        self._recorder.types.site_plans(self.plain.setdefault(site, {}))
        return made


class Attributes:
    """What the hooks do beyond the plain case."""

    def __init__(self, recorder: Recorder) -> None:
        self._types = recorder.types
        self._identity = recorder.identity
        self._value = recorder.values.value
        self._record = recorder.record
        self._key = recorder.attribute_key
        self._class_written = recorder.class_written

    def plan(self, obj: object, name: str) -> int:
        info = self._types.info(type(obj))
        if info.kind == ObjectKind.MODULE:
            return OF_MODULE
        if info.kind == ObjectKind.CLASS:
            return OF_CLASS
        return info.plan(name)

    def dynamic(self, obj: Any, name: object, site: int, kind: int) -> None:
        """`getattr` and its relatives, with the name known only now."""
        if type(name) is str:
            self.access(self.plan(obj, name), obj, name, self._key(name), site, kind)

    def access(self, plan: int, obj: Any, name: str, key: int, site: int, kind: int) -> None:
        """Any access by any plan."""
        if plan == NO_CELL:
            return
        if plan == OF_MODULE:
            self._module(obj, name, key, site, kind)
        elif plan == OF_CLASS:
            self._class(obj, name, key, site, kind)
        else:
            holder = self._default_holder(obj, name) if plan == DEFAULT and kind == READ else None
            if holder is not None:
                self._emit(kind, site, self._identity.number(holder), key, namespace_of(holder)[name])
                return
            try:
                value = object.__getattribute__(obj, name)
            except AttributeError:
                value = MISSING
            self._emit(kind, site, self._identity.number(obj), key, value)

    def _default_holder(self, obj: Any, name: str) -> Any:
        """The class whose attribute an instance shows, where that is written as such: a shared cell then."""
        holder = self._types.info(type(obj)).class_attribute(name)[1]
        if (id(holder), name) not in self._class_written:
            return None
        try:
            own = object.__getattribute__(obj, "__dict__")
        except AttributeError:
            return holder
        return None if type(own) is dict and name in own else holder

    def _class(self, cls: type, name: str, key: int, site: int, kind: int) -> None:
        if kind == WRITE:
            self._class_written.add((id(cls), name))
            value = namespace_of(cls).get(name, MISSING)
            self._emit(kind, site, self._identity.number(cls), key, value)
            return
        for base in mro_of(cls):
            value = namespace_of(base).get(name, MISSING)
            if value is not MISSING:
                if not is_descriptor(value):
                    self._emit(kind, site, self._identity.number(base), key, value)
                return

    def _module(self, module: Any, name: str, key: int, site: int, kind: int) -> None:
        namespace = module_namespace(module)
        value = namespace.get(name, MISSING)
        if kind == READ and (id(type(value)) in _CODE_TYPES or self._is_code(value)):
            return
        self._emit(kind, site, self._identity.module(namespace), key, value)

    def _is_code(self, value: object) -> bool:
        return self._types.info(type(value)).kind in (ObjectKind.CLASS, ObjectKind.MODULE)

    def _emit(self, kind: int, site: int, number: int, key: int, value: object) -> None:
        if value is MISSING:
            self._record((kind, get_ident(), site, number, key, ABSENT, 0, 0))
            return
        column = self._value(value)
        if column & 7 == 4 and column >> 3 in self._identity.unnamed:
            self._identity.keep(column >> 3, number, key)
        self._record((kind, get_ident(), site, number, key, column, 0, 0))


def attribute_hooks(recorder: Recorder) -> dict[str, Callable[..., Any]]:
    attributes = Attributes(recorder)
    cells = _SiteCells(recorder)
    recorder.attribute_cells = cells
    fail = recorder.fail
    access, plan_of, dynamic = attributes.access, attributes.plan, attributes.dynamic

    def other(obj: Any, site: int, kind: int) -> Any:
        try:
            name, key, plans = cells[site]
            plan = plans.get(id(type(obj)))
            if plan is None:
                plan = plans[id(type(obj))] = plan_of(obj, name)
                cells.plain[site][id(type(obj))] = (name, key) if plan == PLAIN else None
            access(plan, obj, name, key, site, kind)
        except Exception as error:
            fail(error)
        return obj

    def deleted(obj: Any, site: int) -> Any:
        try:
            other(obj, site, WRITE)
        except Exception as error:
            fail(error)
        return obj

    def dynamic_read(obj: Any, name: object, site: int) -> Any:
        try:
            dynamic(obj, name, site, READ)
        except Exception as error:
            fail(error)
        return obj

    def dynamic_wrote(result: None, obj: Any, name: object, site: int) -> None:
        try:
            dynamic(obj, name, site, WRITE)
        except Exception as error:
            fail(error)
        return result

    return {
        "_sr_read": _fast(recorder, cells, other, READ),
        "_sr_wrote": _fast(recorder, cells, other, WRITE),
        "_sr_deleted": deleted,
        "_sr_getattr": dynamic_read,
        "_sr_hasattr": dynamic_read,
        "_sr_setattr": dynamic_wrote,
        "_sr_delattr": dynamic_wrote,
    }


def _fast(
    recorder: Recorder, cells: _SiteCells, other: Callable[..., Any], kind: int
) -> Callable[[Any, int], Any]:
    """The hook that nearly every access goes through: everything is at hand, the plain case straight away."""
    put, recorded, room, fail = recorder.put, recorder.recorded, recorder.room, recorder.fail
    identity = recorder.identity
    number_of, add, unnamed, keep = identity.numbers.get, identity.add, identity.unnamed, identity.keep
    encoder_of, whole = recorder.values.encoder, int if recorder.values.whole_max else None
    plain = cells.plain
    peek = object.__getattribute__

    def hook(obj: Any, site: int) -> Any:
        try:
            cell = plain[site][id(type(obj))]
            if cell is None:
                return other(obj, site, kind)
            name, key = cell
            value = peek(obj, name)
            number = number_of(id(obj)) or add(obj)
            if type(value) is whole and not value >> _WHOLE_BITS:
                column = 2 | value << 4
            else:
                encode = encoder_of(id(type(value)))
                if encode is not None:
                    column = encode(value)
                else:
                    seen = number_of(id(value)) or add(value)
                    column = 4 | seen << 3
                    if seen in unnamed:
                        keep(seen, number, key)
            put((kind, get_ident(), site, number, key, column, 0, 0))
            if len(recorded) > room.most:
                room.make()
        except (AttributeError, KeyError):
            return other(obj, site, kind)
        except Exception as error:
            fail(error)
        return obj

    return hook
