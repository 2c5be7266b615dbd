"""A consumer clears the event before it looks what there is: what is announced while it works wakes it again."""

import asyncio


class Mailbox:
    def __init__(self):
        self.letters = []
        self.arrived = asyncio.Event()
        self.read = 0

    def post(self, letter):
        self.letters.append(letter)
        self.arrived.set()

    async def reader(self):
        while True:
            await self.arrived.wait()
            self.arrived.clear()
            letters, self.letters = self.letters, []
            await asyncio.sleep(0.02)
            self.read += len(letters)


async def postman(mailbox):
    for letter in range(2):
        await asyncio.sleep(0.01)
        mailbox.post(letter)


async def main():
    mailbox = Mailbox()
    reader = asyncio.create_task(mailbox.reader())
    await postman(mailbox)
    await asyncio.sleep(0.05)
    reader.cancel()
    print("OK" if mailbox.read == 2 else f"BAD: {mailbox.read} of 2 letters read")


if __name__ == "__main__":
    asyncio.run(main())
