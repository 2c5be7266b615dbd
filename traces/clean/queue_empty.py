"""The mailbox that asks and puts under one lock: nothing to find."""

import asyncio


class Mailbox:
    def __init__(self):
        self.letters = asyncio.Queue()
        self.lock = asyncio.Lock()

    async def post(self, letter):
        async with self.lock:
            if self.letters.empty():
                await asyncio.sleep(0)
                await self.letters.put(letter)


async def main():
    mailbox = Mailbox()
    await asyncio.gather(*(mailbox.post(f"letter {n}") for n in range(3)))
    size = mailbox.letters.qsize()
    print("OK" if size == 1 else f"BAD: {size} letters in a mailbox for one")


if __name__ == "__main__":
    asyncio.run(main())
