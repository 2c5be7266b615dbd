"""`if key not in cache` and the filling have an await between them: every caller fills,
check-then-act on the entry."""

import asyncio


class Connections:
    def __init__(self):
        self.cache = {}
        self.opened = 0

    async def get(self, host):
        if host not in self.cache:
            await asyncio.sleep(0)
            self.opened += 1
            self.cache[host] = object()
        return self.cache[host]


async def main():
    connections = Connections()
    await asyncio.gather(*(connections.get("example.org") for _ in range(3)))
    print("OK" if connections.opened == 1 else f"BAD: {connections.opened} connections to one host")


if __name__ == "__main__":
    asyncio.run(main())
