"""Who holds which lock, from when to when."""

from __future__ import annotations

from collections.abc import Callable

from trace_reader import Trace

TraceOf = Callable[..., Trace]


def held(trace: Trace) -> list[str]:
    """Acquisitions, releases and marks in order, each with the name of the actor."""
    names, objects = trace.actors(), trace.objects()
    running: dict[int, list[int]] = {}
    out = []
    for event in trace.events:
        stack = running.setdefault(event.thread, [])
        if event.name == "begin":
            stack.append(event.actor)
        elif event.name == "end":
            stack.pop()
        elif event.name in ("acquire", "release"):
            out.append(f"{names[stack[-1]]} {event.name}")
        elif event.name == "write" and objects[event.object] == "Marks":
            out.append(f"{names[stack[-1]]} {trace.key_text(event.key)}")
    return out


HEAD = """
        import asyncio, threading
        class Marks: pass
        marks = Marks()
        def mark(name):
            setattr(marks, name, 1)
        async def both(one, lock):
            tasks = [asyncio.create_task(one(lock), name=name) for name in ('A', 'B')]
            for task in tasks:
                await task
"""

INSIDE = ["A acquire", "A in", "A release", "B acquire", "B in", "B release"]


def lock_kinds(trace: Trace) -> list[tuple[int, int]]:
    return [(event.lock_kind, event.permits) for event in trace.of("lock")]


def test_a_lock(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
        async def one(lock):
            async with lock:
                await asyncio.sleep(0)
                mark('in')
        async def main():
            await both(one, asyncio.Lock())
        asyncio.run(main())
        """
    )
    assert held(trace) == INSIDE
    assert lock_kinds(trace) == [(1, 1)]
    sites = {trace.sites[event.site].expression for event in trace.of("acquire", "release")}
    assert sites == {"lock"}
    assert len(trace.of("wake")) == 1


def test_a_semaphore_that_is_handed_over(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
        async def one(lock):
            async with lock:
                await asyncio.sleep(0)
                mark('in')
        async def main():
            await both(one, asyncio.Semaphore(1))
        asyncio.run(main())
        """
    )
    assert held(trace) == INSIDE
    assert lock_kinds(trace) == [(2, 1)]


def test_a_semaphore_with_more_permits(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
        async def one(lock):
            async with lock:
                await asyncio.sleep(0)
                mark('in')
        async def main():
            await both(one, asyncio.BoundedSemaphore(2))
        asyncio.run(main())
        """
    )
    assert held(trace)[:2] == ["A acquire", "B acquire"] and lock_kinds(trace) == [(2, 2)]


def test_a_lock_taken_through_wait_for_is_the_callers(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
        async def one(lock):
            await asyncio.wait_for(lock.acquire(), 5)
            try:
                await asyncio.sleep(0)
                mark('in')
            finally:
                lock.release()
        async def main():
            await both(one, asyncio.Lock())
        asyncio.run(main())
        """
    )
    assert [act for act in held(trace) if act[:2] in ("A ", "B ")] == INSIDE


def test_a_failed_acquire_is_none(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
        async def main():
            lock = asyncio.Lock()
            await lock.acquire()
            try:
                await asyncio.wait_for(lock.acquire(), 0.001)
            except asyncio.TimeoutError:
                mark('late')
            lock.release()
        asyncio.run(main())
        """
    )
    assert held(trace) == ["Task-1 acquire", "Task-1 late", "Task-1 release"]


def test_a_condition_gives_its_lock_away_while_it_waits(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
        async def waiter(condition):
            async with condition:
                await condition.wait()
                mark('in')
        async def main():
            condition = asyncio.Condition()
            task = asyncio.create_task(waiter(condition), name='A')
            await asyncio.sleep(0)
            async with condition:
                condition.notify()
                mark('out')
            await task
        asyncio.run(main())
        """
    )
    main = ["Task-1 acquire", "Task-1 out", "Task-1 release"]
    assert held(trace) == ["A acquire", "A release", *main, "A acquire", "A in", "A release"]


def test_locks_of_threads(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
        def one(lock, other, condition):
            with lock:
                mark('a')
            if other.acquire(timeout=1):
                mark('b')
                other.release()
            assert not lock.acquire(blocking=False) if lock.locked() else True
            with condition:
                condition.wait(0.001)
                mark('c')
        def main():
            thread = threading.Thread(target=one, args=(threading.Lock(), threading.RLock(), threading.Condition()))
            thread.name = 'T'
            thread.start()
            thread.join()
        main()
        """
    )
    acts = [act.removeprefix("T ") for act in held(trace)]
    assert acts == [
        *("acquire", "a", "release"),
        *("acquire", "b", "release"),
        *("acquire", "release", "acquire", "c", "release"),
    ]
    assert lock_kinds(trace) == [(3, 1), (4, 1), (4, 1)]


def test_what_is_made_of_asyncios_own(trace_of: TraceOf) -> None:
    """Classes that derive from a lock or have one, methods that go through others, and a lock that is awaited for long."""
    trace = trace_of(
        HEAD
        + """
        import contextlib
        class Derived(asyncio.Lock):
            async def acquire(self):
                await asyncio.sleep(0)
                return await super().acquire()
        class Counted(asyncio.BoundedSemaphore):
            def release(self):
                self.releases = getattr(self, 'releases', 0) + 1
                super().release()
        class Around:
            def __init__(self):
                self._inner = asyncio.Lock()
            async def __aenter__(self):
                await self._inner.acquire()
            async def __aexit__(self, *_):
                self._inner.release()
        inner = asyncio.Lock()
        class Managed:
            @contextlib.asynccontextmanager
            async def entered(self):
                async with inner:
                    yield
            async def __aenter__(self):
                manager = self.entered()
                await manager.__aenter__()
                self.manager = manager
            async def __aexit__(self, *exc):
                await self.manager.__aexit__(*exc)
        async def one(lock):
            async with lock:
                await asyncio.sleep(0)
                mark('in')
        async def main():
            for lock in (Derived(), Counted(1), Around(), Managed()):
                await both(one, lock)
        asyncio.run(main())
        """
    )
    assert held(trace) == INSIDE * 4
    assert lock_kinds(trace) == [(1, 1), (1, 1), (2, 1), (1, 1)]
