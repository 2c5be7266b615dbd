"""Two payments whose I/O happens to come back one after the other: nothing is lost today,
a lost update is predicted."""

import asyncio


class Account:
    def __init__(self):
        self.balance = 100

    async def pay(self, amount):
        balance = self.balance
        await asyncio.sleep(0.001)
        self.balance = balance - amount


async def checkout(account, network_delay):
    await asyncio.sleep(network_delay)
    await account.pay(10)


async def main():
    account = Account()
    await asyncio.gather(checkout(account, 0), checkout(account, 0.05))
    print("OK" if account.balance == 80 else f"BAD: {account.balance}")


if __name__ == "__main__":
    asyncio.run(main())
