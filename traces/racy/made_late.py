"""A session is cleared by its own method while others, who know it, may be counting on it: today the clearing comes
first. The clean twin only makes a new one."""

import asyncio


class Session:
    def __init__(self):
        self.calls = 0

    def clear(self):
        self.calls = 0


class Client:
    def __init__(self):
        self.session = Session()

    async def connect(self):
        await asyncio.sleep(0.001)
        self.session.clear()

    async def call(self):
        await asyncio.sleep(0.02)
        session = self.session
        calls = session.calls
        await asyncio.sleep(0.001)
        session.calls = calls + 1


async def main():
    client = Client()
    client.session.calls = 5
    await asyncio.gather(client.connect(), client.call())
    print("OK" if client.session.calls == 1 else f"BAD: {client.session.calls}")


if __name__ == "__main__":
    asyncio.run(main())
