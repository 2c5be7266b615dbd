"""Patterns that only look suspicious, a class each: three tasks call `go` of one object. Nothing may be found."""

import asyncio
import contextlib
import functools
from collections import defaultdict, deque


def under_lock(f):
    @functools.wraps(f)
    async def wrapper(self, *a):
        async with self.lock:
            return await f(self, *a)

    return wrapper


class LockAcquireTimeout:
    def __init__(self):
        self.n = 0
        self.lock = asyncio.Lock()

    async def go(self, k):
        await asyncio.wait_for(self.lock.acquire(), 1)
        try:
            v = self.n
            await asyncio.sleep(0)
            self.n = v + 1
        finally:
            self.lock.release()


class LockPerKey:
    def __init__(self):
        self.d = {}
        self.locks = defaultdict(asyncio.Lock)

    async def go(self, k):
        key = k % 2
        async with self.locks[key]:
            v = self.d.get(key, 0)
            await asyncio.sleep(0)
            self.d[key] = v + 1


class CounterAtomic:
    def __init__(self):
        self.active = 0
        self.peak = 0

    async def go(self, k):
        self.active += 1
        self.peak = max(self.peak, self.active)
        await asyncio.sleep(0)
        self.active -= 1


class ResultsByKey:
    def __init__(self):
        self.out = {}

    async def go(self, k):
        await asyncio.sleep(0)
        self.out[k] = k * 2


class AppendResults:
    def __init__(self):
        self.out = []
        self.errors = 0

    async def go(self, k):
        if len(self.out) > 100:
            self.errors += 1
        await asyncio.sleep(0)
        self.out.append(k)


class ConfigReadUse:
    def __init__(self):
        self.limit = 5
        self.log = []

    async def go(self, k):
        limit = self.limit
        await asyncio.sleep(0)
        self.log.append(limit + k)


class PopBeforeAwait:
    def __init__(self):
        self.jobs = deque([1, 2])

    async def go(self, k):
        while self.jobs:
            self.jobs.popleft()
            await asyncio.sleep(0)


class SingleFlightDict:
    def __init__(self):
        self.inflight = {}
        self.calls = 0

    async def fetch(self, k):
        self.calls += 1
        await asyncio.sleep(0)
        return k

    async def go(self, k):
        task = self.inflight.get("x")
        if task is None:
            task = self.inflight["x"] = asyncio.create_task(self.fetch("x"))
            task.add_done_callback(lambda _: self.inflight.pop("x", None))
        return await asyncio.shield(task)


class StateMachine:
    def __init__(self):
        self.state = "new"
        self.done = []

    async def go(self, k):
        if self.state != "new":
            return
        self.state = "starting"
        await asyncio.sleep(0)
        self.state = "running"
        self.done.append(k)


class ReferenceCount:
    def __init__(self):
        self.users = 0
        self.conn = None
        self.lock = asyncio.Lock()

    async def enter(self):
        async with self.lock:
            self.users += 1
            if self.users == 1:
                await asyncio.sleep(0)
                self.conn = object()

    async def leave(self):
        async with self.lock:
            self.users -= 1
            if self.users == 0:
                await asyncio.sleep(0)
                self.conn = None

    async def go(self, k):
        await self.enter()
        await asyncio.sleep(0)
        await self.leave()


class SemaphoreLimit:
    def __init__(self):
        self.sem = asyncio.Semaphore(2)
        self.active = 0
        self.peak = 0

    async def go(self, k):
        async with self.sem:
            self.active += 1
            self.peak = max(self.peak, self.active)
            await asyncio.sleep(0)
            self.active -= 1


class OwnObject:
    def __init__(self):
        self.all = []

    async def go(self, k):
        box = {"n": 0}
        self.all.append(box)
        for _ in range(3):
            v = box["n"]
            await asyncio.sleep(0)
            box["n"] = v + 1


class SequenceNumber:
    def __init__(self):
        self.seq = 0
        self.sent = []

    def next(self):
        self.seq += 1
        return self.seq

    async def go(self, k):
        n = self.next()
        await asyncio.sleep(0)
        self.sent.append((n, k))


class PendingFutures:
    def __init__(self):
        self.pending = {}
        self.seq = 0

    async def go(self, k):
        self.seq += 1
        seq = self.seq
        fut = asyncio.get_running_loop().create_future()
        self.pending[seq] = fut
        asyncio.get_running_loop().call_soon(self.reply, seq)
        try:
            await fut
        finally:
            self.pending.pop(seq, None)

    def reply(self, seq):
        fut = self.pending.get(seq)
        if fut is not None and not fut.done():
            fut.set_result(seq)


class RecheckLoop:
    def __init__(self):
        self.free = 1
        self.cond = asyncio.Condition()

    async def go(self, k):
        async with self.cond:
            await self.cond.wait_for(lambda: self.free > 0)
            self.free -= 1
        await asyncio.sleep(0)
        async with self.cond:
            self.free += 1
            self.cond.notify()


class QueueWorkers:
    def __init__(self):
        self.q = asyncio.Queue()
        self.total = 0

    async def worker(self):
        while True:
            item = await self.q.get()
            self.total += item
            self.q.task_done()

    async def go(self, k):
        for i in range(3):
            self.q.put_nowait(i)
        ws = [asyncio.create_task(self.worker()) for _ in range(2)]
        await self.q.join()
        for w in ws:
            w.cancel()
        await asyncio.gather(*ws, return_exceptions=True)


class LastSeen:
    def __init__(self):
        self.last = None

    async def go(self, k):
        await asyncio.sleep(0)
        self.last = k


class SnapshotIter:
    def __init__(self):
        self.subs = {1: [], 2: []}

    async def go(self, k):
        for box in list(self.subs.values()):
            await asyncio.sleep(0)
            box.append(k)


class DoubleCheckedDict:
    def __init__(self):
        self.cache = {}
        self.lock = asyncio.Lock()

    async def go(self, k):
        if "x" in self.cache:
            return self.cache["x"]
        async with self.lock:
            if "x" not in self.cache:
                await asyncio.sleep(0)
                self.cache["x"] = object()
        return self.cache["x"]


class LockWrapperCm:
    def __init__(self):
        self.n = 0
        self._lock = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def locked(self):
        async with self._lock:
            yield self

    async def go(self, k):
        async with self.locked() as me:
            v = me.n
            await asyncio.sleep(0)
            me.n = v + 1


class ExitStackLock:
    def __init__(self):
        self.n = 0
        self._lock = asyncio.Lock()

    async def go(self, k):
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(self._lock)
            v = self.n
            await asyncio.sleep(0)
            self.n = v + 1


class LockedDecorator:
    def __init__(self):
        self.n = 0
        self.lock = asyncio.Lock()

    @under_lock
    async def go(self, k):
        v = self.n
        await asyncio.sleep(0)
        self.n = v + 1


class EventThenRead:
    def __init__(self):
        self.value = None
        self.ready = asyncio.Event()

    async def go(self, k):
        if k == 1:
            await asyncio.sleep(0)
            self.value = 42
            self.ready.set()
        else:
            await self.ready.wait()
            v = self.value
            await asyncio.sleep(0)
            self.out = v


class Timestamps:
    def __init__(self):
        self.token = None
        self.expires = 0
        self.lock = asyncio.Lock()

    async def go(self, k):
        async with self.lock:
            if self.token is None or self.expires < 1:
                await asyncio.sleep(0)
                self.token = object()
                self.expires = 10
        return self.token


class RateLimiter:
    def __init__(self):
        self.tokens = 2
        self.lock = asyncio.Lock()

    async def take(self):
        async with self.lock:
            while self.tokens <= 0:
                await asyncio.sleep(0)
            self.tokens -= 1

    async def go(self, k):
        await self.take()
        await asyncio.sleep(0)
        self.tokens += 1


PATTERNS = [
    LockAcquireTimeout,
    LockPerKey,
    CounterAtomic,
    ResultsByKey,
    AppendResults,
    ConfigReadUse,
    PopBeforeAwait,
    SingleFlightDict,
    StateMachine,
    ReferenceCount,
    SemaphoreLimit,
    OwnObject,
    SequenceNumber,
    PendingFutures,
    RecheckLoop,
    QueueWorkers,
    LastSeen,
    SnapshotIter,
    DoubleCheckedDict,
    LockWrapperCm,
    ExitStackLock,
    LockedDecorator,
    EventThenRead,
    Timestamps,
    RateLimiter,
]


async def main():
    for pattern in PATTERNS:
        shared = pattern()
        await asyncio.gather(*(shared.go(n) for n in range(1, 4)))
    print("OK")


if __name__ == "__main__":
    asyncio.run(main())
