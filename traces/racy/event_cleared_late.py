"""A consumer clears the event after it has worked: what was announced meanwhile is wiped out with it."""

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
            letters, self.letters = self.letters, []
            await asyncio.sleep(0.02)
            self.read += len(letters)
            self.arrived.clear()


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
