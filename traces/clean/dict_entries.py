"""Deliveries and sales that hold one lock while they update an entry: nothing to find."""

import asyncio


class Shop:
    def __init__(self):
        self.stock = {"apple": 5, "pear": 5}
        self.lock = asyncio.Lock()

    async def deliver(self, fruit, amount):
        async with self.lock:
            have = self.stock.get(fruit, 0)
            await asyncio.sleep(0)
            self.stock[fruit] = have + amount

    async def sell_all(self, fruit):
        async with self.lock:
            sold = self.stock[fruit]
            await asyncio.sleep(0)
            if sold:
                del self.stock[fruit]


async def main():
    shop = Shop()
    await asyncio.gather(shop.deliver("apple", 3), shop.deliver("apple", 4))
    await asyncio.gather(shop.sell_all("pear"), shop.deliver("pear", 1))
    print("OK" if shop.stock == {"apple": 12, "pear": 1} else f"BAD: {shop.stock}")


if __name__ == "__main__":
    asyncio.run(main())
