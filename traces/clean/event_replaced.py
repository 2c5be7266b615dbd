"""A watch is renewed by a new event once those who wait for the old one were woken."""

import asyncio


class Watch:
    def __init__(self):
        self.changed = asyncio.Event()
        self.seen = False

    async def wait_for_change(self):
        await self.changed.wait()
        self.seen = True

    def renew(self):
        self.changed.set()
        self.changed = asyncio.Event()

    def change(self):
        self.changed.set()


async def main():
    watch = Watch()
    waiter = asyncio.create_task(watch.wait_for_change())
    await asyncio.sleep(0)
    watch.renew()
    watch.change()
    await asyncio.sleep(0.02)
    print("OK" if watch.seen else "BAD: it has changed, and the waiter waits")
    waiter.cancel()


if __name__ == "__main__":
    asyncio.run(main())
