"""The old value comes through a return and goes back through a parameter: a lost update of Store.value."""

import asyncio


class Store:
    def __init__(self):
        self.value = 0

    async def load(self):
        await asyncio.sleep(0)
        return self.value

    async def save(self, value):
        await asyncio.sleep(0)
        self.value = value

    async def increment(self):
        value = await self.load()
        await self.save(value + 1)


async def main():
    store = Store()
    await asyncio.gather(*(store.increment() for _ in range(5)))
    print("OK" if store.value == 5 else f"BAD: 5 increments, counted {store.value}")


if __name__ == "__main__":
    asyncio.run(main())
