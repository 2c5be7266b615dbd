"""Checks that decide whether to wait, and are not made again after it, a class each."""

import asyncio
import contextlib


class Shelf:
    """Two takers wait; one item comes."""

    def __init__(self):
        self.items = []
        self.changed = asyncio.Condition()

    async def give(self):
        await asyncio.sleep(0.001)
        async with self.changed:
            self.items.append(1)
            self.changed.notify_all()

    async def run(self):
        with contextlib.suppress(IndexError):
            await asyncio.gather(self.take(), self.take(), self.give())


class ByIf(Shelf):
    async def take(self):
        async with self.changed:
            if not self.items:
                await self.changed.wait()
            self.items.pop()


class ByLength(Shelf):
    async def take(self):
        async with self.changed:
            if len(self.items) == 0:
                await self.changed.wait()
            self.items.pop()


class ByAnd(Shelf):
    async def take(self):
        async with self.changed:
            self.items or await self.changed.wait()
            self.items.pop()


class ByElse(Shelf):
    async def take(self):
        async with self.changed:
            if self.items:
                pass
            else:
                await self.changed.wait()
            self.items.pop()


class ByHelper(Shelf):
    async def wait_for_item(self):
        if not self.items:
            await self.changed.wait()

    async def take(self):
        async with self.changed:
            await self.wait_for_item()
            self.items.pop()


class WithTimeout(Shelf):
    async def take(self):
        async with self.changed:
            if not self.items:
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self.changed.wait(), 1)
            self.items.pop()


class ByCounter(Shelf):
    def __init__(self):
        super().__init__()
        self.free = 0

    async def give(self):
        await asyncio.sleep(0.001)
        async with self.changed:
            self.free += 1
            self.changed.notify_all()

    async def take(self):
        async with self.changed:
            if self.free == 0:
                await self.changed.wait()
            self.free -= 1


class ByEvent(Shelf):
    def __init__(self):
        super().__init__()
        self.there = asyncio.Event()

    async def give(self):
        await asyncio.sleep(0.001)
        self.items.append(1)
        self.there.set()

    async def take(self):
        if not self.items:
            await self.there.wait()
        self.items.pop()


class ByFuture(Shelf):
    def __init__(self):
        super().__init__()
        self.there = asyncio.get_running_loop().create_future()

    async def give(self):
        await asyncio.sleep(0.001)
        self.items.append(1)
        self.there.set_result(None)

    async def take(self):
        if not self.items:
            await self.there
        self.items.pop()


class WaitsOnceInLoop(Shelf):
    async def take(self):
        for _ in range(1):
            async with self.changed:
                if not self.items:
                    await self.changed.wait()
                self.items.pop()


PATTERNS = [each for each in globals().values() if isinstance(each, type) and "take" in vars(each)]


async def main():
    for pattern in PATTERNS:
        await pattern().run()
    print("OK")


if __name__ == "__main__":
    asyncio.run(main())
