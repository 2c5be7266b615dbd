"""How a check comes to decide about an act that it is too old for, a class each: two tasks call `go` of one object."""

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
        if self.is_free():
            await pause()
            self.used += 1


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
        self.used += 1


class ByAsyncHelper:
    def __init__(self):
        self.used = 0

    async def left(self):
        await pause()
        return 1 - self.used

    async def is_free(self):
        return await self.left() > 0

    async def go(self, k):
        if await self.is_free():
            await pause()
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
        if self.is_closed:
            await pause()
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
            self.used += 1


class ByHelperWithAct:
    def __init__(self):
        self.token = None

    async def login(self, k):
        await pause()
        self.token = k

    async def ensure(self, k):
        if self.token is None:
            await self.login(k)

    async def go(self, k):
        await self.ensure(k)
        return self.token


class ByHelperWithFlag:
    def __init__(self):
        self.token = None

    def state(self):
        if self.token is None:
            return "new"
        return "old"

    async def go(self, k):
        if self.state() == "new":
            await pause()
            self.token = k


class ByEarlyReturn:
    def __init__(self):
        self.token = None

    async def go(self, k):
        if self.token is not None:
            return
        await pause()
        self.token = k


class ByEarlyRaise:
    def __init__(self):
        self.token = None

    async def go(self, k):
        try:
            if self.token is not None:
                raise Limited
            await pause()
            self.token = k
        except Limited:
            pass


class ByEarlyContinue:
    def __init__(self):
        self.done = set()
        self.log = []

    async def go(self, k):
        for name in ("a", "b"):
            if name in self.done:
                continue
            await pause()
            self.done.add(name)
            self.log.append(k)


class ByWhileNot:
    def __init__(self):
        self.owner = None

    async def go(self, k):
        while self.owner is not None:
            await pause()
        await pause()
        self.owner = k
        await pause()
        self.owner = None


class ByLocal:
    def __init__(self):
        self.token = None

    async def go(self, k):
        is_new = self.token is None
        await pause()
        if is_new:
            self.token = k


class ByLocalFlag:
    def __init__(self):
        self.token = None

    async def go(self, k):
        is_new = False
        if self.token is None:
            is_new = True
        await pause()
        if is_new:
            self.token = k


class ByTuple:
    def __init__(self):
        self.token = None

    def look(self):
        return self.token, "name"

    async def go(self, k):
        token, name = self.look()
        await pause()
        if token is None:
            self.token = name


class ByArgument:
    def __init__(self):
        self.token = None

    async def login(self, token, k):
        await pause()
        if token is None:
            self.token = k

    async def go(self, k):
        await self.login(self.token, k)


class ByComprehension:
    def __init__(self):
        self.rows = {"a": "free"}

    async def go(self, k):
        free = [name for name in ("a", "b") if self.rows.get(name) == "free"]
        await pause()
        for name in free:
            self.rows[name] = k


class ByNext:
    def __init__(self):
        self.rows = {"a": None}

    async def go(self, k):
        name = next((name for name in self.rows if self.rows[name] is None), None)
        if name is not None:
            await pause()
            self.rows[name] = k


class ByAny:
    def __init__(self):
        self.rows = [types.SimpleNamespace(is_busy=False)]
        self.claimed = None

    async def go(self, k):
        if not any(row.is_busy for row in self.rows):
            await pause()
            self.rows[0].is_busy = True
            self.claimed = k


class ByClosure:
    def __init__(self):
        self.used = 0

    async def go(self, k):
        def is_free():
            return self.used < 1

        if is_free():
            await pause()
            self.used += 1


class ByLambda:
    def __init__(self):
        self.used = 0

    async def go(self, k):
        is_free = lambda: self.used < 1  # noqa: E731
        if is_free():
            await pause()
            self.used += 1


class ByGet:
    def __init__(self):
        self.cache = {}

    async def go(self, k):
        if self.cache.get("a") is None:
            await pause()
            self.cache["a"] = k


class ByWalrusGet:
    def __init__(self):
        self.cache = {}

    async def go(self, k):
        if (found := self.cache.get("a")) is not None:
            return found
        await pause()
        self.cache["a"] = k
        return k


class ByAlias:
    def __init__(self):
        self.cache = {}

    async def go(self, k):
        cache = self.cache
        if "a" not in cache:
            await pause()
            cache["a"] = k


class ByAliasInArgument:
    def __init__(self):
        self.cache = {}

    async def fill(self, rows, k):
        await pause()
        rows["a"] = k

    async def go(self, k):
        if "a" not in self.cache:
            await self.fill(self.cache, k)


class ByPop:
    def __init__(self):
        self.free = {"a": 1}

    async def go(self, k):
        if self.free.get("a") is not None:
            await pause()
            with contextlib.suppress(KeyError):
                self.free.pop("a")


class ByLength:
    def __init__(self):
        self.active = set()

    async def go(self, k):
        if len(self.active) < 1:
            await pause()
            self.active.add(k)


class ByTruth:
    def __init__(self):
        self.jobs = [1, 2]

    async def go(self, k):
        while self.jobs:
            await pause()
            if k == 1:
                await pause()
            self.jobs[:] = self.jobs[1:]


class ByGetattr:
    def __init__(self):
        self.token = None

    async def go(self, k):
        if getattr(self, "token", None) is None:
            await pause()
            self.token = k


class ByHasattr:
    async def go(self, k):
        if not hasattr(self, "token"):
            await pause()
            self.token = k


class ByDone:
    def __init__(self):
        self.task = None

    async def go(self, k):
        if self.task and not self.task.done():
            return
        await pause()
        self.task = asyncio.create_task(pause())
        await self.task


class GuardsOther:
    def __init__(self):
        self.is_connecting = False
        self.connection = None

    async def go(self, k):
        if self.is_connecting:
            return
        await pause()
        self.is_connecting = True
        self.connection = k


class CheckedTwiceWrongly:
    def __init__(self):
        self.token = None
        self.lock = asyncio.Lock()

    async def go(self, k):
        if self.token is None:
            async with self.lock:
                await pause()
                self.token = k


class AddsUnderStaleCheck:
    def __init__(self):
        self.balance = 10

    async def go(self, k):
        if self.balance >= 10:
            await pause()
            self.balance -= 10


class UndoneInFinally:
    def __init__(self):
        self.is_running = False
        self.runs = 0

    async def go(self, k):
        if self.is_running:
            return
        await pause()
        self.is_running = True
        self.runs += 1
        try:
            await pause()
        finally:
            self.is_running = False


class LockMadeLate:
    def __init__(self):
        self.is_busy = False
        self.n = 0

    async def go(self, k):
        while self.is_busy:
            await pause()
        await pause()
        self.is_busy = True
        seen = self.n
        await pause()
        self.n = seen + 1
        self.is_busy = False


class FutureMadeLate:
    def __init__(self):
        self.future = None

    async def load(self, k):
        await pause()
        return k

    async def go(self, k):
        if self.future is None:
            await pause()
            self.future = asyncio.ensure_future(self.load(k))
        return await self.future


class ByConditional:
    def __init__(self):
        self.token = None

    async def fetch(self, k):
        await pause()
        return k

    async def go(self, k):
        self.token = await self.fetch(k) if self.token is None else self.token


class ByOr:
    def __init__(self):
        self.token = None

    async def fetch(self, k):
        await pause()
        return k

    async def go(self, k):
        self.token = self.token or await self.fetch(k)


class ByChain:
    def __init__(self):
        self.n = 5

    async def go(self, k):
        if 0 < self.n < 10:
            await pause()
            self.n += 5


class ByMatch:
    def __init__(self):
        self.state = ("idle", 0)

    async def go(self, k):
        match self.state:
            case ("idle", count) if count < 1:
                await pause()
                self.state = ("busy", k)


class ByTryElse:
    def __init__(self):
        self.rows = {"a": 1}

    async def go(self, k):
        try:
            self.rows["a"]
        except KeyError:
            return
        else:
            await pause()
            with contextlib.suppress(KeyError):
                del self.rows["a"]


class ByGenerator:
    def __init__(self):
        self.free = ["a"]
        self.owner = {}

    def names(self):
        for name in list(self.free):
            if name not in self.owner:
                yield name

    async def go(self, k):
        for name in self.names():
            await pause()
            self.owner[name] = k


class ByAsyncGenerator:
    def __init__(self):
        self.owner = {}

    async def names(self):
        for name in ("a", "b"):
            if name not in self.owner:
                await pause()
                yield name

    async def go(self, k):
        async for name in self.names():
            self.owner[name] = k


class InNestedFunction:
    def __init__(self):
        self.token = None

    async def go(self, k):
        async def login():
            await pause()
            self.token = k

        if self.token is None:
            await login()


class InSpawnedTask:
    def __init__(self):
        self.token = None

    async def login(self, k):
        await pause()
        self.token = k

    async def go(self, k):
        if self.token is None:
            await asyncio.create_task(self.login(k))


class InCallback:
    def __init__(self):
        self.token = None

    def store(self, k):
        self.token = k

    async def go(self, k):
        if self.token is None:
            asyncio.get_running_loop().call_soon(self.store, k)
        await pause()
        await pause()


class InAsyncWith:
    def __init__(self):
        self.token = None

    async def __aenter__(self):
        if self.token is None:
            await pause()
            self.token = object()
        return self

    async def __aexit__(self, *_):
        await pause()

    async def go(self, k):
        async with self:
            await pause()


class InTimeout:
    def __init__(self):
        self.token = None

    async def login(self, k):
        await pause()
        self.token = k

    async def go(self, k):
        if self.token is None:
            await asyncio.wait_for(self.login(k), 1)


class InGather:
    def __init__(self):
        self.token = None

    async def login(self, k):
        await pause()
        self.token = k

    async def go(self, k):
        if self.token is None:
            await asyncio.gather(self.login(k), pause())


class OnClass:
    token = None

    async def go(self, k):
        if type(self).token is None:
            await pause()
            type(self).token = k


class OnInnerObject:
    def __init__(self):
        self.inner = types.SimpleNamespace(token=None)

    async def go(self, k):
        inner = self.inner
        if inner.token is None:
            await pause()
            inner.token = k


class OnRow:
    def __init__(self):
        self.rows = {"a": types.SimpleNamespace(owner=None)}

    async def go(self, k):
        row = self.rows["a"]
        if row.owner:
            return
        await pause()
        row.owner = k


PATTERNS = [each for each in globals().values() if isinstance(each, type) and "go" in vars(each)]


async def main():
    for pattern in PATTERNS:
        shared = pattern()
        await asyncio.gather(shared.go(2), shared.go(1))
    print("OK")


if __name__ == "__main__":
    asyncio.run(main())
