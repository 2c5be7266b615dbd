"""Checks that decide whether to wait, where what follows holds, a class each."""

import asyncio


async def pause():
    await asyncio.sleep(0)


class Shelf:
    """Two takers wait; two items come, one after the other."""

    def __init__(self):
        self.items = []
        self.changed = asyncio.Condition()

    async def give(self):
        for item in range(2):
            await asyncio.sleep(0.001)
            async with self.changed:
                self.items.append(item)
                self.changed.notify_all()

    async def run(self):
        await asyncio.gather(self.take(), self.take(), self.give())


class ByWhile(Shelf):
    async def take(self):
        async with self.changed:
            while not self.items:
                await self.changed.wait()
            self.items.pop()


class ByWhileTrue(Shelf):
    async def take(self):
        async with self.changed:
            while True:
                if self.items:
                    self.items.pop()
                    return
                await self.changed.wait()


class ByWaitFor(Shelf):
    async def take(self):
        async with self.changed:
            await self.changed.wait_for(lambda: self.items)
            self.items.pop()


class ByNotifyOne(Shelf):
    async def give(self):
        for item in range(2):
            await asyncio.sleep(0.001)
            async with self.changed:
                self.items.append(item)
                self.changed.notify(1)

    async def take(self):
        async with self.changed:
            if not self.items:
                await self.changed.wait()
            self.items.pop()


class CheckedAgain(Shelf):
    async def take(self):
        async with self.changed:
            if not self.items:
                await self.changed.wait()
            if not self.items:
                return
            self.items.pop()


class CheckedAgainInAct(Shelf):
    async def take(self):
        async with self.changed:
            if not self.items:
                await self.changed.wait()
            if self.items:
                self.items.pop()


class ByHelper(Shelf):
    async def wait_for_item(self):
        while not self.items:
            await self.changed.wait()

    async def take(self):
        async with self.changed:
            await self.wait_for_item()
            self.items.pop()


class ReadyOnce(Shelf):
    """What was waited for stays."""

    def __init__(self):
        super().__init__()
        self.connection = None
        self.ready = asyncio.Event()

    async def give(self):
        await pause()
        self.connection = "open"
        self.ready.set()

    async def take(self):
        if self.connection is None:
            await self.ready.wait()
        return self.connection.upper()


class Filled(Shelf):
    """Whoever waited fills in what is missing, under a lock."""

    def __init__(self):
        super().__init__()
        self.connection = None
        self.lock = asyncio.Lock()

    async def fill(self):
        async with self.lock:
            if self.connection is None:
                await pause()
                self.connection = "open"

    async def give(self):
        await pause()

    async def take(self):
        if self.connection is None:
            await self.fill()
        return self.connection.upper()


class Paused(Shelf):
    """What is done after the wait does not depend on it."""

    def __init__(self):
        super().__init__()
        self.is_slow = False
        self.taken = 0

    async def give(self):
        self.is_slow = True
        await pause()
        self.is_slow = False

    async def take(self):
        if self.is_slow:
            await pause()
        self.taken += 1


PATTERNS = [each for each in globals().values() if isinstance(each, type) and "take" in vars(each)]


async def main():
    for pattern in PATTERNS:
        await pattern().run()
    print("OK")


if __name__ == "__main__":
    asyncio.run(main())
