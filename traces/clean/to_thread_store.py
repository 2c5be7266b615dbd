"""Load and save in one job, under a threading.Lock: nothing to find."""

import asyncio
import threading


class Store:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def add_one(self):
        with self.lock:
            value = self.value
            self.value = value + 1

    async def increment(self):
        await asyncio.to_thread(self.add_one)


async def main():
    store = Store()
    await asyncio.gather(*(store.increment() for _ in range(4)))
    print("OK" if store.value == 4 else "BAD: increments were lost")


if __name__ == "__main__":
    asyncio.run(main())
