"""`if it is there: return it` guards everything below it:
check-then-act on Client.connection through an early return."""

import asyncio


class Client:
    def __init__(self):
        self.connection = None
        self.connects = 0

    async def connect(self):
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
