"""Which method and function names may access a container, queue, event, future or lock.

By name alone: the hook decides at run time, by the exact type, whether it really is such an access.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from .sites import DELETE, READ, UPDATE, WRITE


@dataclass(frozen=True)
class Method:
    operation: int
    keyed: bool = False
    """Whether the hook must see the first argument: a key, an element, what a dict is updated from."""
    keyword: str = ""
    """By which name it may be given, as a constant."""


def _methods(operation: int, names: str, *, keyed: bool = False) -> dict[str, Method]:
    return {name: Method(operation, keyed) for name in names.split()}


METHODS: dict[str, Method] = {
    # dict, set, list, deque
    **_methods(READ, "get __contains__ __getitem__ index count", keyed=True),
    **_methods(UPDATE, "pop setdefault add discard remove __delitem__ move_to_end", keyed=True),
    **_methods(WRITE, "__setitem__", keyed=True),
    **_methods(READ, "keys values items copy __len__ __iter__ most_common elements"),
    **_methods(READ, "union difference intersection symmetric_difference issubset issuperset isdisjoint"),
    **_methods(WRITE, "clear"),
    **_methods(WRITE, "update", keyed=True),
    # These change what they find; nothing that was there is overwritten.
    **_methods(UPDATE, "append appendleft extend extendleft insert sort reverse rotate subtract popleft"),
    "popitem": Method(UPDATE, keyed=True, keyword="last"),
    **_methods(UPDATE, "difference_update intersection_update symmetric_difference_update"),
    # queues
    **_methods(UPDATE, "get_nowait put put_nowait task_done"),
    **_methods(READ, "empty full qsize"),
    # events, futures, tasks
    **_methods(WRITE, "set set_result set_exception cancel"),
    **_methods(READ, "is_set done result exception cancelled"),
    # locks and conditions
    **_methods(UPDATE, "acquire release notify notify_all"),
    **_methods(READ, "locked"),
}

FUNCTIONS: dict[str, frozenset[str]] = {
    "heapq": frozenset({"heappush", "heappop", "heapify", "heapreplace", "heappushpop"}),
    "bisect": frozenset({"insort", "insort_left", "insort_right"}),
    "random": frozenset({"shuffle"}),
}
"""By module: functions that change the list which is their first argument."""

REMOVING = Method(DELETE, keyed=True)
"""Takes out what must be there."""


def raises_where_absent(node: ast.Call, name: str) -> bool:
    """Whether a method that takes out a key or element minds that it is gone: `pop(k, None)` and `discard` do not."""
    return name == "remove" or (name == "pop" and len(node.args) == 1 and not node.keywords)


ITERATING: dict[str, int] = {
    "list": 0,
    "tuple": 0,
    "set": 0,
    "frozenset": 0,
    "dict": 0,
    "sorted": 0,
    "sum": 0,
    "any": 0,
    "all": 0,
    "enumerate": 0,
    "reversed": 0,
    "iter": 0,
    "min": 0,
    "max": 0,
    "zip": 0,
    "map": 1,
    "filter": 1,
}
"""Built-in functions that go through an argument from beginning to end: the position of the first such argument."""

ITERATING_ALL = frozenset({"zip", "map"})
"""Those that go through every argument from there on."""

LAZY = frozenset({"enumerate", "zip", "map", "filter", "iter"})
"""Those that take the next element only when they are asked for one."""

YIELDING_BOOL = frozenset({"isinstance", "issubclass", "callable", "hasattr", "any", "all", "bool"})
"""Built-in functions whose result is never a container."""

RUNNING = frozenset(
    "add_done_callback call_at call_later call_soon call_soon_threadsafe partial run_in_executor submit Thread Timer "
    "to_thread".split()
)
"""Calls of these names run a function that they are given, or have it run."""

CONTAINER_TYPES = frozenset({"list", "dict", "set", "deque", "defaultdict", "OrderedDict", "Counter"})
"""Calls of these names make a container."""

PRIMITIVE_TYPES = frozenset(
    {
        "Queue",
        "LifoQueue",
        "PriorityQueue",
        "Event",
        "Lock",
        "RLock",
        "Condition",
        "Semaphore",
        "BoundedSemaphore",
    }
)
"""Calls of these names most likely make a primitive of asyncio, threading or queue."""
