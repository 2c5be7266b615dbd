"""Shapes of real programs that look like those of shaped_racy.py and are right, a class each."""

import asyncio
import enum
import functools
import heapq
import time
import types
from collections import deque

CACHE = {}


async def pause():
    await asyncio.sleep(0)


class State(enum.Enum):
    IDLE = 1
    BUSY = 2


class Registry:
    """A container of the project's own."""

    def __init__(self):
        self._rows = {}

    def __contains__(self, key):
        return key in self._rows

    def __getitem__(self, key):
        return self._rows[key]

    def __setitem__(self, key, value):
        self._rows[key] = value

    def __len__(self):
        return len(self._rows)

    def store_once(self, key, value):
        return self._rows.setdefault(key, value)


def requires_room(method):
    @functools.wraps(method)
    async def wrapper(self, *arguments):
        if self.used >= 1:
            return None
        return await method(self, *arguments)

    return wrapper


class OwnContains:
    def __init__(self):
        self.registry = Registry()

    async def go(self, k):
        await pause()
        if "a" not in self.registry:
            self.registry["a"] = k


class OwnLength:
    def __init__(self):
        self.registry = Registry()

    async def go(self, k):
        if len(self.registry) < 1:
            self.registry[k] = k
            await pause()


class OwnStoreOnce:
    def __init__(self):
        self.registry = Registry()

    async def go(self, k):
        if "a" not in self.registry:
            await pause()
            self.registry.store_once("a", k)


class OfEnum:
    def __init__(self):
        self.state = State.IDLE
        self.runs = 0

    async def go(self, k):
        if self.state is State.IDLE:
            self.state = State.BUSY
            await pause()
            self.runs += 1


class OfDecorator:
    def __init__(self):
        self.used = 0

    @requires_room
    async def go(self, k):
        self.used += 1
        await pause()


class OfTime:
    def __init__(self):
        self.last = 0.0

    async def go(self, k):
        await pause()
        if time.monotonic() - self.last < 0.0001:
            return
        self.last = time.monotonic()


class OfGlobalCache:
    async def go(self, k):
        if "a" not in CACHE:
            CACHE["a"] = asyncio.ensure_future(pause())
        await CACHE["a"]


class OfSlices:
    def __init__(self):
        self.buffer = "abcdefgh"

    async def go(self, k):
        head, self.buffer = self.buffer[:2], self.buffer[2:]
        await pause()
        return head


class OfLeastLoaded:
    def __init__(self):
        self.connections = [types.SimpleNamespace(load=0), types.SimpleNamespace(load=0)]

    async def go(self, k):
        connection = min(self.connections, key=lambda each: each.load)
        connection.load += 1
        await pause()
        connection.load -= 1


class OfHeap:
    def __init__(self):
        self.heap = [1, 2]

    async def go(self, k):
        await pause()
        if self.heap:
            heapq.heappop(self.heap)
        heapq.heappush(self.heap, k)


class OfDeque:
    def __init__(self):
        self.idle = deque([1])

    async def go(self, k):
        if self.idle:
            connection = self.idle.popleft()
            await pause()
            self.idle.append(connection)


class OfQueueRoom:
    def __init__(self):
        self.queue = asyncio.Queue(1)

    async def go(self, k):
        await pause()
        if not self.queue.full():
            self.queue.put_nowait(k)


class OfDelete:
    def __init__(self):
        self.sessions = {"a": 1}

    async def go(self, k):
        if self.sessions.pop("a", None) is not None:
            await pause()


class OfOwnSession:
    def __init__(self):
        self.sessions = {}

    async def go(self, k):
        self.sessions[k] = session = types.SimpleNamespace(n=0)
        seen = session.n
        await pause()
        session.n = seen + 1
        del self.sessions[k]


class OfStatistics:
    def __init__(self):
        self.started = 0
        self.finished = 0
        self.latest = None

    async def go(self, k):
        self.started += 1
        await pause()
        self.finished += 1
        self.latest = k


class OfAsyncProperty:
    def __init__(self):
        self._token = None

    @property
    def token(self):
        if self._token is None:
            self._token = asyncio.ensure_future(pause())
        return self._token

    async def go(self, k):
        return await self.token


class OfConfiguration:
    def __init__(self):
        self.limits = {"size": 3, "time": 1}
        self.sent = []

    async def go(self, k):
        size = self.limits["size"]
        await pause()
        self.sent.append(min(k, size))


class OfShutdown:
    def __init__(self):
        self.is_closing = False
        self.closed = asyncio.Event()

    async def go(self, k):
        if not self.is_closing:
            self.is_closing = True
            await pause()
            self.closed.set()
        await self.closed.wait()


class OfBackground:
    def __init__(self):
        self.tasks = set()

    async def go(self, k):
        task = asyncio.create_task(pause())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        await task


class OfRetry:
    def __init__(self):
        self.version = 0

    async def go(self, k):
        while True:
            seen = self.version
            await pause()
            if self.version == seen:
                self.version = seen + 1
                return


class OfQueuePool:
    """Who finds the pool empty makes one or waits; who gives one back does not mind how many are there by then."""

    def __init__(self):
        self.made = 0
        self.free = asyncio.LifoQueue()

    async def take(self):
        if self.free.empty() and self.made < 2:
            self.made += 1
            await pause()
            return object()
        return await self.free.get()

    async def go(self, k):
        taken = await self.take()
        await pause()
        self.free.put_nowait(taken)


class OfFreeList:
    """What is free is taken; how many had to be made is only counted."""

    def __init__(self):
        self.free = []
        self.made = 0

    async def take(self):
        if self.free:
            return self.free.pop()
        await pause()
        self.made += 1
        return object()

    async def go(self, k):
        for _ in range(2):
            taken = await self.take()
            await pause()
            self.free.append(taken)


class OfPruning:
    """What is thrown out stood in the copy; what came since stays."""

    def __init__(self):
        self.clients = set()

    async def send(self, client):
        await pause()
        return client != 1

    async def go(self, k):
        self.clients.add(k)
        for client in list(self.clients):
            if not await self.send(client):
                self.clients.discard(client)


class OfTopics:
    """The first member is there before it is announced."""

    def __init__(self):
        self.topics = {"a": set()}
        self.sent = []

    async def announce(self, topic):
        await pause()
        self.sent.append(topic)

    async def go(self, k):
        is_first = not self.topics["a"]
        self.topics["a"].add(k)
        if is_first:
            await self.announce("a")


class OfClock:
    """The moment of the last call, whoever made it."""

    def __init__(self):
        self.moment = 0.0
        self.waited = 0.0

    def tick(self):
        now = time.monotonic()
        self.waited = now - self.moment
        self.moment = now

    async def go(self, k):
        for _ in range(3):
            self.tick()
            await pause()


PATTERNS = [
    each for each in globals().values() if isinstance(each, type) and each.__name__.startswith(("Of", "Own"))
]


async def main():
    for pattern in PATTERNS:
        shared = pattern()
        await asyncio.gather(*(shared.go(k) for k in range(1, 4)))
    print("OK")


if __name__ == "__main__":
    asyncio.run(main())
