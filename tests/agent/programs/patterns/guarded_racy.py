"""Locks that guard nothing, a class each: two tasks call `go` of one object."""

import asyncio
import contextlib
import functools


async def pause():
    await asyncio.sleep(0)


class Guard:
    def __init__(self):
        self._lock = asyncio.Lock()

    async def __aenter__(self):
        await self._lock.acquire()
        return self

    async def __aexit__(self, *_):
        self._lock.release()


def locked_alone(method):
    @functools.wraps(method)
    async def wrapper(self, *arguments):
        async with asyncio.Lock():
            return await method(self, *arguments)

    return wrapper


class Counted:
    def __init__(self):
        self.n = 0

    async def add(self):
        seen = self.n
        await asyncio.sleep(0.002)
        self.n = seen + 1


class ByNewLock(Counted):
    async def go(self, k):
        async with asyncio.Lock():
            await self.add()


class ByNewManager(Counted):
    async def go(self, k):
        async with Guard():
            await self.add()


class ByDecoratorWithNewLock(Counted):
    @locked_alone
    async def go(self, k):
        await self.add()


class ByGeneratorManagerWithNewLock(Counted):
    @contextlib.asynccontextmanager
    async def guarded(self):
        async with asyncio.Lock():
            yield

    async def go(self, k):
        async with self.guarded():
            await self.add()


class ByManagerThatLocksNothing(Counted):
    async def __aenter__(self):
        await pause()

    async def __aexit__(self, *_):
        await pause()

    async def go(self, k):
        async with self:
            await self.add()


class ByManagerThatReleasesAtOnce(Counted):
    def __init__(self):
        super().__init__()
        self.lock = asyncio.Lock()

    async def __aenter__(self):
        async with self.lock:
            await pause()

    async def __aexit__(self, *_):
        await pause()

    async def go(self, k):
        async with self:
            await self.add()


class ByOtherKey(Counted):
    def __init__(self):
        super().__init__()
        self.locks = {}

    async def go(self, k):
        async with self.locks.setdefault(k, asyncio.Lock()):
            await self.add()


class ByReplacedLock(Counted):
    def __init__(self):
        super().__init__()
        self.locks = {}

    async def go(self, k):
        self.locks["a"] = asyncio.Lock()
        async with self.locks["a"]:
            await self.add()


class ByWideSemaphore(Counted):
    def __init__(self):
        super().__init__()
        self.slots = asyncio.Semaphore(2)

    async def go(self, k):
        async with self.slots:
            await self.add()


class ByMaybeNot(Counted):
    def __init__(self):
        super().__init__()
        self.lock = asyncio.Lock()

    async def go(self, k):
        async with self.lock if k == 1 else contextlib.nullcontext():
            await self.add()


class ReadBefore(Counted):
    def __init__(self):
        super().__init__()
        self.lock = asyncio.Lock()

    async def go(self, k):
        seen = self.n
        async with self.lock:
            await pause()
            self.n = seen + 1


class WrittenAfter(Counted):
    def __init__(self):
        super().__init__()
        self.lock = asyncio.Lock()

    async def go(self, k):
        async with self.lock:
            seen = self.n
            await pause()
        await pause()
        self.n = seen + 1


class OneOfTwoLocks(Counted):
    def __init__(self):
        super().__init__()
        self.locks = [asyncio.Lock(), asyncio.Lock()]

    async def go(self, k):
        async with self.locks[k % 2]:
            await self.add()


class SpawnedAndLeft(Counted):
    def __init__(self):
        super().__init__()
        self.lock = asyncio.Lock()

    async def go(self, k):
        async with self.lock:
            task = asyncio.create_task(self.add())
        await task


class TwoOwners(Counted):
    def __init__(self):
        super().__init__()
        self.queue = asyncio.Queue()

    async def own(self):
        await self.queue.get()
        await self.add()

    async def go(self, k):
        await self.queue.put(k)
        await pause()
        await self.own()


PATTERNS = [each for each in globals().values() if isinstance(each, type) and "go" in vars(each)]


async def main():
    for pattern in PATTERNS:
        shared = pattern()
        await asyncio.gather(shared.go(2), shared.go(1))
    print("OK")


if __name__ == "__main__":
    asyncio.run(main())
