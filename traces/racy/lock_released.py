"""The lock is held for the read and for the write, but let go in between: a lost update,
and the lock is there in vain."""

import asyncio


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = asyncio.Lock()

    async def increment(self):
        async with self.lock:
            value = self.value
        await asyncio.sleep(0)
        async with self.lock:
            self.value = value + 1


async def main():
    counter = Counter()
    await asyncio.gather(*(counter.increment() for _ in range(10)))
    print("OK" if counter.value == 10 else f"BAD: 10 increments, counted {counter.value}")


if __name__ == "__main__":
    asyncio.run(main())
