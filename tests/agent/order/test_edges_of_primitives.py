"""What must happen before what around events, conditions, semaphores and queues of asyncio."""

from __future__ import annotations

import pytest
from edges import IN_A_LOOP, Case, check, parameters
from recording import TraceOf

CASES: dict[str, Case] = {
    "an event that is cleared and set again": (
        """
        async def setter(event, name, seconds):
            await asyncio.sleep(seconds)
            mark(name)
            event.set()
        async def main():
            event = asyncio.Event()
            tasks = [asyncio.create_task(setter(event, 'a', 0.001)), asyncio.create_task(setter(event, 'b', 0.5))]
            await event.wait()
            mark('c')
            event.clear()
            mark('d')
            await event.wait()
            mark('e')
        """,
        "a<c b<e",
        "b|c b|d a|b",
    ),
    "asking an event": (
        """
        async def setter(event):
            await asyncio.sleep(0.02)
            mark('a')
            event.set()
        async def main():
            event = asyncio.Event()
            task = asyncio.create_task(setter(event))
            while not event.is_set():
                await asyncio.sleep(0.005)
                mark('b')
            mark('c')
        """,
        "a<c",
        "a|b",
    ),
    "waiting for an event for a while": (
        """
        async def setter(event):
            await asyncio.sleep(0.02)
            mark('a')
            event.set()
        async def main():
            event = asyncio.Event()
            task = asyncio.create_task(setter(event))
            try:
                await asyncio.wait_for(event.wait(), 0.001)
            except asyncio.TimeoutError:
                mark('b')
            await asyncio.wait_for(event.wait(), 5)
            mark('c')
        """,
        "a<c",
        "a|b",
    ),
    "a condition with several waiters": (
        """
        async def waiter(condition, name):
            async with condition:
                await condition.wait()
            mark(name)
        async def main():
            condition = asyncio.Condition()
            tasks = [asyncio.create_task(waiter(condition, name)) for name in 'abc']
            await asyncio.sleep(0.001)
            async with condition:
                mark('d')
                condition.notify_all()
            mark('e')
            await asyncio.gather(*tasks)
        """,
        "d<a d<b d<c",
        "",
    ),
    "of several waiters one": (
        """
        async def waiter(condition, name):
            async with condition:
                await condition.wait()
            await asyncio.sleep(0.001)
            mark(name)
        async def main():
            condition = asyncio.Condition()
            tasks = [asyncio.create_task(waiter(condition, name)) for name in 'ab']
            await asyncio.sleep(0.001)
            async with condition:
                mark('c')
                condition.notify()
            await asyncio.sleep(0.01)
            async with condition:
                mark('d')
                condition.notify()
            await asyncio.gather(*tasks)
            mark('e')
        """,
        "c<a c<b d<b a<e b<e",
        "a|d",
    ),
    "a semaphore with more permits": (
        """
        async def one(semaphore, name):
            await asyncio.sleep(0.001)
            async with semaphore:
                await asyncio.sleep(0.002)
                mark(name)
        async def main():
            semaphore = asyncio.Semaphore(3)
            await asyncio.gather(*(one(semaphore, name) for name in 'abcd'))
        """,
        "",
        "a|b b|c a|d",
    ),
    "a semaphore as a signal": (
        """
        async def producer(semaphore):
            await asyncio.sleep(0.001)
            mark('a')
            semaphore.release()
            await asyncio.sleep(0.005)
            mark('b')
        async def main():
            semaphore = asyncio.Semaphore(0)
            task = asyncio.create_task(producer(semaphore))
            await semaphore.acquire()
            mark('c')
            await task
        """,
        "a<c",
        "b|c",
    ),
    "a semaphore as a signal that was given already": (
        """
        async def producer(semaphore):
            await asyncio.sleep(0.001)
            mark('a')
            semaphore.release()
        async def main():
            semaphore = asyncio.Semaphore(0)
            task = asyncio.create_task(producer(semaphore))
            await asyncio.sleep(0.02)
            mark('b')
            await semaphore.acquire()
            mark('c')
        """,
        "a<c",
        "a|b",
    ),
    "a queue by priority": (
        """
        async def producer(queue, name, seconds, priority):
            await asyncio.sleep(seconds)
            mark(name)
            queue.put_nowait((priority, name))
        async def main():
            queue = asyncio.PriorityQueue()
            tasks = [
                asyncio.create_task(producer(queue, *each)) for each in (('a', 0.001, 2), ('b', 0.005, 1))
            ]
            await asyncio.sleep(0.02)
            await queue.get()
            mark('c')
            await queue.get()
            mark('d')
        """,
        "b<c a<d",
        "a|c a|b",
    ),
    "the same item twice": (
        """
        async def producer(queue, name, seconds):
            await asyncio.sleep(seconds)
            mark(name)
            queue.put_nowait(None)
        async def main():
            queue = asyncio.Queue()
            tasks = [asyncio.create_task(producer(queue, *each)) for each in (('a', 0.001), ('b', 0.005))]
            await asyncio.sleep(0.02)
            await queue.get()
            mark('c')
            await queue.get()
            mark('d')
        """,
        "a<c b<d",
        "b|c",
    ),
    "a queue without a bound holds up nobody": (
        """
        async def consumer(queue):
            await queue.get()
            await asyncio.sleep(0.001)
            mark('a')
        async def main():
            queue = asyncio.Queue()
            task = asyncio.create_task(consumer(queue))
            await asyncio.sleep(0.001)
            await queue.put(1)
            await asyncio.sleep(0.005)
            await queue.put(2)
            mark('b')
            await task
            mark('c')
        """,
        "a<c",
        "a|b",
    ),
    "join when all is done already": (
        """
        async def worker(queue):
            await queue.get()
            await asyncio.sleep(0.001)
            mark('a')
            queue.task_done()
        async def main():
            queue = asyncio.Queue()
            queue.put_nowait(1)
            task = asyncio.create_task(worker(queue))
            await asyncio.sleep(0.02)
            mark('b')
            await queue.join()
            mark('c')
        """,
        "a<c",
        "a|b",
    ),
    "locks that are asked for in order are no order": (
        """
        async def one(lock, name, seconds):
            await asyncio.sleep(seconds)
            await lock.acquire()
            mark(name)
            lock.release()
        async def main():
            lock = asyncio.Lock()
            await lock.acquire()
            tasks = [asyncio.create_task(one(lock, *each)) for each in (('a', 0.001), ('b', 0.005))]
            await asyncio.sleep(0.01)
            mark('c')
            lock.release()
            await asyncio.gather(*tasks)
        """,
        "",
        "a|b a|c b|c",
    ),
}

NEWER: dict[str, Case] = {
    "a barrier that is used again": (
        """
        async def one(barrier, name, seconds):
            for turn in '12':
                await asyncio.sleep(seconds)
                mark(name + turn)
                await barrier.wait()
                mark(name + turn + 'x')
        async def main():
            barrier = asyncio.Barrier(2)
            await asyncio.gather(one(barrier, 'a', 0.001), one(barrier, 'b', 0.005))
        """,
        "a1<b1x b1<a1x a1<b2 b1<a2 a2<b2x b2<a2x",
        "a1|b1 a2|b2",
    ),
}


@pytest.mark.parametrize("case", [*parameters(CASES), *parameters(NEWER, (3, 11))])
def test_order(case: Case, trace_of: TraceOf) -> None:
    check(trace_of, case, IN_A_LOOP)
