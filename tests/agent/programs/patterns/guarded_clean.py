"""Ways in which a program takes a lock, a class each; three tasks call `go` of one object, and nothing is lost."""

import asyncio
import contextlib
import functools
from collections import defaultdict
from weakref import WeakValueDictionary


async def pause():
    await asyncio.sleep(0)


class Guard:
    """A context manager of the project's own."""

    def __init__(self):
        self._lock = asyncio.Lock()

    async def __aenter__(self):
        await self._lock.acquire()
        return self

    async def __aexit__(self, *_):
        self._lock.release()


class Reference:
    """A lock that a WeakValueDictionary can hold."""

    def __init__(self):
        self.lock = asyncio.Lock()


def locked(method):
    @functools.wraps(method)
    async def wrapper(self, *arguments):
        async with self.lock:
            return await method(self, *arguments)

    return wrapper


def locked_by(name):
    def decorate(method):
        @functools.wraps(method)
        async def wrapper(self, *arguments, **named):
            lock = getattr(self, name)
            await lock.acquire()
            try:
                return await method(self, *arguments, **named)
            finally:
                lock.release()

        return wrapper

    return decorate


class Counted:
    def __init__(self):
        self.n = 0

    async def add(self):
        seen = self.n
        await pause()
        self.n = seen + 1


class ByAsyncWith(Counted):
    def __init__(self):
        super().__init__()
        self.lock = asyncio.Lock()

    async def go(self, k):
        async with self.lock:
            await self.add()


class ByOwnManager(Counted):
    def __init__(self):
        super().__init__()
        self.guard = Guard()

    async def go(self, k):
        async with self.guard:
            await self.add()


class ByItself(Counted):
    def __init__(self):
        super().__init__()
        self._lock = asyncio.Lock()

    async def __aenter__(self):
        await self._lock.acquire()

    async def __aexit__(self, *_):
        self._lock.release()

    async def go(self, k):
        async with self:
            await self.add()


class ByGeneratorManager(Counted):
    def __init__(self):
        super().__init__()
        self._lock = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def guarded(self):
        async with self._lock:
            yield self

    async def go(self, k):
        async with self.guarded():
            await self.add()


class ByGeneratorManagerAcquiring(Counted):
    def __init__(self):
        super().__init__()
        self._lock = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def guarded(self):
        await self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()

    async def go(self, k):
        async with self.guarded():
            await self.add()


class ByDecorator(Counted):
    def __init__(self):
        super().__init__()
        self.lock = asyncio.Lock()

    @locked
    async def go(self, k):
        await self.add()


class ByDecoratorOfName(Counted):
    def __init__(self):
        super().__init__()
        self.mutex = asyncio.Lock()

    @locked_by("mutex")
    async def go(self, k):
        await self.add()


class BySetdefault(Counted):
    def __init__(self):
        super().__init__()
        self.locks = {}

    async def go(self, k):
        async with self.locks.setdefault("a", asyncio.Lock()):
            await self.add()


class ByDefaultdict(Counted):
    def __init__(self):
        super().__init__()
        self.locks = defaultdict(asyncio.Lock)

    async def go(self, k):
        async with self.locks["a"]:
            await self.add()


class ByWeakValues(Counted):
    def __init__(self):
        super().__init__()
        self.locks = WeakValueDictionary()

    async def go(self, k):
        reference = self.locks.get("a")
        if reference is None:
            reference = self.locks["a"] = Reference()
        async with reference.lock:
            await self.add()


class ByCountedLock(Counted):
    def __init__(self):
        super().__init__()
        self.locks = {}

    async def go(self, k):
        lock, users = self.locks.get("a") or (asyncio.Lock(), 0)
        self.locks["a"] = (lock, users + 1)
        try:
            async with lock:
                await self.add()
        finally:
            lock, users = self.locks["a"]
            if users == 1:
                del self.locks["a"]
            else:
                self.locks["a"] = (lock, users - 1)


class ByExitStack(Counted):
    def __init__(self):
        super().__init__()
        self.lock = asyncio.Lock()

    async def go(self, k):
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(self.lock)
            await self.add()


class ByMaybe(Counted):
    def __init__(self):
        super().__init__()
        self.lock = asyncio.Lock()

    async def go(self, k):
        async with self.lock if k else contextlib.nullcontext():
            await self.add()


class ByCondition(Counted):
    def __init__(self):
        super().__init__()
        self.condition = asyncio.Condition()

    async def go(self, k):
        async with self.condition:
            await self.add()
            self.condition.notify_all()


class BySemaphore(Counted):
    def __init__(self):
        super().__init__()
        self.slots = asyncio.Semaphore(1)

    async def go(self, k):
        async with self.slots:
            await self.add()


class ByTimedAcquire(Counted):
    def __init__(self):
        super().__init__()
        self.lock = asyncio.Lock()

    async def go(self, k):
        await asyncio.wait_for(self.lock.acquire(), 1)
        try:
            await self.add()
        finally:
            self.lock.release()


class ByQueueToken(Counted):
    def __init__(self):
        super().__init__()
        self.tokens = asyncio.Queue()
        self.tokens.put_nowait("token")

    async def go(self, k):
        token = await self.tokens.get()
        await self.add()
        self.tokens.put_nowait(token)


class ByOwnFlag(Counted):
    def __init__(self):
        super().__init__()
        self.is_busy = False
        self.idle = asyncio.Event()

    async def go(self, k):
        while self.is_busy:
            self.idle.clear()
            await self.idle.wait()
        self.is_busy = True
        await self.add()
        self.is_busy = False
        self.idle.set()


class ByClassLock(Counted):
    lock = asyncio.Lock()

    async def go(self, k):
        async with type(self).lock:
            await self.add()


class ByLockOfOther(Counted):
    def __init__(self):
        super().__init__()
        self.holder = Reference()

    async def go(self, k):
        lock = self.holder.lock
        async with lock:
            await asyncio.shield(self.add())


class InSpawnedTask(Counted):
    def __init__(self):
        super().__init__()
        self.lock = asyncio.Lock()

    async def go(self, k):
        async with self.lock:
            await asyncio.create_task(self.add())


PATTERNS = [each for each in globals().values() if isinstance(each, type) and "go" in vars(each)]


async def main():
    for pattern in PATTERNS:
        shared = pattern()
        await asyncio.gather(*(shared.go(k) for k in range(1, 4)))
        assert shared.n == 3, pattern
    print("OK")


if __name__ == "__main__":
    asyncio.run(main())
