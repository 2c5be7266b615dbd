"""A session is made while others wait for one, and counted on by whoever finds it: its constructor has run before
anybody could. The racy twin clears a session that others know."""

import asyncio


class Session:
    def __init__(self):
        self.calls = 0


class Client:
    def __init__(self):
        self.session = None

    async def connect(self):
        await asyncio.sleep(0.001)
        self.session = Session()

    async def call(self):
        await asyncio.sleep(0.02)
        session = self.session
        calls = session.calls
        await asyncio.sleep(0.001)
        session.calls = calls + 1


async def main():
    client = Client()
    await asyncio.gather(client.connect(), client.call())
    print("OK" if client.session.calls == 1 else f"BAD: {client.session.calls}")


if __name__ == "__main__":
    asyncio.run(main())
