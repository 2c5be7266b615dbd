"""`if` instead of `while` around Condition.wait: two consumers wake up for one item,
check-then-act on Shelf.items."""

import asyncio


class Shelf:
    def __init__(self):
        self.items = 0
        self.changed = asyncio.Condition()

    async def take(self):
        async with self.changed:
            if self.items == 0:
                await self.changed.wait()
            self.items -= 1

    async def put(self):
        async with self.changed:
            self.items += 1
            self.changed.notify_all()


async def main():
    shelf = Shelf()
    takers = [asyncio.create_task(shelf.take()) for _ in range(2)]
    await asyncio.sleep(0)
    await shelf.put()
    await asyncio.gather(*takers)
    print("OK" if shelf.items >= 0 else f"BAD: {shelf.items} items on the shelf")


if __name__ == "__main__":
    asyncio.run(main())
