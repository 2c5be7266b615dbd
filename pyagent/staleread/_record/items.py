"""Hooks on what is in a container: subscripts, membership, length, truth, iteration.

In: a container, a key, the site. Out: `read` and `write` events on the key's cell and on the structure
cell. The peek uses the methods of the built-in base and only keys that compare without the program's help.
"""

from __future__ import annotations

import builtins
import gc
from _thread import get_ident
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from staleread._record.kinds import MISSING, TypeInfo
from staleread._record.recorder import Recorder
from staleread._trace.events import (
    ABSENT,
    OTHER_CONSTANT,
    READ,
    STRUCTURE,
    UNKNOWN,
    WRITE,
    ObjectKind,
    whole_key,
    whole_value,
)

_SEQUENCES = (list, deque)
_MAPPINGS: tuple[dict[Any, Any], ...] = ({}, OrderedDict())
_VIEWS = frozenset(id(type(view)) for x in _MAPPINGS for view in (x.keys(), x.values(), x.items()))
_get, _contains = dict.get, dict.__contains__
_default_factory: Any = vars(defaultdict)["default_factory"].__get__


class Items:
    """The cells of containers: shared by the hooks on subscripts and those on methods."""

    def __init__(self, recorder: Recorder) -> None:
        self.info = recorder.types.info
        self._identity = recorder.identity
        self._values = recorder.values
        self._put, self._recorded, self._room = recorder.put, recorder.recorded, recorder.room
        self.peekable = recorder.values.peekable
        self.completions = recorder.completions
        self.number = recorder.identity.number
        self._number_of, self._add = recorder.identity.numbers.get, recorder.identity.add
        self._key, self._known_key = recorder.values.key, recorder.values.key_numbers.get
        self._encoder, self._whole_max = recorder.values.encoder, recorder.values.whole_max
        self._unnamed = recorder.identity.unnamed
        self.string = recorder.tables.string

    # Single cells

    def cell(self, obj: object, key: object) -> tuple[int, int]:
        """An object's number and a key's column."""
        return self._number_of(id(obj)) or self._add(obj), self._key(key)

    def emit(self, kind: int, site: int, number: int, key: int, column: int) -> None:
        self._put((kind, get_ident(), site, number, key, column, 0, 0))
        if len(self._recorded) > self._room.most:
            self._room.make()

    def structure(self, kind: int, site: int, obj: Any, length: int | None = None) -> None:
        column = UNKNOWN if length is None or not self._whole_max else whole_value(length)
        number = self._number_of(id(obj)) or self._add(obj)
        self.emit(kind, site, number, STRUCTURE, column)

    def column(self, value: object, owner: int, key: int) -> int:
        """The value column of what a cell holds, which names it by the way."""
        if type(value) is int and 0 <= value < self._whole_max:
            return 2 | value << 4
        if value is MISSING:
            return ABSENT
        encode = self._encoder(id(type(value)))
        if encode is None:
            number = self._number_of(id(value)) or self._add(value)
            column = 4 | number << 3
        else:
            column = encode(value)
            if column & 7 != 4:
                return column
            number = column >> 3
        if number in self._unnamed:
            self._identity.keep(number, owner, key)
        return column

    # Subscripts

    def read_item(self, info: TypeInfo, obj: Any, key: Any, site: int) -> None:
        if info.base is dict:
            self.read_key(obj, key, site, inserts=isinstance(obj, defaultdict))
        elif info.base in _SEQUENCES:
            self._index(READ, obj, key, site)

    def read_key(self, obj: Any, key: Any, site: int, inserts: bool = False) -> bool:
        """Reads a dict's key; whether it is there, as far as one may look."""
        number = self._number_of(id(obj)) or self._add(obj)
        known = self._known_key(key) if type(key) is str else None
        column = self._key(key) if known is None else 2 | known << 2
        if known is None and not self.peekable(key):
            self.emit(READ, site, number, column, UNKNOWN)
            return True
        value = _get(obj, key, MISSING)
        seen = self.column(value, number, column)
        self._put((READ, get_ident(), site, number, column, seen, 0, 0))
        if len(self._recorded) > self._room.most:
            self._room.make()
        if value is MISSING and inserts and _default_factory(obj) is not None:
            self.emit(WRITE, site, number, column, UNKNOWN)
            self.structure(WRITE, site, obj, dict.__len__(obj) + 1)
        return value is not MISSING

    def write_key(self, obj: Any, key: Any, site: int, value: Any) -> None:
        """Stores under a dict's key, which is about to happen; `value` is `UNSEEN` where it is not known."""
        number = self._number_of(id(obj)) or self._add(obj)
        known = self._known_key(key) if type(key) is str else None
        column = self._key(key) if known is None else 2 | known << 2
        new = (known is not None or self.peekable(key)) and not _contains(obj, key)
        stored = UNKNOWN if value is UNSEEN else self.column(value, number, column)
        self._put((WRITE, get_ident(), site, number, column, stored, 0, 0))
        if len(self._recorded) > self._room.most:
            self._room.make()
        if new:
            self.structure(WRITE, site, obj, dict.__len__(obj) + 1)

    def remove_key(self, obj: Any, key: Any, site: int) -> None:
        """Takes a key out of a dict. One that is not there is an access all the same, which raises."""
        if self.peekable(key) and not dict.__contains__(obj, key):
            self.emit(READ, site, self._identity.number(obj), self._values.key(key), ABSENT)
            return
        self.emit(WRITE, site, self._identity.number(obj), self._values.key(key), ABSENT)
        self.structure(WRITE, site, obj, dict.__len__(obj) - 1)

    def updated_item(self, info: TypeInfo, obj: Any, key: Any, site: int) -> None:
        """After an augmented assignment."""
        if info.base is dict:
            number, column = self._identity.number(obj), self._values.key(key)
            value = dict.get(obj, key, MISSING) if self.peekable(key) else UNSEEN
            stored = UNKNOWN if value is UNSEEN else self.column(value, number, column)
            self.emit(WRITE, site, number, column, stored)
        elif info.base in _SEQUENCES:
            self._index(WRITE, obj, key, site)

    def _index(self, kind: int, obj: Any, key: Any, site: int, value: Any = None) -> None:
        """An element of a list or deque as it is now."""
        index = self.normal_index(obj, key)
        if index is None:
            self.structure(kind, site, obj)
            return
        base: Any = list if isinstance(obj, list) else deque
        number, column = self._identity.number(obj), whole_key(index)
        seen = base.__getitem__(obj, index)
        self.emit(kind, site, number, column, self.column(seen, number, column))

    def write_index(self, obj: Any, key: Any, site: int, value: Any) -> None:
        """Stores an element, which is about to happen."""
        index = self.normal_index(obj, key)
        if index is None:
            self.structure(WRITE, site, obj)
            return
        number, column = self._identity.number(obj), whole_key(index)
        stored = UNKNOWN if value is UNSEEN else self.column(value, number, column)
        self.emit(WRITE, site, number, column, stored)

    def normal_index(self, obj: Any, key: Any) -> int | None:
        if type(key) is not int and type(key) is not bool:
            return None
        size = (list if isinstance(obj, list) else deque).__len__(obj)
        index = int(key) + size if key < 0 else int(key)
        return index if 0 <= index < size else None

    # Membership

    def contains(self, info: TypeInfo, obj: Any, key: Any, site: int) -> None:
        if info.base is dict or info.base is set:
            self.membership(info.base, obj, key, site)
        elif info.base in _SEQUENCES:
            self.structure(READ, site, obj)

    def membership(self, base: Any, obj: Any, key: Any, site: int) -> bool:
        """Reads whether a key or an element is there; so says the answer, as far as one may look."""
        number, column = self._number_of(id(obj)) or self._add(obj), self._key(key)
        if type(key) is not str and not self.peekable(key):
            self.emit(READ, site, number, column, UNKNOWN)
            return True
        present = base.__contains__(obj, key)
        self.emit(READ, site, number, column, OTHER_CONSTANT if present else ABSENT)
        return bool(present)

    def has_length(self, info: TypeInfo) -> bool:
        return info.base is not None or info.kind == ObjectKind.CONTAINER


UNSEEN: Any = type("Unseen", (), {})()
"""Stands for a value that the hook is not given."""


def item_hooks(recorder: Recorder) -> dict[str, Callable[..., Any]]:
    items = Items(recorder)
    return {
        **_subscript_hooks(items, recorder.fail),
        **_whole_hooks(items, recorder),
        **_iteration_hooks(items, recorder),
    }


def _subscript_hooks(items: Items, fail: Callable[[Exception], None]) -> dict[str, Callable[..., Any]]:
    info_of, read_key, write_key = items.info, items.read_key, items.write_key

    def read(obj: Any, key: Any, site: int) -> Any:
        try:
            if type(obj) is dict:
                read_key(obj, key, site)
                return obj
            info = info_of(type(obj))
            if info.base is not None and info.inherits("__getitem__"):
                items.read_item(info, obj, key, site)
        except Exception as error:
            fail(error)
        return obj

    def store(obj: Any, key: Any, site: int, value: Any = UNSEEN) -> Any:
        try:
            if type(obj) is dict:
                write_key(obj, key, site, value)
                return obj
            info = info_of(type(obj))
            if info.base is not None and info.inherits("__setitem__"):
                write = items.write_key if info.base is dict else items.write_index
                write(obj, key, site, value)
        except Exception as error:
            fail(error)
        return obj

    def updated(obj: Any, key: Any, site: int) -> Any:
        try:
            info = info_of(type(obj))
            if info.base is not None and info.inherits("__setitem__"):
                items.updated_item(info, obj, key, site)
        except Exception as error:
            fail(error)
        return obj

    def delete(obj: Any, key: Any, site: int) -> Any:
        try:
            info = info_of(type(obj))
            if info.base is dict and info.inherits("__delitem__"):
                items.remove_key(obj, key, site)
            elif info.base is not None and info.inherits("__delitem__"):
                items.structure(WRITE, site, obj)
        except Exception as error:
            fail(error)
        return obj

    return {
        "_sr_item": read,
        "_sr_set_item": store,
        "_sr_updated_item": updated,
        "_sr_del_item": delete,
    }


def _whole_hooks(items: Items, recorder: Recorder) -> dict[str, Callable[..., Any]]:
    fail, emit = recorder.fail, items.emit
    info_of, known = recorder.types.info, recorder.types.known.get
    number_of, add = recorder.identity.numbers.get, recorder.identity.add
    tells_numbers = recorder.values.whole_max > 0

    def contains(obj: Any, key: Any, site: int) -> Any:
        try:
            info = info_of(type(obj))
            if info.base is not None and info.inherits("__contains__"):
                items.contains(info, obj, key, site)
        except Exception as error:
            fail(error)
        return obj

    def sized(obj: Any, site: int) -> Any:
        try:
            info = known(id(type(obj))) or info_of(type(obj))
            if info.length is not None:
                number = number_of(id(obj)) or add(obj)
                column = 2 | info.length(obj) << 4 if tells_numbers else UNKNOWN
                emit(READ, site, number, STRUCTURE, column)
            elif info.kind == ObjectKind.CONTAINER:
                items.structure(READ, site, obj)
        except Exception as error:
            fail(error)
        return obj

    def changed(obj: Any, site: int) -> Any:
        try:
            if items.has_length(info_of(type(obj))):
                items.structure(WRITE, site, obj)
        except Exception as error:
            fail(error)
        return obj

    return {
        "_sr_contains": contains,
        "_sr_len": sized,
        "_sr_truth": sized,
        "_sr_changed": changed,
    }


def _iteration_hooks(items: Items, recorder: Recorder) -> dict[str, Callable[..., Any]]:
    record, fail = recorder.record, recorder.fail
    info_of, known = recorder.types.info, recorder.types.known.get
    number_of, add = recorder.identity.numbers.get, recorder.identity.add

    def iterated(obj: Any, site: int) -> Any:
        try:
            info = known(id(type(obj))) or info_of(type(obj))
            if info.base is not None or info.kind == ObjectKind.CONTAINER:
                record((READ, get_ident(), site, number_of(id(obj)) or add(obj), STRUCTURE, UNKNOWN, 0, 0))
        except Exception as error:
            fail(error)
        return obj

    def iterated_on(obj: Any, site: int, goes_on: int) -> Any:
        try:
            container = _behind(obj)
            iterated(container, site)
            info = info_of(type(container))
            if info.base is not None and info.inherits("__iter__"):
                number = number_of(id(container)) or add(container)
                return _telling(obj, reading(goes_on, number))
        except Exception as error:
            fail(error)
        return obj

    def reading(site: int, number: int) -> Callable[[], None]:
        def read() -> None:
            try:
                if _builtins.get("_sr_iter_on") is iterated_on:  # A loop may outlast the recording.
                    record((READ, get_ident(), site, number, STRUCTURE, UNKNOWN, 0, 0))
            except Exception as error:
                fail(error)

        return read

    return {"_sr_iter": iterated, "_sr_iter_on": iterated_on}


_builtins = vars(builtins)
_nothing_more: Any = object()
_second: Any = {}.get
"""Returns its second argument, and leaves no frame in a traceback."""


def _behind(obj: Any) -> Any:
    """The dict that a view shows, or else the object itself."""
    return gc.get_referents(obj)[0] if id(type(obj)) in _VIEWS else obj


def _telling(obj: Any, tell: Callable[[], None]) -> Iterator[Any]:
    """An iterator over an object that calls `tell` each time before it takes an element, but for the first."""
    return map(_second, chain((None,), iter(tell, _nothing_more)), obj)
