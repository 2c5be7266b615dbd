"""A mailbox that wants one letter at most asks whether it is empty, awaits, and puts:
check-then-act on the queue."""

import asyncio


class Mailbox:
    def __init__(self):
        self.letters = asyncio.Queue()

    async def post(self, letter):
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
