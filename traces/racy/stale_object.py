"""A connection is looked up, and used after another took its place: stale-read of Client.connection."""

import asyncio


class Connection:
    def __init__(self):
        self.open = True
        self.sent = []

    def send(self, text):
        self.sent.append(text if self.open else None)


class Client:
    def __init__(self):
        self.connection = Connection()

    async def reconnect(self):
        await asyncio.sleep(0)
        self.connection.open = False
        self.connection = Connection()

    async def publish(self, text):
        connection = self.connection
        await asyncio.sleep(0)  # serialize
        await asyncio.sleep(0)
        connection.send(text)


async def main():
    client = Client()
    await asyncio.gather(client.publish("hello"), client.reconnect())
    print("OK" if client.connection.sent == ["hello"] else "BAD: sent by a connection that was closed")


if __name__ == "__main__":
    asyncio.run(main())
