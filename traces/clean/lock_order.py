"""Two transfers take the same two locks in one order."""

import asyncio


class Bank:
    def __init__(self):
        self.savings = asyncio.Lock()
        self.checking = asyncio.Lock()
        self.moved = 0

    async def save(self):
        async with self.checking:
            await asyncio.sleep(0.001)
            async with self.savings:
                self.moved += 1

    async def spend(self):
        async with self.checking:
            await asyncio.sleep(0.001)
            async with self.savings:
                self.moved += 1


async def later(bank):
    await asyncio.sleep(0.02)  # long enough, surely
    await bank.spend()


async def main():
    bank = Bank()
    await asyncio.gather(bank.save(), later(bank))
    print("OK" if bank.moved == 2 else f"BAD: {bank.moved} of 2 transfers")


if __name__ == "__main__":
    asyncio.run(main())
