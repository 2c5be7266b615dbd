"""Commands come through a queue, but two workers own the total: a lost update of Ledger.total."""

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


async def main():
    ledger = Ledger()
    for amount in (1, 2, 3, 4, None, None):
        ledger.commands.put_nowait(amount)
    await asyncio.gather(ledger.work(), ledger.work())
    print("OK" if ledger.total == 10 else f"BAD: 10 booked, counted {ledger.total}")


if __name__ == "__main__":
    asyncio.run(main())
