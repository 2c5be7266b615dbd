"""The checks of checked_racy.py where they are right: made in the step of the act, made again, or held by a lock."""

import asyncio
import contextlib
import types


async def pause():
    await asyncio.sleep(0)


class Limited(Exception):
    pass


class ByHelper:
    def __init__(self):
        self.used = 0

    def is_free(self):
        return self.used < 1

    async def go(self, k):
        await pause()
        if self.is_free():
            self.used += 1
            await pause()


class ByHelperOfHelper:
    def __init__(self):
        self.used = 0

    def left(self):
        return 1 - self.used

    def is_free(self):
        return self.left() > 0

    async def go(self, k):
        if not self.is_free():
            return
        await pause()
        if self.is_free():
            self.used += 1


class ByAsyncHelper:
    def __init__(self):
        self.used = 0
        self.lock = asyncio.Lock()

    async def left(self):
        await pause()
        return 1 - self.used

    async def is_free(self):
        return await self.left() > 0

    async def go(self, k):
        async with self.lock:
            if await self.is_free():
                await pause()
                self.used += 1


class ByAsyncHelperWithoutAwait:
    def __init__(self):
        self.used = 0

    async def left(self):
        return 1 - self.used

    async def go(self, k):
        await pause()
        if await self.left() > 0:
            self.used += 1


class ByProperty:
    def __init__(self):
        self.token = None

    @property
    def is_open(self):
        return self.token is not None

    @property
    def is_closed(self):
        return not self.is_open

    async def go(self, k):
        await pause()
        if self.is_closed:
            self.token = k


class ByRaisingHelper:
    def __init__(self):
        self.used = 0

    def ensure(self):
        if self.used >= 1:
            raise Limited

    def ensure_all(self):
        self.ensure()

    async def go(self, k):
        with contextlib.suppress(Limited):
            self.ensure_all()
            await pause()
            self.ensure_all()
            self.used += 1


class ByHelperWithAct:
    def __init__(self):
        self.token = None
        self.lock = asyncio.Lock()

    async def login(self, k):
        await pause()
        self.token = k

    async def ensure(self, k):
        async with self.lock:
            if self.token is None:
                await self.login(k)

    async def go(self, k):
        await self.ensure(k)
        return self.token


class ByEarlyReturn:
    def __init__(self):
        self.token = None

    async def go(self, k):
        if self.token is not None:
            return
        token = object()
        self.token = token
        await pause()


class ByEarlyContinue:
    def __init__(self):
        self.done = set()
        self.log = []

    async def go(self, k):
        for name in ("a", "b"):
            if name in self.done:
                continue
            self.done.add(name)
            await pause()
            self.log.append(k)


class ByWhileNot:
    def __init__(self):
        self.owner = None

    async def go(self, k):
        while self.owner is not None:
            await pause()
        self.owner = k
        await pause()
        self.owner = None


class ByWhileCondition:
    def __init__(self):
        self.items = []
        self.changed = asyncio.Condition()

    async def go(self, k):
        if k == 1:
            for item in range(4):
                async with self.changed:
                    self.items.append(item)
                    self.changed.notify_all()
                await pause()
            return
        for _ in range(2):
            async with self.changed:
                while not self.items:
                    await self.changed.wait()
                self.items.pop()


class ByWaitFor:
    def __init__(self):
        self.items = []
        self.changed = asyncio.Condition()

    async def go(self, k):
        async with self.changed:
            if k == 1:
                self.items += [1, 2]
                self.changed.notify_all()
            else:
                await self.changed.wait_for(lambda: self.items)
                self.items.pop()


class ByLocalFlag:
    def __init__(self):
        self.token = None

    async def go(self, k):
        is_new = False
        if self.token is None:
            is_new = True
            self.token = k
        await pause()
        if is_new:
            await pause()


class ByComprehension:
    def __init__(self):
        self.rows = {"a": "free"}

    async def go(self, k):
        await pause()
        free = [name for name in ("a", "b") if self.rows.get(name) == "free"]
        for name in free:
            self.rows[name] = k
        await pause()


class ByAny:
    def __init__(self):
        self.rows = [types.SimpleNamespace(is_busy=False)]
        self.claimed = None

    async def go(self, k):
        if not any(row.is_busy for row in self.rows):
            self.rows[0].is_busy = True
            self.claimed = k
            await pause()


class ByLambda:
    def __init__(self):
        self.used = 0

    async def go(self, k):
        is_free = lambda: self.used < 1  # noqa: E731
        if is_free():
            await pause()
            if is_free():
                self.used += 1


class ByClosure:
    def __init__(self):
        self.used = 0

    async def go(self, k):
        def is_free():
            return self.used < 1

        await pause()
        if is_free():
            self.used += 1


class ByWalrusGet:
    def __init__(self):
        self.cache = {}

    async def go(self, k):
        if (found := self.cache.get("a")) is not None:
            return found
        await pause()
        return self.cache.setdefault("a", k)


class ByAlias:
    def __init__(self):
        self.cache = {}

    async def go(self, k):
        cache = self.cache
        await pause()
        if "a" not in cache:
            cache["a"] = k


class ByPop:
    def __init__(self):
        self.free = {"a": 1}
        self.taken = []

    async def go(self, k):
        name = self.free.pop("a", None)
        await pause()
        if name is not None:
            self.taken.append(name)


class ByLength:
    def __init__(self):
        self.active = set()

    async def go(self, k):
        if len(self.active) < 1:
            self.active.add(k)
            await pause()
            self.active.discard(k)


class ByHasattr:
    async def go(self, k):
        await pause()
        if not hasattr(self, "token"):
            self.token = k


class ByDone:
    def __init__(self):
        self.task = None

    async def go(self, k):
        if self.task is None:
            self.task = asyncio.create_task(pause())
        await self.task


class GuardsOther:
    def __init__(self):
        self.is_connecting = False
        self.connection = None

    async def go(self, k):
        if self.is_connecting:
            return
        self.is_connecting = True
        await pause()
        self.connection = k


class CheckedTwice:
    def __init__(self):
        self.token = None
        self.lock = asyncio.Lock()

    async def go(self, k):
        if self.token is None:
            async with self.lock:
                if self.token is None:
                    await pause()
                    self.token = k


class AddsInStepOfCheck:
    def __init__(self):
        self.balance = 10

    async def go(self, k):
        await pause()
        if self.balance >= 10:
            self.balance -= 10


class UndoneInFinally:
    def __init__(self):
        self.is_running = False
        self.runs = 0

    async def go(self, k):
        if self.is_running:
            return
        self.is_running = True
        self.runs += 1
        try:
            await pause()
        finally:
            self.is_running = False


class HomeMadeLock:
    def __init__(self):
        self.is_busy = False
        self.n = 0

    async def go(self, k):
        while self.is_busy:
            await pause()
        self.is_busy = True
        seen = self.n
        await pause()
        self.n = seen + 1
        self.is_busy = False


class SingleFlight:
    def __init__(self):
        self.future = None

    async def load(self, k):
        await pause()
        return k

    async def go(self, k):
        if self.future is None:
            self.future = asyncio.ensure_future(self.load(k))
        return await self.future


class OwnerTask:
    def __init__(self):
        self.queue = asyncio.Queue()
        self.total = 0
        self.owner = asyncio.create_task(self.own())

    async def own(self):
        for _ in range(3):
            amount = await self.queue.get()
            seen = self.total
            await pause()
            self.total = seen + amount

    async def go(self, k):
        await self.queue.put(k)
        await pause()


class ByMatch:
    def __init__(self):
        self.state = ("idle", 0)

    async def go(self, k):
        await pause()
        match self.state:
            case ("idle", count) if count < 1:
                self.state = ("busy", k)


class ByConditional:
    def __init__(self):
        self.token = None
        self.lock = asyncio.Lock()

    async def fetch(self, k):
        await pause()
        return k

    async def go(self, k):
        async with self.lock:
            self.token = await self.fetch(k) if self.token is None else self.token


class ByGenerator:
    def __init__(self):
        self.owner = {}

    def names(self):
        for name in ("a", "b"):
            if name not in self.owner:
                yield name

    async def go(self, k):
        for name in self.names():
            self.owner[name] = k
            await pause()


class ByAsyncGenerator:
    def __init__(self):
        self.owner = {}

    async def names(self):
        for name in ("a", "b"):
            await pause()
            if name not in self.owner:
                yield name

    async def go(self, k):
        async for name in self.names():
            self.owner[name] = k


class InSpawnedTask:
    def __init__(self):
        self.token = None

    async def login(self, k):
        await pause()
        if self.token is None:
            self.token = k

    async def go(self, k):
        if self.token is None:
            await asyncio.create_task(self.login(k))


class InAsyncWith:
    def __init__(self):
        self.token = None
        self.lock = asyncio.Lock()

    async def __aenter__(self):
        await self.lock.acquire()
        if self.token is None:
            await pause()
            self.token = object()
        return self

    async def __aexit__(self, *_):
        self.lock.release()

    async def go(self, k):
        async with self:
            await pause()


PATTERNS = [each for each in globals().values() if isinstance(each, type) and "go" in vars(each)]


async def main():
    for pattern in PATTERNS:
        shared = pattern()
        await asyncio.gather(*(shared.go(k) for k in range(1, 4)))
    print("OK")


if __name__ == "__main__":
    asyncio.run(main())
