"""One worker owns the total, everybody else sends it commands: nothing to find."""

import asyncio


class Ledger:
    def __init__(self):
        self.total = 0
        self.commands = asyncio.Queue()

    async def work(self):
        while (amount := await self.commands.get()) is not None:
            total = self.total
            await asyncio.sleep(0)
            self.total = total + amount


async def book(ledger, amount):
    await ledger.commands.put(amount)


async def main():
    ledger = Ledger()
    owner = asyncio.create_task(ledger.work())
    await asyncio.gather(*(book(ledger, amount) for amount in (1, 2, 3, 4)))
    await book(ledger, None)
    await owner
    print("OK" if ledger.total == 10 else f"BAD: 10 booked, counted {ledger.total}")


if __name__ == "__main__":
    asyncio.run(main())
