"""Loops that go on with a container after it was changed, a class each: one task calls `go`, another `change`."""

import asyncio
import contextlib
from collections import Counter, OrderedDict, deque


async def pause():
    await asyncio.sleep(0)


class Rows:
    def __init__(self):
        self.rows = {1: "a", 2: "b", 3: "c"}

    async def change(self):
        await pause()
        del self.rows[3]


class OverDict(Rows):
    async def go(self):
        for _ in self.rows:
            await pause()


class OverItems(Rows):
    async def go(self):
        for _, _ in self.rows.items():
            await pause()


class OverValues(Rows):
    async def go(self):
        for _ in self.rows.values():
            await pause()


class OverAlias(Rows):
    async def go(self):
        rows = self.rows
        for _ in rows:
            await pause()


class OverKeptView(Rows):
    async def go(self):
        items = self.rows.items()
        for _ in items:
            await pause()


class OverEnumerated(Rows):
    async def go(self):
        for _, _ in enumerate(self.rows):
            await pause()


class OverIterator(Rows):
    async def go(self):
        rows = iter(self.rows)
        next(rows)
        await pause()
        next(rows)
        await pause()
        next(rows)


class OverZipped(Rows):
    async def go(self):
        for _, _ in zip(self.rows, range(9), strict=False):
            await pause()


class OverMethodResult(Rows):
    def all(self):
        return self.rows

    async def go(self):
        for _ in self.all():
            await pause()


class OverArgument(Rows):
    async def send(self, rows):
        for _ in rows:
            await pause()

    async def go(self):
        await self.send(self.rows)


class OverComprehension(Rows):
    async def one(self, row):
        await pause()
        return row

    async def go(self):
        return [await self.one(row) for row in self.rows]


class OverGenerator(Rows):
    def all(self):
        for row in self.rows:
            yield row, 1

    async def go(self):
        for _ in self.all():
            await pause()


class OverAsyncGenerator(Rows):
    async def all(self):
        for row in self.rows:
            yield row

    async def go(self):
        async for _ in self.all():
            await pause()


class OverHelperThatWaits(Rows):
    async def send(self, row):
        await pause()

    async def go(self):
        for row in self.rows:
            await self.send(row)


class OverSet(Rows):
    def __init__(self):
        self.rows = {1, 2, 3}

    async def change(self):
        await pause()
        self.rows.discard(3)

    async def go(self):
        for _ in self.rows:
            await pause()


class OverDeque(Rows):
    def __init__(self):
        self.rows = deque([1, 2, 3])

    async def change(self):
        await pause()
        self.rows.popleft()

    async def go(self):
        for _ in self.rows:
            await pause()


class OverList(Rows):
    def __init__(self):
        self.rows = [1, 2, 3]

    async def change(self):
        await pause()
        self.rows.pop(0)

    async def go(self):
        for _ in self.rows:
            await pause()


class OverOrdered(Rows):
    def __init__(self):
        self.rows = OrderedDict({1: "a", 2: "b", 3: "c"})

    async def go(self):
        for _ in self.rows.items():
            await pause()


class OverCounter(Rows):
    def __init__(self):
        self.rows = Counter("abc")

    async def change(self):
        await pause()
        self.rows["d"] = 1

    async def go(self):
        for _ in self.rows.values():
            await pause()


class OverWithLock(Rows):
    def __init__(self):
        super().__init__()
        self.lock = asyncio.Lock()

    async def go(self):
        for _ in self.rows:
            async with self.lock:
                await pause()


PATTERNS = [each for each in globals().values() if isinstance(each, type) and "go" in vars(each)]


async def main():
    for pattern in PATTERNS:
        shared = pattern()
        with contextlib.suppress(RuntimeError):
            await asyncio.gather(shared.go(), shared.change())
    print("OK")


if __name__ == "__main__":
    asyncio.run(main())
