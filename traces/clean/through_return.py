"""Load and save between one acquire and one release: nothing to find."""

import asyncio


class Store:
    def __init__(self):
        self.value = 0
        self.lock = asyncio.Lock()

    async def load(self):
        await asyncio.sleep(0)
        return self.value

    async def save(self, value):
        await asyncio.sleep(0)
        self.value = value

    async def increment(self):
        await self.lock.acquire()
        try:
            value = await self.load()
            await self.save(value + 1)
        finally:
            self.lock.release()


async def main():
    store = Store()
    await asyncio.gather(*(store.increment() for _ in range(5)))
    print("OK" if store.value == 5 else f"BAD: 5 increments, counted {store.value}")


if __name__ == "__main__":
    asyncio.run(main())
