"""Primitives of asyncio used on a thread that does not run their loop."""

from __future__ import annotations

import pytest
from recording import TraceOf
from trace_reader import Trace

HEAD = """
import asyncio, threading, time

def within(function, *arguments):
    thread = threading.Thread(target=function, args=arguments)
    thread.start()
    thread.join()

async def pause():
    await asyncio.sleep(0.001)
"""


def foreign(trace: Trace) -> list[str]:
    """Each operation with the line that does it; loops and the objects are declared."""
    loops, objects = {event.loop for event in trace.of("loop")}, trace.objects()
    out = []
    for event in trace.of("foreign"):
        assert event.loop in loops and (not event.object or event.object in objects)
        out.append(f"{trace.strings[event.operation]}: {trace.strings[event.string]}")
    return out


# Each: what a thread does, with `it` and `loop`; what `it` is, used by a task before; what is told.
CASES = {
    "an event set": ("it.set()", "asyncio.Event()", "wait", "Event.set: it.set()"),
    "an event cleared": (
        "it.set(); it.clear()",
        "asyncio.Event()",
        "wait",
        "Event.set: it.set(); it.clear()",
    ),
    "put": ("it.put_nowait(1)", "asyncio.Queue()", "get", "Queue.put_nowait: it.put_nowait(1)"),
    "a future": (
        "it.set_result(1)",
        "asyncio.get_running_loop().create_future()",
        "",
        "Future.set_result: it.set_result(1)",
    ),
    "a task": ("it.cancel()", "asyncio.create_task(asyncio.sleep(1))", "", "Task.cancel: it.cancel()"),
    "call_soon": ("loop.call_soon(print)", "1", "", "loop.call_soon: loop.call_soon(print)"),
    "call_later": ("loop.call_later(0, print)", "1", "", "loop.call_later: loop.call_later(0, print)"),
    "call_at": ("loop.call_at(0, print)", "1", "", "loop.call_at: loop.call_at(0, print)"),
    "create_task": ("loop.create_task(pause())", "1", "", "loop.create_task: loop.create_task(pause())"),
    "call_soon_threadsafe": ("loop.call_soon_threadsafe(it.set)", "asyncio.Event()", "wait", ""),
    "run_coroutine_threadsafe": ("asyncio.run_coroutine_threadsafe(pause(), loop)", "1", "", ""),
    "nobody has waited": ("it.set(); it.clear()", "asyncio.Event()", "", ""),
    "two times on one line": (
        "[it.put_nowait(number) for number in range(3)]",
        "asyncio.Queue()",
        "get",
        "Queue.put_nowait: [it.put_nowait(number) for number in range(3)]",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_thread_beside_the_loop(name: str, trace_of: TraceOf) -> None:
    act, what, wait, told = CASES[name]
    start = f"asyncio.create_task(it.{wait}())" if wait else "None"
    program = f"""
def act(it, loop):
    {act}

async def main():
    it = {what}
    task = {start}
    await pause()
    within(act, it, asyncio.get_running_loop())
    await pause()

asyncio.run(main())
"""
    assert foreign(trace_of(HEAD + program)) == ([told] if told else [])


def test_locks_released_elsewhere(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
async def contend(it):
    async with it:
        await pause()

async def main():
    for it in (asyncio.Lock(), asyncio.Semaphore(1)):
        await asyncio.gather(contend(it), contend(it))
        await it.acquire()
        within(it.release)
        within(lambda: it.release() if it.locked() else None)
    condition = asyncio.Condition()
    task = asyncio.create_task(condition_wait(condition))
    await pause()
    await condition.acquire()
    within(lambda: condition.notify())
    condition.release()
    await task

async def condition_wait(it):
    async with it:
        await it.wait()

asyncio.run(main())
"""
    )
    told = [line.partition(":")[0] for line in foreign(trace)]
    assert told == ["Lock.release", "Semaphore.release", "Condition.notify"]


def test_a_loop_stopped_elsewhere(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
def stop(loop):
    loop.stop()

def run_until(act, loop):
    loop.call_soon(act, loop)
    loop.run_forever()

loop = asyncio.new_event_loop()
run_until(stop, loop)
run_until(lambda loop: loop.call_soon_threadsafe(loop.stop), loop)
run_until(lambda loop: within(stop, loop), loop)
loop.close()
"""
    )
    assert foreign(trace) == ["loop.stop: loop.stop()"]


def test_a_loop_that_does_not_run_belongs_to_nobody(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
def main():
    loop = asyncio.new_event_loop()
    within(loop.call_soon, print)
    event = asyncio.Event()
    async def wait():
        try:
            await asyncio.wait_for(event.wait(), 0.01)
        except asyncio.TimeoutError:
            pass
    loop.run_until_complete(wait())
    within(event.set)
    within(loop.run_until_complete, pause())
    loop.close()

main()
"""
    )
    assert foreign(trace) == []
