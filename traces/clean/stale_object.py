"""The connection is looked up in the step that uses it: nothing to find."""

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
        await asyncio.sleep(0)  # serialize
        await asyncio.sleep(0)
        connection = self.connection
        connection.send(text)


async def main():
    client = Client()
    await asyncio.gather(client.publish("hello"), client.reconnect())
    print("OK" if client.connection.sent == ["hello"] else "BAD: sent by a connection that was closed")


if __name__ == "__main__":
    asyncio.run(main())
