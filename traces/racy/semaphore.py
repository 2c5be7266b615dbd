"""A Semaphore(2) where a lock was meant: two at a time lose each other's update,
the semaphore is there in vain."""

import asyncio


class Counter:
    def __init__(self):
        self.value = 0
        self.gate = asyncio.Semaphore(2)

    async def increment(self):
        async with self.gate:
            value = self.value
            await asyncio.sleep(0)
            self.value = value + 1


async def main():
    counter = Counter()
    await asyncio.gather(*(counter.increment() for _ in range(6)))
    print("OK" if counter.value == 6 else f"BAD: 6 increments, counted {counter.value}")


if __name__ == "__main__":
    asyncio.run(main())
