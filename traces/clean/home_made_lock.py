"""A flag tested and set in one step by everyone who enters, and cleared by who set it, is a lock:
nothing to find."""

import asyncio


class Counter:
    def __init__(self):
        self.value = 0
        self.busy = False

    async def increment(self):
        while self.busy:
            await asyncio.sleep(0)
        self.busy = True
        value = self.value
        await asyncio.sleep(0)
        self.value = value + 1
        self.busy = False


async def main():
    counter = Counter()
    await asyncio.gather(*(counter.increment() for _ in range(4)))
    print("OK" if counter.value == 4 else f"BAD: 4 increments, counted {counter.value}")


if __name__ == "__main__":
    asyncio.run(main())
