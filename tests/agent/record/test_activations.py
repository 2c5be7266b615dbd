"""Which call of which function, from which site, and what it awaits."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from trace_reader import Event, Trace

TraceOf = Callable[..., Trace]


def site_text(trace: Trace, number: int) -> str:
    return trace.sites[number].expression if number else ""


def entered(trace: Trace) -> list[tuple[str, str]]:
    return [
        (trace.functions[event.function].name, site_text(trace, event.site)) for event in trace.of("enter")
    ]


def test_callers(trace_of: TraceOf) -> None:
    trace = trace_of(
        """
        import asyncio
        class Pool:
            def __init__(self):
                self.used = 0
            def _free(self):
                return 10 - self.used
            @property
            def size(self):
                return self.used
            async def take(self):
                if self._free() <= 0:
                    return None
                self.used = self.size + 1
                await self.log(self.used)
                return self.used
            async def log(self, value):
                self.last = value
                await asyncio.sleep(0)
        async def main():
            pool = Pool()
            await pool.take()
            await asyncio.create_task(pool.take(), name='second')
        asyncio.run(main())
        """
    )
    first = [
        ("main", ""),
        ("Pool.__init__", "Pool()"),
        ("Pool.take", "await pool.take()"),
        ("Pool._free", "self._free()"),
        ("Pool.size", "self.size"),
        ("Pool.log", "await self.log(self.used)"),
    ]
    second = [("Pool.take", ""), *first[3:]]
    assert entered(trace) == first + second
    assert len(trace.of("leave")) == len(first + second)
    spawned = [event for event in trace.of("actor") if trace.strings[event.string] == "second"]
    # By line alone, as Python 3.10 tells it, this is the await around it.
    sites = [site_text(trace, event.site).removeprefix("await ") for event in spawned]
    assert sites == ["asyncio.create_task(pool.take(), name='second')"]
    assert [trace.functions[event.function].name for event in spawned] == ["Pool.take"]


def test_an_exception_leaves_too(trace_of: TraceOf) -> None:
    trace = trace_of(
        """
        class Box: pass
        box = Box()
        def inner():
            box.value = 1
            raise ValueError
        def outer():
            try:
                inner()
            except ValueError:
                box.value = 2
        outer()
        """
    )
    names = [event.name for event in trace.events if event.name in ("enter", "leave", "write")]
    assert names == ["enter", "enter", "write", "leave", "write", "leave"]


def test_generators(trace_of: TraceOf) -> None:
    trace = trace_of(
        """
        import asyncio
        class Box: pass
        box = Box()
        def numbers():
            for number in (1, 2):
                box.value = number
                yield number
        async def letters():
            try:
                for letter in 'ab':
                    box.letter = letter
                    await asyncio.sleep(0)
                    yield letter
            finally:
                box.done = True
        async def main():
            first, second = numbers(), numbers()
            for _ in range(3):
                next(first, None)
                next(second, None)
            async for letter in letters():
                pass
        asyncio.run(main())
        """
    )
    stacks: dict[int, list[str]] = {}
    for event in trace.of("enter", "pause", "resume", "leave"):
        if event.activation:
            stacks.setdefault(event.activation, []).append(event.name)
    whole = ["enter", "pause", "resume", "pause", "resume", "leave"]
    assert list(stacks.values()) == [whole] * 3
    letters = [number for number, events in stacks.items()][2]
    function = next(event.function for event in trace.of("enter") if event.activation == letters)
    assert trace.functions[function].name == "letters"


def test_awaits_come_before_what_suspends(trace_of: TraceOf) -> None:
    trace = trace_of(
        """
        import asyncio
        class Manager:
            async def __aenter__(self):
                await asyncio.sleep(0)
            async def __aexit__(self, *_):
                pass
        async def main():
            await asyncio.sleep(0)
            async with Manager():
                pass
        asyncio.run(main())
        """
    )
    main = next(event.actor for event in trace.of("actor") if trace.strings[event.string] == "Task-1")
    last = ""
    before_end: list[str] = []
    running: list[int] = []
    for event in trace.events:
        if event.name == "begin":
            running.append(event.actor)
        elif event.name == "await":
            last = site_text(trace, event.site)
        elif event.name == "end" and running.pop() == main:
            before_end.append(last)
    assert before_end[:2] == ["await asyncio.sleep(0)", "await asyncio.sleep(0)"]
    assert [site_text(trace, event.site) for event in trace.of("await")][1] == "Manager()"


@pytest.mark.skipif(sys.version_info < (3, 11), reason="instructions have columns since Python 3.11")
def test_calls_on_one_line(trace_of: TraceOf) -> None:
    trace = trace_of(
        """
        class Box: pass
        def one(x): x.value = 1; return x
        def two(x): x.value = 2; return x
        def work():
            two(one(Box())); two(
                one(Box()))
        work()
        """
    )
    assert [(name, "".join(site.split())) for name, site in entered(trace)] == [
        ("work", ""),
        ("one", "one(Box())"),
        ("two", "two(one(Box()))"),
        ("one", "one(Box())"),
        ("two", "two(one(Box()))"),
    ]


def test_threads_and_jobs_are_actors(trace_of: TraceOf) -> None:
    trace = trace_of(
        """
        import asyncio, threading
        class Box: pass
        box = Box()
        def job():
            box.value = 1
        async def main():
            await asyncio.to_thread(job)
            thread = threading.Thread(target=job, name='worker')
            thread.start()
            thread.join()
        asyncio.run(main())
        """
    )
    kinds = {trace.strings[event.string]: event.actor_kind for event in trace.of("actor")}
    assert (kinds["MainThread"], kinds["Task-1"], kinds["job"], kinds["worker"]) == (3, 1, 4, 3)
    by_name: dict[str, Event] = {trace.strings[event.string]: event for event in trace.of("actor")}
    for name, site in (("job", "await asyncio.to_thread(job)"), ("worker", "thread.start()")):
        assert trace.functions[by_name[name].function].name == "job"
        assert site_text(trace, by_name[name].site) == site
    assert len({event.thread for event in trace.of("write")}) == 2
