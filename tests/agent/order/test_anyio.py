"""anyio on asyncio: its primitives and task groups order and exclude as asyncio's own do."""

from __future__ import annotations

from pathlib import Path

import pytest
from edges import HEAD, Case, check_together, record_together, recorded
from test_locks import held, lock_kinds
from trace_order import Order

pytest.importorskip("anyio")

IMPORTS = """
import anyio, anyio.from_thread, anyio.to_thread

async def later(name, seconds):
    await asyncio.sleep(seconds)
    mark(name)
"""

CASES: dict[str, Case] = {
    "task group": (
        """
        async def main():
            async with anyio.create_task_group() as group:
                mark('made')
                group.start_soon(later, 'one', 0.01)
                group.start_soon(later, 'other', 0.02)
            mark('over')
        """,
        "made<one made<other one<over other<over",
        "one|other",
    ),
    "task group whose children are done already": (
        """
        async def main():
            async with anyio.create_task_group() as group:
                group.start_soon(later, 'one', 0.01)
                group.start_soon(later, 'other', 0.02)
                await asyncio.sleep(0.04)
            mark('over')
        """,
        "one<over other<over",
        "one|other",
    ),
    "start": (
        """
        async def serve(*, task_status):
            mark('ready')
            task_status.started()
            await asyncio.sleep(0.01)
            mark('serving')
        async def main():
            async with anyio.create_task_group() as group:
                await group.start(serve)
                await asyncio.sleep(0.02)
                mark('started')
        """,
        "ready<started",
        "serving|started",
    ),
    "cancelled": (
        """
        async def work():
            try:
                await anyio.sleep(9)
            finally:
                mark('cleaned')
        async def main():
            async with anyio.create_task_group() as group:
                group.start_soon(work)
                await asyncio.sleep(0)
                mark('cancelling')
                group.cancel_scope.cancel()
            mark('over')
        """,
        "cancelling<cleaned cleaned<over",
        "",
    ),
    "event": (
        """
        async def waiting(event, name):
            await event.wait()
            mark(name)
        async def main():
            event = anyio.Event()
            async with anyio.create_task_group() as group:
                group.start_soon(waiting, event, 'waited')
                group.start_soon(later, 'other', 0.01)
                await asyncio.sleep(0.02)
                mark('set')
                event.set()
                await asyncio.sleep(0)
                group.start_soon(waiting, event, 'found')
        """,
        "set<waited set<found",
        "other|waited other|found",
    ),
    "locks do not order": (
        """
        async def guarded(lock, name):
            async with lock:
                await asyncio.sleep(0)
                mark(name)
        async def main():
            lock = anyio.Lock()
            async with anyio.create_task_group() as group:
                group.start_soon(guarded, lock, 'one')
                group.start_soon(guarded, lock, 'other')
        """,
        "",
        "one|other",
    ),
    "stream": (
        """
        async def produce(send):
            async with send:
                mark('put_a')
                await send.send('a')
                await asyncio.sleep(0.01)
                mark('put_b')
                await send.send('b')
                mark('rest')
        async def main():
            send, receive = anyio.create_memory_object_stream(5)
            async with anyio.create_task_group() as group:
                group.start_soon(produce, send)
                await asyncio.sleep(0.02)
                await receive.receive()
                mark('got_a')
                async for item in receive:
                    mark('got_b')
                mark('closed')
        """,
        "put_a<got_a put_b<got_b rest<closed",
        "put_b|got_a rest|got_b",
    ),
    "stream that is waited for": (
        """
        async def produce(send):
            await asyncio.sleep(0.01)
            mark('put')
            await send.send('a')
        async def main():
            send, receive = anyio.create_memory_object_stream()
            async with anyio.create_task_group() as group:
                group.start_soon(produce, send)
                group.start_soon(later, 'other', 0.005)
                await receive.receive()
                mark('got')
        """,
        "put<got",
        "other|got",
    ),
    "condition": (
        """
        async def waiting(condition):
            async with condition:
                await condition.wait()
                mark('woken')
        async def main():
            condition = anyio.Condition()
            async with anyio.create_task_group() as group:
                group.start_soon(waiting, condition)
                group.start_soon(later, 'other', 0.005)
                await asyncio.sleep(0.01)
                mark('telling')
                async with condition:
                    condition.notify()
        """,
        "telling<woken",
        "other|woken",
    ),
    "threads": (
        """
        def job(name):
            mark(name)
        async def main():
            mark('before')
            await anyio.to_thread.run_sync(job, 'job')
            mark('after')
        """,
        "before<job job<after",
        "",
    ),
    "jobs that share a thread": (
        """
        async def work(name, turns):
            await asyncio.sleep(turns)
            await anyio.to_thread.run_sync(mark, 'job_' + name)
            mark('after_' + name)
        async def main():
            async with anyio.create_task_group() as group:
                group.start_soon(work, 'a', 0)
                group.start_soon(work, 'b', 0.05)
            mark('over')
        """,
        "job_a<after_a job_b<after_b job_a<over job_b<over",
        "job_a|job_b after_a|job_b job_a|after_b after_a|after_b",
    ),
    "back from a thread": (
        """
        async def inside():
            mark('inside')
        def job():
            mark('asking')
            anyio.from_thread.run(inside)
            mark('told')
            anyio.from_thread.run_sync(mark, 'again')
            mark('end')
        async def main():
            await anyio.to_thread.run_sync(job)
            mark('after')
        """,
        "asking<inside inside<told told<again again<end end<after",
        "",
    ),
    "portal": (
        """
        async def inside():
            mark('inside')
        async def main():
            pass
        mark('first')
        with anyio.from_thread.start_blocking_portal() as portal:
            portal.call(inside)
            mark('called')
        """,
        "first<inside inside<called",
        "",
    ),
}


@pytest.fixture(scope="module")
def order(tmp_path_factory: pytest.TempPathFactory) -> Order:
    return record_together(CASES, IMPORTS, tmp_path_factory.mktemp("anyio"))


@pytest.mark.parametrize("name", CASES)
def test_order(name: str, order: Order) -> None:
    check_together(order, CASES, name)


HELD = """
import anyio

async def one(lock):
    async with lock:
        await asyncio.sleep(0)
        mark("in")

async def main(lock, kind):
    tasks = [asyncio.create_task(one(lock), name=f"{kind} {name}") for name in "AB"]
    for task in tasks:
        await task

for kind, make in {
    "lock": anyio.Lock,
    "quick": lambda: anyio.Lock(fast_acquire=True),
    "semaphore": lambda: anyio.Semaphore(1),
    "limiter": lambda: anyio.CapacityLimiter(1),
    "condition": anyio.Condition,
    "several": lambda: anyio.CapacityLimiter(2),
}.items():
    asyncio.run(main(make(), kind))
"""


def test_locks(tmp_path: Path) -> None:
    trace = recorded(tmp_path, HEAD + HELD)
    lines = held(trace)
    for kind in ("lock", "quick", "semaphore", "limiter", "condition"):
        one_by_one = [f"{kind} {name} {what}" for name in "AB" for what in ("acquire", "in", "release")]
        assert [line for line in lines if line.startswith(kind + " ")] == one_by_one
    assert [line for line in lines if line.startswith("several ")][:2] == [
        "several A acquire",
        "several B acquire",
    ]
    assert lock_kinds(trace) == [(1, 1), (1, 1), (2, 1), (2, 1), (1, 1), (2, 2)]
    sites = {trace.sites[event.site].expression for event in trace.of("acquire", "release")}
    assert sites == {"lock"}


def test_a_task_runs_the_programs_own_function(order: Order) -> None:
    """Whatever coroutine of anyio's is around it."""
    trace = order.trace
    actors = {trace.actors()[event.actor]: event.function for event in trace.of("actor")}
    named = {name.rpartition(".")[2]: function for name, function in actors.items()}
    assert all(trace.functions[named[name]].name == name for name in ("later", "serve", "work", "produce"))
