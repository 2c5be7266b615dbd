"""A worker looks before it waits for a condition: notified before it came, it does not wait."""

import asyncio


class Switch:
    def __init__(self):
        self.on = False
        self.turned = asyncio.Condition()

    async def turn_on(self):
        async with self.turned:
            self.on = True
            self.turned.notify_all()

    async def wait_for_it(self):
        async with self.turned:
            while not self.on:
                await self.turned.wait()


async def main():
    switch = Switch()
    turner = asyncio.create_task(switch.turn_on())
    worker = asyncio.create_task(switch.wait_for_it())
    done, _ = await asyncio.wait({worker}, timeout=0.05)
    print("OK" if done else "BAD: it is on, and the worker waits")
    worker.cancel()
    await turner


if __name__ == "__main__":
    asyncio.run(main())
