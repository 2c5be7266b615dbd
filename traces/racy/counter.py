"""A thousand increments that read, await and write: a lost update of Counter.value, observed 999 times."""

import asyncio


class Counter:
    def __init__(self):
        self.value = 0

    async def increment(self):
        value = self.value
        await asyncio.sleep(0)
        self.value = value + 1


async def main():
    counter = Counter()
    await asyncio.gather(*(counter.increment() for _ in range(1000)))
    print("OK" if counter.value == 1000 else f"BAD: 1000 increments, counted {counter.value}")


if __name__ == "__main__":
    asyncio.run(main())
