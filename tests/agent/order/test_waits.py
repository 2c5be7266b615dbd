"""Who waits for an event or a condition, how the wait ends, and who is told."""

from __future__ import annotations

from recording import TraceOf
from trace_reader import Trace

HEAD = """
        import asyncio, threading, time
"""


def waits(trace: Trace) -> list[str]:
    """Each wait with the source of its site, each end of one with how it ended, each notify with how many it wakes."""
    out = []
    for event in trace.of("wait", "woken", "notify"):
        if event.name == "woken":
            out.append({1: "woken", 2: "given up", 3: "at once"}[event.how])
            continue
        place = trace.sites[event.site].expression if event.site else "?"
        out.append(
            f"wait {place}" if event.name == "wait" else f"notify {place} {event.waiters}",
        )
    return out


def names(trace: Trace) -> set[str]:
    """The classes of what was waited for or notified; each is declared."""
    objects = trace.objects()
    return {objects[event.object] for event in trace.of("wait", "woken", "notify")}


def test_an_event(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
        class Gate:
            def __init__(self):
                self.open = asyncio.Event()
            async def pass_through(self):
                await self.open.wait()
        async def main():
            gate = Gate()
            task = asyncio.create_task(gate.pass_through())
            await asyncio.sleep(0)
            gate.open.set()
            await task
            await gate.pass_through()
        asyncio.run(main())
        """
    )
    assert waits(trace) == ["wait await self.open.wait()", "woken", "at once"]
    assert names(trace) == {"Event"}
    [wait] = trace.of("wait")
    assert wait.object in {event.object for event in trace.of("keep")}


def test_a_future_that_is_kept_somewhere(trace_of: TraceOf) -> None:
    """Of others, and of those that are done already, nothing is told."""
    trace = trace_of(
        HEAD
        + """
        class Stream:
            def __init__(self):
                self.waiter = asyncio.get_running_loop().create_future()
            async def read(self):
                await self.waiter
            async def read_soon(self):
                await asyncio.wait_for(self.waiter, 5)
        async def main():
            stream = Stream()
            tasks = [asyncio.create_task(stream.read()), asyncio.create_task(stream.read_soon())]
            await asyncio.sleep(0)
            stream.waiter.set_result(None)
            for task in tasks:
                await task
            await stream.read()
            await asyncio.gather(stream.read())
        asyncio.run(main())
        """
    )
    assert waits(trace) == ["wait await self.waiter", "wait await asyncio.wait_for(self.waiter, 5)"]
    assert names(trace) == {"Future"}


def test_a_wait_that_never_ends(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
        async def main():
            task = asyncio.create_task(asyncio.Event().wait())
            await asyncio.sleep(0)
            import os; os._exit(0)
        asyncio.run(main())
        """
    )
    assert waits(trace) == ["wait asyncio.create_task(asyncio.Event().wait())"]


def test_cancelled_timed_out_closed(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
        async def cancelled(event):
            task = asyncio.create_task(event.wait())
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
        async def timed_out(event):
            try:
                await asyncio.wait_for(event.wait(), 0.01)
            except asyncio.TimeoutError:
                pass
        async def within_handler(event):
            try:
                raise ValueError
            except ValueError:
                await event.wait()
        async def main():
            event = asyncio.Event()
            await cancelled(event)
            await timed_out(event)
            task = asyncio.create_task(within_handler(event))
            await asyncio.sleep(0)
            event.set()
            await task
        asyncio.run(main())
        """
    )
    how = [line for line in waits(trace) if not line.startswith("wait")]
    assert how == ["given up", "given up", "woken"]
    assert waits(trace)[2] == "wait await asyncio.wait_for(event.wait(), 0.01)"


def test_wait_for_names_the_awaiting_frame(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
        async def main():
            event = asyncio.Event()
            asyncio.get_running_loop().call_later(0.01, event.set)
            await asyncio.wait_for(event.wait(), 5)
        asyncio.run(main())
        """
    )
    assert waits(trace) == ["wait await asyncio.wait_for(event.wait(), 5)", "woken"]


def test_a_condition(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
        ready = []
        async def waiter(condition):
            async with condition:
                await condition.wait()
        async def patient(condition):
            async with condition:
                await condition.wait_for(lambda: ready)
        async def main():
            condition = asyncio.Condition()
            async with condition:
                condition.notify()
                condition.notify_all()
            one = asyncio.create_task(waiter(condition))
            two = asyncio.create_task(waiter(condition))
            await asyncio.sleep(0)
            async with condition:
                condition.notify()
            await one
            three = asyncio.create_task(patient(condition))
            await asyncio.sleep(0)
            async with condition:
                ready.append(1)
                condition.notify_all()
            await two
            await three
            await patient(condition)
        asyncio.run(main())
        """
    )
    assert waits(trace) == [
        "notify condition.notify() 0",
        "notify condition.notify_all() 0",
        *["wait await condition.wait()"] * 2,
        "notify condition.notify() 1",
        "woken",
        "wait await condition.wait_for(lambda: ready)",
        "notify condition.notify_all() 2",
        *["woken"] * 2,
    ]
    assert names(trace) == {"Condition"}


def test_what_asyncio_itself_waits_for(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
        async def main():
            barrier = asyncio.Barrier(2) if hasattr(asyncio, 'Barrier') else None
            if barrier:
                await asyncio.gather(barrier.wait(), barrier.wait())
            queue = asyncio.Queue()
            task = asyncio.create_task(queue.get())
            await asyncio.sleep(0)
            queue.put_nowait(1)
            await task
            thread = threading.Thread(target=print)
            thread.start(); thread.join()
        asyncio.run(main())
        """
    )
    assert waits(trace) == []


def test_threads(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
        def setter(event):
            time.sleep(0.05)
            event.set()
        def notifier(condition):
            time.sleep(0.05)
            with condition:
                condition.notify_all()
        event, condition = threading.Event(), threading.Condition()
        def main():
            threading.Thread(target=setter, args=(event,)).start()
            event.wait()
            event.wait()
            with condition:
                condition.notify()
                threading.Thread(target=notifier, args=(condition,)).start()
                condition.wait()
                condition.wait(0.001)
        main()
        """
    )
    assert waits(trace) == [
        "wait event.wait()",
        "woken",
        "notify condition.notify() 0",
        "wait condition.wait()",
        "notify condition.notify_all() 1",
        "woken",
        "wait condition.wait(0.001)",
        "given up",
    ]
