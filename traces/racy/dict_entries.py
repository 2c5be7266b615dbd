"""Entries of one dict updated after awaiting I/O: one is overwritten, a sold one comes back;
named down to the key."""

import asyncio


class Shop:
    def __init__(self):
        self.stock = {"apple": 5, "pear": 5}

    async def deliver(self, fruit, amount):
        have = self.stock[fruit]
        await asyncio.sleep(0)
        self.stock[fruit] = have + amount

    async def sell_all(self, fruit):
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
