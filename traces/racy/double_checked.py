"""Double-checked locking without the second check: everyone who passed the first one connects,
the lock is in vain."""

import asyncio


class Client:
    def __init__(self):
        self.connection = None
        self.connects = 0
        self.lock = asyncio.Lock()

    async def connect(self):
        if self.connection is None:
            async with self.lock:
                await asyncio.sleep(0)
                self.connects += 1
                self.connection = object()
        return self.connection


async def main():
    client = Client()
    await asyncio.gather(*(client.connect() for _ in range(3)))
    print("OK" if client.connects == 1 else f"BAD: {client.connects} connections")


if __name__ == "__main__":
    asyncio.run(main())
