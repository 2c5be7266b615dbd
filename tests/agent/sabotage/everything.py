"""A program that gets around: as many of the agent's hooks and patches as one small deterministic program can reach.

What it prints is the same each time it runs, with whatever happens to the agent meanwhile.
"""

import asyncio
import concurrent.futures
import contextlib
import gc
import heapq
import os
import queue
import signal
import socket
import sys
import threading
import warnings


class Box:
    shared = 0

    def __init__(self):
        self.value = 1
        self.table = {"k": 1}
        self.rows = [3, 1, 2]

    @property
    def twice(self):
        return self.value * 2


class Slotted:
    __slots__ = ("a",)


COUNT = 0
NAMES = {}


def attributes(box):
    box.value += 1
    box.gone = [1]
    del box.gone
    setattr(box, "named", {"x": 1})  # noqa: B010
    assert hasattr(box, "named") and getattr(box, "missing", 5) == 5
    delattr(box, "named")
    Box.shared += 1
    slotted = Slotted()
    slotted.a = (1, "two", b"three", 4.0, None, 2**80)
    sys.staleread_was_here = 1
    del sys.staleread_was_here
    return box.value, box.twice, box.shared, slotted.a


def items(box):
    table, rows = box.table, box.rows
    table["n"] = table["k"] + 1
    table["n"] += 1
    del table["k"]
    table.setdefault("s", set()).add(1)
    table.update(u=2)
    found = ["n" in table, "q" not in table, len(table), bool(table), table.get("q"), table.pop("u")]
    rows[0] = 9
    rows[1:2] = [7, 8]
    del rows[0:1]
    rows.append(len(rows))
    rows.sort()
    heapq.heappush(rows, 0)
    total = sum(row for row in rows if row)
    for index, row in enumerate(rows):
        total += index * row
    if rows:
        total += max(rows)
    with contextlib.suppress(KeyError):
        table["absent"]
    return found, total, sorted(table["s"]), [*rows]


def variables():
    global COUNT
    kept = 0

    def add(amount):
        nonlocal kept
        kept += amount
        return kept

    COUNT += 1
    NAMES["x"] = COUNT
    local = {"a": [add(1)]}
    local["a"].append(add(2))
    seen = [(lambda: kept)(), len(local["a"]), COUNT]
    del COUNT
    COUNT = 0  # noqa: F841
    add_and_forget = add

    def forget():
        nonlocal kept
        del kept

    forget()
    return seen, add_and_forget is add


def numbers(box):
    got = yield box.value
    yield from (got, box.value)


def generators(box):
    made = numbers(box)
    first = next(made)
    return first, made.send(5), list(made)


def guarded(lock, box):
    with lock:
        box.value += 1
    lock.acquire()
    try:
        return box.value
    finally:
        lock.release()


def threads(box):
    told = []
    event, condition, semaphore = threading.Event(), threading.Condition(), threading.Semaphore(1)
    lines = queue.Queue(1)

    def work():
        event.wait()
        with condition:
            condition.wait_for(lambda: told, timeout=10)
        with semaphore:
            lines.put(guarded(threading.RLock(), box))

    worker = threading.Thread(target=work)
    worker.start()
    event.set()
    with condition:
        told.append(1)
        condition.notify_all()
    got = lines.get(timeout=10)
    lines.task_done()
    worker.join()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        jobs = [pool.submit(guarded, threading.Lock(), box) for _ in range(2)]
        concurrent.futures.wait(jobs)
        results = sorted(job.result() for job in concurrent.futures.as_completed(jobs))
    return got, results


async def worker(box, lock, jobs):
    async with lock:
        before = box.value
        await asyncio.sleep(0)
        box.value = before + 1
    while not jobs.empty():
        job = await jobs.get()
        box.rows.append(job)
        jobs.task_done()


async def counting(count):
    for number in range(count):
        yield number
        await asyncio.sleep(0)


async def failing():
    await asyncio.sleep(0)
    raise LookupError("on purpose")


async def several(box):
    loop = asyncio.get_running_loop()
    lock, semaphore, jobs = asyncio.Lock(), asyncio.Semaphore(1), asyncio.Queue(2)
    workers = [loop.create_task(worker(box, lock, jobs), name=f"worker {n}") for n in range(2)]
    for job in range(3):
        await jobs.put(job)
    await jobs.join()
    await asyncio.gather(*workers)
    async with semaphore:
        box.value += 1
    results = await asyncio.gather(failing(), asyncio.sleep(0, 3), return_exceptions=True)
    done, _ = await asyncio.wait([loop.create_task(asyncio.sleep(0))])
    squares = [n * n async for n in counting(3)]
    for row in box.rows:
        await asyncio.sleep(0)
        squares.append(row)
    return [type(result).__name__ for result in results], len(done), squares


async def waits(box):
    loop = asyncio.get_running_loop()
    event, condition, lock = asyncio.Event(), asyncio.Condition(), asyncio.Lock()

    async def waiter():
        await event.wait()
        async with condition:
            await condition.wait_for(lambda: box.value > 0)
        return box.value

    task = asyncio.ensure_future(waiter())
    loop.call_soon(event.set)
    loop.call_later(0.001, box.table.clear)
    value = await asyncio.wait_for(task, 10)
    async with condition:
        condition.notify()
    await asyncio.wait_for(lock.acquire(), 10)
    lock.release()
    await asyncio.shield(asyncio.sleep(0))
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(asyncio.sleep(10), 0.001)
    cancelled = loop.create_task(asyncio.sleep(10))
    await asyncio.sleep(0)
    cancelled.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await cancelled
    future = loop.create_future()
    future.set_result(box)
    return value, (await future) is box, future.done(), cancelled.cancelled()


async def outside(box):
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_soon_threadsafe(future.set_result, 1)
    first = await future
    second = await loop.run_in_executor(None, guarded, threading.Lock(), box)
    third = await asyncio.to_thread(guarded, threading.Lock(), box)
    left, right = socket.socketpair()
    left.setblocking(False)
    right.setblocking(False)
    readable = loop.create_future()
    loop.add_reader(left, lambda: readable.done() or readable.set_result(left.recv(10)))
    right.send(b"hello")
    fourth = await readable
    loop.remove_reader(left)
    received = await asyncio.gather(loop.sock_recv(right, 10), loop.sock_sendall(left, b"back"))
    left.close()
    right.close()
    signalled = loop.create_future()
    if threading.current_thread() is threading.main_thread():
        loop.add_signal_handler(signal.SIGUSR1, signalled.set_result, 2)
        os.kill(os.getpid(), signal.SIGUSR1)
        first += await signalled
        loop.remove_signal_handler(signal.SIGUSR1)
    return first, second, third, fourth, received[0]


async def newer(box):
    """What not every version has."""
    seen = []
    if hasattr(asyncio, "TaskGroup"):
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(0))
            group.create_task(asyncio.sleep(0))
        async with asyncio.timeout(10):
            seen.append(box.value)
    if hasattr(asyncio, "Barrier"):
        barrier = asyncio.Barrier(2)
        await asyncio.gather(barrier.wait(), barrier.wait())
    if hasattr(asyncio, "eager_task_factory"):
        loop = asyncio.get_running_loop()
        loop.set_task_factory(asyncio.eager_task_factory)
        await loop.create_task(worker(box, asyncio.Lock(), asyncio.Queue()))
        loop.set_task_factory(None)
    return len(seen) <= 1


async def untidy():
    """Leaves behind what nobody awaits and what nobody asks."""
    failing()
    task = asyncio.ensure_future(failing())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    gc.collect()


def wrong_uses():
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda *_: None)
    loop.run_until_complete(untidy())
    loop.close()
    try:
        loop.call_soon(print)
    except RuntimeError as error:
        return str(error)


def main():
    box = Box()
    for work in (attributes, items, generators, threads):
        print(work.__name__, work(box))
    print("variables", variables())
    sys.set_coroutine_origin_tracking_depth(sys.get_coroutine_origin_tracking_depth())
    for coroutine in (several, waits, outside, newer):
        print(coroutine.__name__, asyncio.run(coroutine(box)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        print("wrong uses", wrong_uses())
    print(box.value, sorted(box.rows), sorted(box.table))


main()
