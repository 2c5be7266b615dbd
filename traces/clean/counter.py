"""The counter with one asyncio.Lock from read to write: nothing to find."""

import asyncio


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = asyncio.Lock()

    async def increment(self):
        async with self.lock:
            value = self.value
            await asyncio.sleep(0)
            self.value = value + 1


async def main():
    counter = Counter()
    await asyncio.gather(*(counter.increment() for _ in range(1000)))
    print("OK" if counter.value == 1000 else f"BAD: 1000 increments, counted {counter.value}")


if __name__ == "__main__":
    asyncio.run(main())
