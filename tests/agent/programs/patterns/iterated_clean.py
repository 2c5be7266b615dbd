"""Loops that may be suspended and yet go on with nothing stale, a class each: one task calls `go`, another `change`."""

import asyncio
from collections import deque


async def pause():
    await asyncio.sleep(0)


class Rows:
    def __init__(self):
        self.rows = {1: "a", 2: "b", 3: "c"}

    async def change(self):
        await pause()
        del self.rows[3]


class OverCopy(Rows):
    async def go(self):
        for _ in self.rows.copy():
            await pause()


class OverList(Rows):
    async def go(self):
        for _, _ in list(self.rows.items()):
            await pause()


class OverSorted(Rows):
    async def go(self):
        for _ in sorted(self.rows):
            await pause()


class OverTupleOfEnumerated(Rows):
    async def go(self):
        for _, _ in enumerate(tuple(self.rows)):
            await pause()


class OverSlice(Rows):
    def __init__(self):
        self.rows = [1, 2, 3]

    async def change(self):
        await pause()
        self.rows.pop(0)

    async def go(self):
        for _ in self.rows[:]:
            await pause()


class OverCopyKept(Rows):
    async def go(self):
        rows = dict(self.rows)
        for _ in rows:
            await pause()


class OverOwn(Rows):
    async def go(self):
        rows = {row: await self.one(row) for row in (1, 2)}
        for row in rows:
            await pause()
            assert rows[row] == row

    async def one(self, row):
        await pause()
        return row


class WithoutWait(Rows):
    async def go(self):
        await pause()
        for _ in self.rows:
            pass
        await pause()


class WaitsAndLeaves(Rows):
    async def go(self):
        for _ in self.rows:
            await pause()
            break


class UnderLock(Rows):
    def __init__(self):
        super().__init__()
        self.lock = asyncio.Lock()

    async def change(self):
        async with self.lock:
            del self.rows[3]

    async def go(self):
        async with self.lock:
            for _ in self.rows:
                await pause()


class ValuesReplaced(Rows):
    async def change(self):
        await pause()
        self.rows[3] = "d"

    async def go(self):
        for _ in self.rows:
            await pause()


class GrowingList(Rows):
    def __init__(self):
        self.rows = [1, 2, 3]

    async def change(self):
        await pause()
        self.rows.append(4)

    async def go(self):
        for _ in self.rows:
            await pause()


class Drained(Rows):
    def __init__(self):
        self.rows = deque([1, 2, 3])

    async def change(self):
        await pause()
        self.rows.append(4)

    async def go(self):
        while self.rows:
            self.rows.popleft()
            await pause()


class Swapped(Rows):
    async def change(self):
        await pause()
        self.rows = {}

    async def go(self):
        rows, self.rows = self.rows, {}
        for _ in rows:
            await pause()


class ChangedAfter(Rows):
    async def change(self):
        for _ in range(20):
            await pause()

    async def go(self):
        for _ in self.rows:
            await pause()
        del self.rows[3]


PATTERNS = [each for each in globals().values() if isinstance(each, type) and "go" in vars(each)]


async def main():
    for pattern in PATTERNS:
        shared = pattern()
        await asyncio.gather(shared.go(), shared.change())
    print("OK")


if __name__ == "__main__":
    asyncio.run(main())
