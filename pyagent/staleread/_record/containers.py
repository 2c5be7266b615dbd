"""Which method of which built-in type reads or writes which cell.

In: a method call that is about to happen: the object, its first argument, the site. Out: accesses. One row
a method; the rows are looked up by the kind of object, so a `get` of a dict and a `get` of a queue never
meet.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from staleread._record.completions import TASKS, is_done
from staleread._record.items import UNSEEN, Items
from staleread._record.kinds import MISSING
from staleread._trace.events import (
    ABSENT,
    FALSE,
    OTHER_CONSTANT,
    READ,
    TRUE,
    WRITE,
    ObjectKind,
    attribute_key,
)

Action = Callable[[Items, Any, Any, int], None]
"""Called with the object, the first argument (`MISSING` where there is none) and the site."""

_KEYS_MAX: Final = 64


def _length(items: Items, obj: Any) -> int:
    length = items.info(type(obj)).length
    return 0 if length is None else length(obj)


def reads(items: Items, obj: Any, key: Any, site: int) -> None:
    items.structure(READ, site, obj)


def writes(items: Items, obj: Any, key: Any, site: int) -> None:
    items.structure(WRITE, site, obj)


def grows(items: Items, obj: Any, key: Any, site: int) -> None:
    items.structure(WRITE, site, obj, _length(items, obj) + 1)


def takes(items: Items, obj: Any, key: Any, site: int) -> None:
    """Which element comes depends on what is in there."""
    length = _length(items, obj)
    items.structure(READ, site, obj, length)
    if length:
        items.structure(WRITE, site, obj, length - 1)


def empties(items: Items, obj: Any, key: Any, site: int) -> None:
    """Told also where there is nothing in it: by its value that is seen to change nothing."""
    items.structure(WRITE, site, obj, 0)


def reads_and_writes(items: Items, obj: Any, key: Any, site: int) -> None:
    items.structure(READ, site, obj)
    items.structure(WRITE, site, obj)


# dict


def dict_get(items: Items, obj: Any, key: Any, site: int) -> None:
    if key is not MISSING:
        items.read_key(obj, key, site)


def dict_contains(items: Items, obj: Any, key: Any, site: int) -> None:
    if key is not MISSING:
        items.membership(dict, obj, key, site)


def dict_set(items: Items, obj: Any, key: Any, site: int) -> None:
    if key is not MISSING:
        items.write_key(obj, key, site, UNSEEN)


def dict_delete(items: Items, obj: Any, key: Any, site: int) -> None:
    if key is not MISSING:
        items.remove_key(obj, key, site)


def dict_pop(items: Items, obj: Any, key: Any, site: int) -> None:
    if key is not MISSING and items.read_key(obj, key, site):
        items.remove_key(obj, key, site)


def dict_setdefault(items: Items, obj: Any, key: Any, site: int) -> None:
    if key is not MISSING and not items.read_key(obj, key, site):
        items.write_key(obj, key, site, UNSEEN)


def dict_popitem(items: Items, obj: Any, key: Any, site: int) -> None:
    """Of an `OrderedDict` the argument is `last`, and the order another one than that of the dict it derives from."""
    items.structure(READ, site, obj)
    if not dict.__len__(obj):
        return
    if not isinstance(obj, OrderedDict):
        items.remove_key(obj, next(dict.__reversed__(obj)), site)
    elif type(key) in (bool, int) and not key:
        items.remove_key(obj, next(OrderedDict.__iter__(obj)), site)
    else:
        items.remove_key(obj, next(OrderedDict.__reversed__(obj)), site)


def dict_clear(items: Items, obj: Any, key: Any, site: int) -> None:
    if dict.__len__(obj) <= _KEYS_MAX:
        for present in list(dict.keys(obj)):
            items.emit(WRITE, site, *items.cell(obj, present), ABSENT)
    empties(items, obj, key, site)


def dict_update(items: Items, obj: Any, key: Any, site: int) -> None:
    if type(key) is dict and len(key) <= _KEYS_MAX:
        for new, value in list(key.items()):
            items.write_key(obj, new, site, value)
    else:
        items.structure(WRITE, site, obj)


# set


def set_add(items: Items, obj: Any, key: Any, site: int) -> None:
    if key is MISSING:
        return
    number, column = items.cell(obj, key)
    new = not items.peekable(key) or not set.__contains__(obj, key)
    items.emit(WRITE, site, number, column, OTHER_CONSTANT)
    if new:
        items.structure(WRITE, site, obj, set.__len__(obj) + 1)


def set_discard(items: Items, obj: Any, key: Any, site: int) -> None:
    if key is MISSING:
        return
    number, column = items.cell(obj, key)
    present = not items.peekable(key) or set.__contains__(obj, key)
    items.emit(WRITE, site, number, column, ABSENT)
    if present:
        items.structure(WRITE, site, obj, set.__len__(obj) - 1)


def set_clear(items: Items, obj: Any, key: Any, site: int) -> None:
    if set.__len__(obj) <= _KEYS_MAX:
        for present in list(set.__iter__(obj)):
            items.emit(WRITE, site, *items.cell(obj, present), ABSENT)
    empties(items, obj, key, site)


def set_remove(items: Items, obj: Any, key: Any, site: int) -> None:
    """Unlike `discard` it fails where the element is not there, which is a check."""
    if key is not MISSING and items.membership(set, obj, key, site):
        set_discard(items, obj, key, site)


# queues, events, futures


def _refused(state: str) -> Action:
    """What goes well is seen where the queue does it; what is about to fail, because of how long the queue is, here."""

    def access(items: Items, obj: Any, key: Any, site: int) -> None:
        inherits = items.info(type(obj)).inherits
        known = isinstance(obj, asyncio.Queue) and all(map(inherits, ("_init", "qsize", state)))
        if known and getattr(asyncio.Queue, state)(obj):
            items.structure(READ, site, obj, asyncio.Queue.qsize(obj))

    return access


def queue_asked(items: Items, obj: Any, key: Any, site: int) -> None:
    inherits = items.info(type(obj)).inherits
    known = isinstance(obj, asyncio.Queue) and inherits("_init") and inherits("qsize")
    items.structure(READ, site, obj, asyncio.Queue.qsize(obj) if known else None)


def _flag(kind: int, name: str, value: int) -> Action:
    def access(items: Items, obj: Any, key: Any, site: int) -> None:
        items.emit(kind, site, items.number(obj), attribute_key(items.string(name)), value)

    return access


def event_is_set(items: Items, obj: Any, key: Any, site: int) -> None:
    is_set = bool(type(obj).is_set(obj))
    _flag(READ, "flag", TRUE if is_set else FALSE)(items, obj, key, site)
    if is_set:
        items.completions.receive(obj)


def future_asked(items: Items, obj: Any, key: Any, site: int) -> None:
    _flag(READ, "state", TRUE if is_done(obj) else FALSE)(items, obj, key, site)
    items.completions.received(obj)


def future_completed(items: Items, obj: Any, key: Any, site: int) -> None:
    if is_done(obj) or isinstance(obj, TASKS):  # A task only ends by itself, also when it is asked to.
        return
    _flag(WRITE, "state", TRUE)(items, obj, key, site)
    items.completions.complete(obj)


def _rows(action: Action, names: str) -> dict[str, Action]:
    return dict.fromkeys(names.split(), action)


METHODS: Final[dict[int, dict[str, Action]]] = {
    ObjectKind.DICT: {
        **_rows(dict_get, "get __getitem__"),
        **_rows(dict_contains, "__contains__"),
        **_rows(dict_set, "__setitem__"),
        **_rows(dict_delete, "__delitem__"),
        **_rows(dict_pop, "pop"),
        **_rows(dict_setdefault, "setdefault"),
        **_rows(dict_popitem, "popitem"),
        **_rows(dict_clear, "clear"),
        **_rows(dict_update, "update"),
        **_rows(writes, "move_to_end subtract"),
        **_rows(reads, "keys values items copy __len__ __iter__ most_common elements"),
    },
    ObjectKind.LIST: {
        **_rows(grows, "append insert"),
        **_rows(writes, "extend sort reverse __setitem__ __delitem__"),
        **_rows(takes, "pop"),
        **_rows(empties, "clear"),
        **_rows(reads_and_writes, "remove"),
        **_rows(reads, "index count copy __len__ __iter__ __contains__ __getitem__"),
    },
    ObjectKind.SET: {
        **_rows(set_add, "add"),
        **_rows(set_discard, "discard"),
        **_rows(set_remove, "remove"),
        **_rows(takes, "pop"),
        **_rows(set_clear, "clear"),
        **_rows(writes, "update"),
        **_rows(reads_and_writes, "difference_update intersection_update symmetric_difference_update"),
        **_rows(
            reads, "copy union difference intersection symmetric_difference issubset issuperset isdisjoint"
        ),
        **_rows(reads, "__len__ __iter__"),
    },
    ObjectKind.DEQUE: {
        **_rows(grows, "append appendleft insert"),
        **_rows(writes, "extend extendleft reverse rotate __setitem__ __delitem__"),
        **_rows(takes, "pop popleft"),
        **_rows(empties, "clear"),
        **_rows(reads_and_writes, "remove"),
        **_rows(reads, "index count copy __len__ __iter__ __contains__ __getitem__"),
    },
    ObjectKind.QUEUE: {
        **_rows(queue_asked, "empty full qsize"),
        "get_nowait": _refused("empty"),
        "put_nowait": _refused("full"),
    },
    ObjectKind.EVENT: {
        **_rows(event_is_set, "is_set"),
        **_rows(_flag(WRITE, "flag", TRUE), "set"),
        **_rows(_flag(WRITE, "flag", FALSE), "clear"),
    },
    ObjectKind.FUTURE: {
        **_rows(future_asked, "done cancelled result exception"),
        **_rows(future_completed, "set_result set_exception cancel"),
    },
}

FUNCTIONS: Final[dict[str, Action]] = {
    **_rows(grows, "heappush insort insort_left insort_right"),
    **_rows(takes, "heappop"),
    **_rows(reads_and_writes, "heapreplace heappushpop"),
    **_rows(writes, "heapify shuffle"),
}
"""Functions of the standard library that change the list which is their first argument."""
