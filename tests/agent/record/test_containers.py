"""Which method and which operator reads or writes which cell of a container."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from trace_reader import Trace

TraceOf = Callable[..., Trace]
ABSENT, THERE, UNKNOWN = ("absent",), ("constant",), ("unknown",)

# For each line of code: what it reads and writes, as (operation, key, value).
R, W, S = "read", "write", "structure"
CASES: dict[str, dict[str, list[tuple[str, Any, Any]]]] = {
    "dict(a=1)": {
        "x.update(a=2, b=len('xy'))": [(W, "'a'", 2), (W, "'b'", 2), (W, S, 2)],
        "x.update(c=3)": [(W, "'c'", 3), (W, S, 3)],
        "x.update([], d=1)": [(W, S, UNKNOWN)],
    },
    "collections.OrderedDict(a=1, b=2, c=3, d=4, e=5)": {
        "x.move_to_end('d')": [(W, S, UNKNOWN)],
        "x.popitem()": [(R, S, UNKNOWN), (W, "'d'", ABSENT), (W, S, 4)],
        "x.popitem(last=False)": [(R, S, UNKNOWN), (W, "'a'", ABSENT), (W, S, 3)],
        "x.popitem(False)": [(R, S, UNKNOWN), (W, "'b'", ABSENT), (W, S, 2)],
        "x.popitem(last=1)": [(R, S, UNKNOWN), (W, "'e'", ABSENT), (W, S, 1)],
    },
    "{'a': 1, 2: 20}": {
        "x['a']": [(R, "'a'", 1)],
        "x['b'] = 5": [(W, "'b'", 5), (W, S, 3)],
        "x['a'] = 6": [(W, "'a'", 6)],
        "x['a'] += 1": [(R, "'a'", 6), (W, "'a'", 7)],
        "x[True] = 8": [(W, 1, 8), (W, S, 4)],
        "x[1.0]": [(R, 1, 8)],
        "del x[1]": [(W, 1, ABSENT), (W, S, 3)],
        "'a' in x": [(R, "'a'", THERE)],
        "'z' not in x": [(R, "'z'", ABSENT)],
        "x.get('z')": [(R, "'z'", ABSENT)],
        "x.get(2)": [(R, 2, 20)],
        "x.setdefault(2, 9)": [(R, 2, 20)],
        "x.setdefault(3, 9)": [(R, 3, ABSENT), (W, 3, UNKNOWN), (W, S, 4)],
        "x.pop(3)": [(R, 3, 9), (W, 3, ABSENT), (W, S, 3)],
        "x.pop(3, None)": [(R, 3, ABSENT)],
        "x.popitem()": [(R, S, UNKNOWN), (W, "'b'", ABSENT), (W, S, 2)],
        "len(x)": [(R, S, 2)],
        "bool(0) or (x and 1)": [(R, S, 2)],
        "list(x)": [(R, S, UNKNOWN)],
        "list(x.items())": [(R, S, UNKNOWN)],
        "[k for k in x]": [(R, S, UNKNOWN)],
        "x.clear()": [(W, "'a'", ABSENT), (W, 2, ABSENT), (W, S, 0)],
        "x.clear() ": [(W, S, 0)],
        "x[('t', 1)] = None": [(W, "('t', 1)", None), (W, S, 1)],
    },
    "[10, 20, 30]": {
        "x[0]": [(R, 0, 10)],
        "x[-1]": [(R, 2, 30)],
        "x[-1] = 5": [(W, 2, 5)],
        "x[0] += 1": [(R, 0, 10), (W, 0, 11)],
        "x[0:2]": [(R, S, UNKNOWN)],
        "x[0:2] = [1, 2]": [(W, S, UNKNOWN)],
        "x.append(4)": [(W, S, 4)],
        "x.pop()": [(R, S, 4), (W, S, 3)],
        "20 in x": [(R, S, UNKNOWN)],
        "x.sort()": [(W, S, UNKNOWN)],
        "x.extend((1, 2))": [(W, S, UNKNOWN)],
        "x.index(5)": [(R, S, UNKNOWN)],
        "del x[0]": [(W, S, UNKNOWN)],
        "x.remove(5)": [(R, S, UNKNOWN), (W, S, UNKNOWN)],
        "x.clear()": [(W, S, 0)],
        "x and 1": [(R, S, 0)],
    },
    "[3, 1, 2]": {
        "heapq.heapify(x)": [(W, S, UNKNOWN)],
        "heapq.heappush(x, 0)": [(W, S, 4)],
        "heapq.heappop(x)": [(R, S, 4), (W, S, 3)],
        "heapq.heapreplace(x, 9)": [(R, S, UNKNOWN), (W, S, UNKNOWN)],
        "insort(x, 9)": [(W, S, 4)],
    },
    "{1, 'a'}": {
        "'a' in x": [(R, "'a'", THERE)],
        "x.add('b')": [(W, "'b'", THERE), (W, S, 3)],
        "x.add('b') ": [(W, "'b'", THERE)],
        "x.discard('c')": [(W, "'c'", ABSENT)],
        "x.discard('b')": [(W, "'b'", ABSENT), (W, S, 2)],
        "x.remove('a')": [(R, "'a'", THERE), (W, "'a'", ABSENT), (W, S, 1)],
        "x.pop()": [(R, S, 1), (W, S, 0)],
        "x.update((1, 2))": [(W, S, UNKNOWN)],
        "len(x)": [(R, S, 2)],
        "x.union((5,))": [(R, S, UNKNOWN)],
        "x.intersection_update((1,))": [(R, S, UNKNOWN), (W, S, UNKNOWN)],
        "x.clear()": [(W, 1, ABSENT), (W, S, 0)],
    },
    "collections.deque([1, 2])": {
        "x.append(3)": [(W, S, 3)],
        "x.popleft()": [(R, S, 3), (W, S, 2)],
        "x[-1]": [(R, 1, 3)],
        "x and 1": [(R, S, 2)],
        "x.rotate(1)": [(W, S, UNKNOWN)],
        "x.clear()": [(W, S, 0)],
    },
    "collections.defaultdict(list)": {
        "x['k']": [(R, "'k'", ABSENT), (W, "'k'", UNKNOWN), (W, S, 1)],
        "x['k'] = 1": [(W, "'k'", 1)],
    },
    "collections.OrderedDict(a=1)": {
        "x['a']": [(R, "'a'", 1)],
        "x.move_to_end('a')": [(W, S, UNKNOWN)],
        "x.pop('a')": [(R, "'a'", 1), (W, "'a'", ABSENT), (W, S, 0)],
    },
    "collections.Counter()": {"x['a'] += 1": [(R, "'a'", ABSENT), (W, "'a'", 1)]},
    "Own(a=1)": {
        "x.get('a')": [(R, "'a'", 1)],  # Inherited from dict.
        "x['a']": [],  # Its own.
        "len(x)": [(R, S, 1)],
    },
}


@pytest.mark.parametrize("made", CASES)
def test_cells(made: str, trace_of: TraceOf) -> None:
    lines = "\n".join(f"            {line.strip()}" for line in CASES[made])
    trace = trace_of(
        f"""
        import collections, heapq
        from bisect import insort
        class Own(dict):
            def __getitem__(self, key): return 0
        class Holder: pass
        def work():
            holder = Holder()
            holder.x = x = {made}
{lines}
        work()
        """
    )
    [number] = [event.object for event in trace.of("keep")]
    by_line: dict[int, list[tuple[str, Any, Any]]] = {}
    for event in trace.of("read", "write"):
        if event.object == number:
            found = (event.name, trace.key_text(event.key), trace.value_of(event.value))
            by_line.setdefault(trace.sites[event.site].line, []).append(found)
    shown = {line: by_line.get(10 + index, []) for index, line in enumerate(CASES[made])}
    assert shown == CASES[made]


def test_containers_are_named_after_where_they_are_kept(trace_of: TraceOf) -> None:
    trace = trace_of(
        """
        registry = {}
        class Cache:
            def __init__(self):
                self.data = {'inner': []}
        def share(x):
            x.append(1)
        def work():
            cache = Cache()
            alias = cache.data
            alias['inner'].append(1)
            registry.setdefault('cache', cache)
            made = [1]
            share(made)
        work()
        """
    )
    names = {event.object: trace.key_text(event.key) for event in trace.of("keep")}
    assert sorted(map(str, names.values())) == ["'inner'", "data", "registry"]
    [local] = trace.of("local")
    assert (trace.strings[local.string], trace.functions[local.function].name, local.line) == (
        "made",
        "work",
        13,
    )


def test_a_queue_that_refuses_is_asked(trace_of: TraceOf) -> None:
    trace = trace_of(
        """
        import asyncio
        async def work():
            queue = asyncio.Queue(1)
            for call in (lambda: queue.get_nowait(), lambda: queue.put_nowait(1), lambda: queue.put_nowait(2)):
                try:
                    call()
                except (asyncio.QueueEmpty, asyncio.QueueFull):
                    pass
        asyncio.run(work())
        """
    )
    accesses = [access for access in trace.accesses() if access[1] == "Queue"]
    assert accesses == [("read", "Queue", S, 0), ("write", "Queue", S, 1), ("read", "Queue", S, 1)]


def test_queues_events_and_futures(trace_of: TraceOf) -> None:
    trace = trace_of(
        """
        import asyncio
        async def work():
            queue, event = asyncio.Queue(), asyncio.Event()
            future = asyncio.get_running_loop().create_future()
            queue.empty()
            await queue.put(1)
            queue.qsize()
            await queue.get()
            event.is_set()
            event.set()
            event.is_set()
            event.clear()
            future.done()
            future.set_result(1)
            future.done()
        asyncio.run(work())
        """
    )
    assert [access for access in trace.accesses("work") if access[1] == "Queue"] == [
        ("read", "Queue", S, 0),
        ("write", "Queue", S, 1),
        ("read", "Queue", S, 1),
        ("write", "Queue", S, 0),
    ]
    flags = [access[::3] for access in trace.accesses("work") if access[1:3] == ("Event", "flag")]
    assert flags == [("read", False), ("write", True), ("read", True), ("write", False)]
    states = [access[::3] for access in trace.accesses("work") if access[2] == "state"]
    assert states == [("read", False), ("write", True), ("read", True)]
