"""The early return, and all below it, under one lock: nothing to find."""

import asyncio


class Client:
    def __init__(self):
        self.connection = None
        self.connects = 0
        self.lock = asyncio.Lock()

    async def connect(self):
        async with self.lock:
            if self.connection is not None:
                return self.connection
            await asyncio.sleep(0)
            self.connects += 1
            self.connection = object()
            return self.connection


async def main():
    client = Client()
    await asyncio.gather(client.connect(), client.connect())
    print("OK" if client.connects == 1 else f"BAD: {client.connects} connections")


if __name__ == "__main__":
    asyncio.run(main())
