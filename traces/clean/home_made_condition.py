"""A condition that a program made itself: who waits lets go of the caller's lock and takes it back, and then notes that
it holds it, whatever was noted before. The racy twin asks with `if` what only `while` may ask."""

import asyncio


class Condition:
    def __init__(self):
        self.lock = asyncio.Lock()
        self.owner = None
        self.waiters = []

    async def acquire(self):
        await self.lock.acquire()
        self.owner = asyncio.current_task()

    def release(self):
        self.check_owner()
        self.lock.release()

    def check_owner(self):
        if self.owner is not asyncio.current_task():
            raise RuntimeError("somebody else holds it")

    async def wait(self):
        self.check_owner()
        told = asyncio.get_running_loop().create_future()
        self.waiters.append(told)
        self.release()
        try:
            await told
        finally:
            await self.acquire()

    def notify(self):
        self.check_owner()
        while self.waiters:
            self.waiters.pop().set_result(None)


class Shop:
    def __init__(self):
        self.changed = Condition()
        self.goods = 0

    async def buy(self):
        await self.changed.acquire()
        while self.goods == 0:
            await self.changed.wait()
        self.goods -= 1
        self.changed.release()

    async def sell(self, count):
        await self.changed.acquire()
        self.goods += count
        self.changed.notify()
        self.changed.release()


async def main():
    shop = Shop()
    buyers = [asyncio.create_task(shop.buy()) for _ in range(2)]
    await asyncio.sleep(0.01)
    await shop.sell(1)
    await asyncio.sleep(0.01)
    await shop.sell(1)
    await asyncio.gather(*buyers)
    print("OK" if shop.goods == 0 else f"BAD: {shop.goods} goods left")


if __name__ == "__main__":
    asyncio.run(main())
