"""What is iterated over awaits is a copy: nothing to find."""

import asyncio


class Hub:
    def __init__(self):
        self.clients = {}

    def join(self, name):
        self.clients[name] = []

    def leave(self, name):
        self.clients.pop(name, None)

    async def broadcast(self, text):
        for inbox in list(self.clients.values()):
            await asyncio.sleep(0)  # send
            inbox.append(text)


async def leaver(hub):
    await asyncio.sleep(0)
    hub.leave("ann")


async def main():
    hub = Hub()
    for name in ("ann", "bob", "cid"):
        hub.join(name)
    try:
        await asyncio.gather(hub.broadcast("hello"), leaver(hub))
    except RuntimeError as error:
        print(f"BAD: {error}")
    else:
        print("OK")


if __name__ == "__main__":
    asyncio.run(main())
