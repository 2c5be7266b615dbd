import asyncio

from accounts import Account, transfer


async def main():
    print(await transfer(Account(10), Account(3), 4))


asyncio.run(main())
