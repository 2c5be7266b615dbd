"""A sender that throttles itself with time.sleep: nothing else of its loop runs meanwhile."""

import asyncio
import time


class Sender:
    def __init__(self):
        self.beats = 0
        self.done = False

    async def beat(self):
        while not self.done:
            self.beats += 1
            await asyncio.sleep(0.01)

    async def send(self):
        await asyncio.sleep(0)
        time.sleep(0.2)
        self.done = True


async def main():
    sender = Sender()
    await asyncio.gather(sender.beat(), sender.send())
    print("OK" if sender.beats > 3 else f"BAD: {sender.beats} beats in 200 ms")


if __name__ == "__main__":
    asyncio.run(main())
