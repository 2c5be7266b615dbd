"""Tasks that wait for an event of the program's own put themselves into a list while they wait, and out of it whatever
happened meanwhile: it is no act on the check that sent them to wait. The racy twin takes out what it did not put in."""

import asyncio
import collections


class Event:
    def __init__(self):
        self.is_set = False
        self.waiters = collections.deque()

    def set(self):
        if not self.is_set:
            self.is_set = True
            for waiter in self.waiters:
                waiter.set_result(None)

    async def wait(self):
        if self.is_set:
            return
        waiter = asyncio.get_running_loop().create_future()
        self.waiters.append(waiter)
        try:
            await waiter
        finally:
            self.waiters.remove(waiter)


async def main():
    event = Event()
    waits = [asyncio.create_task(event.wait()) for _ in range(2)]
    await asyncio.sleep(0.001)
    event.set()
    await asyncio.gather(*waits)
    print("OK" if not event.waiters else f"BAD: {len(event.waiters)} wait still")


if __name__ == "__main__":
    asyncio.run(main())
