"""The slot is taken in the step that asked the helper, before the await: nothing to find."""

import asyncio


class Pool:
    def __init__(self, limit):
        self.limit = limit
        self.used = set()
        self.peak = 0

    def free(self):
        return self.limit - len(self.used)

    async def connect(self, name):
        if self.free() <= 0:
            return
        self.used.add(name)
        await asyncio.sleep(0)
        self.peak = max(self.peak, len(self.used))


async def main():
    pool = Pool(2)
    await asyncio.gather(*(pool.connect(n) for n in range(4)))
    print("OK" if pool.peak <= 2 else f"BAD: {pool.peak} connections, the limit is 2")


if __name__ == "__main__":
    asyncio.run(main())
