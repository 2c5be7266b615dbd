"""A method that is called under a lock lets go of it while it loads, takes it back, and looks again whether somebody else
was faster. The racy twin does not."""

import asyncio
import itertools

numbers = itertools.count(1)


class Cache:
    def __init__(self):
        self.lock = asyncio.Lock()
        self.connection = None

    async def acquire(self):
        await self.lock.acquire()

    def release(self):
        self.lock.release()

    async def load(self, key):
        await self.acquire()
        connection = await self.connected()
        self.release()
        return f"{key} by {connection}"

    async def connected(self):
        if self.connection is None:
            self.release()
            try:
                connection = await self.open()
            finally:
                await self.acquire()
            if self.connection is None:
                self.connection = connection
        return self.connection

    async def open(self):
        await asyncio.sleep(0.001)
        return f"connection {next(numbers)}"


async def main():
    cache = Cache()
    loaded = await asyncio.gather(cache.load("a"), cache.load("b"))
    used = {text.partition(" by ")[2] for text in loaded}
    print("OK" if len(used) == 1 else f"BAD: {len(used)} connections")


if __name__ == "__main__":
    asyncio.run(main())
