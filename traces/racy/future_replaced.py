"""Two readers wait for one stream: the second puts its future in the place of the first one's, which nobody completes."""

import asyncio


class Stream:
    def __init__(self):
        self.waiter = None
        self.readers = 0

    async def read(self):
        self.waiter = asyncio.get_running_loop().create_future()
        await self.waiter
        self.readers += 1

    def feed(self):
        if self.waiter is not None:
            self.waiter.set_result(None)


async def main():
    stream = Stream()
    readers = [asyncio.create_task(stream.read()) for _ in range(2)]
    await asyncio.sleep(0.01)
    stream.feed()
    await asyncio.wait(readers, timeout=0.05)
    print("OK" if stream.readers == 2 else f"BAD: {stream.readers} of 2 readers were told")


if __name__ == "__main__":
    asyncio.run(main())
