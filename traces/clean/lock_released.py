"""The lock is let go between two updates, but each update reads again under it: nothing to find."""

import asyncio


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = asyncio.Lock()

    async def increment_twice(self):
        async with self.lock:
            value = self.value
            await asyncio.sleep(0)
            self.value = value + 1
        await asyncio.sleep(0)
        async with self.lock:
            value = self.value
            await asyncio.sleep(0)
            self.value = value + 1


async def main():
    counter = Counter()
    await asyncio.gather(*(counter.increment_twice() for _ in range(10)))
    print("OK" if counter.value == 20 else f"BAD: 20 increments, counted {counter.value}")


if __name__ == "__main__":
    asyncio.run(main())
