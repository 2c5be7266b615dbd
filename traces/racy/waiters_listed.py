"""A clerk sees that the desk is open, looks something up, and takes a customer out of the list though the desk has been
closed meanwhile. The clean twin only takes out of a list what it has put in itself."""

import asyncio
import collections


class Desk:
    def __init__(self):
        self.is_open = True
        self.customers = collections.deque(["ann", "bob"])

    async def close(self):
        await asyncio.sleep(0.001)
        if self.is_open:
            self.is_open = False

    async def serve(self):
        if not self.is_open:
            return
        await asyncio.sleep(0.01)
        self.customers.popleft()


async def main():
    desk = Desk()
    await asyncio.gather(desk.serve(), desk.close())
    print("OK" if len(desk.customers) == 2 else "BAD: served after the desk was closed")


if __name__ == "__main__":
    asyncio.run(main())
