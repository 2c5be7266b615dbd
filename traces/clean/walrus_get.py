"""The same walrus, the connection kept before the first await: nothing to find."""

import asyncio


class Connections:
    def __init__(self):
        self.by_host = {}
        self.opened = 0

    async def get(self, host):
        if (connection := self.by_host.get(host)) is None:
            self.opened += 1
            connection = self.by_host[host] = object()
            await asyncio.sleep(0)
        return connection


async def main():
    connections = Connections()
    await asyncio.gather(connections.get("a"), connections.get("a"))
    print("OK" if connections.opened == 1 else f"BAD: {connections.opened} connections to one host")


if __name__ == "__main__":
    asyncio.run(main())
