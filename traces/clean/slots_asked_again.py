"""Whoever finds no free slot waits until a method, asked again after each wait, says that there is one: the limit holds."""

import asyncio


class Pool:
    def __init__(self):
        self.limit = 1
        self.taken = set()
        self.waiters = []

    def free(self):
        if self.limit and (left := self.limit - len(self.taken)) <= 0:
            return left
        return 1

    async def wait(self):
        while True:
            waiter = asyncio.get_running_loop().create_future()
            self.waiters.append(waiter)
            await waiter
            if self.free() > 0:
                break

    async def take(self, name):
        if self.free() <= 0:
            await self.wait()
        self.taken.add(name)

    def give_back(self, name):
        self.taken.discard(name)
        if self.waiters:
            self.waiters.pop(0).set_result(None)


async def use(pool, name):
    await pool.take(name)
    held = len(pool.taken)
    await asyncio.sleep(0.001)
    pool.give_back(name)
    return held


async def main():
    pool = Pool()
    most = max(await asyncio.gather(*(use(pool, name) for name in range(4))))
    print("OK" if most == 1 else f"BAD: {most}")


if __name__ == "__main__":
    asyncio.run(main())
