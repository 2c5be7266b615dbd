"""Load and save run as two jobs in worker threads: a lost update of Store.value between them."""

import asyncio


class Store:
    def __init__(self):
        self.value = 0

    def load(self):
        return self.value

    def save(self, value):
        self.value = value

    async def increment(self):
        value = await asyncio.to_thread(self.load)
        await asyncio.sleep(0.01)
        await asyncio.to_thread(self.save, value + 1)


async def main():
    store = Store()
    await asyncio.gather(*(store.increment() for _ in range(4)))
    print("OK" if store.value == 4 else "BAD: increments were lost")


if __name__ == "__main__":
    asyncio.run(main())
