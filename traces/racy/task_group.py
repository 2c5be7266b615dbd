"""Children of a TaskGroup update one total across an await: a lost update of Bill.total."""

import asyncio


class Bill:
    def __init__(self):
        self.total = 0

    async def add(self, price):
        total = self.total
        await asyncio.sleep(0)
        self.total = total + price


async def main():
    bill = Bill()
    async with asyncio.TaskGroup() as group:
        for price in (1, 2, 3):
            group.create_task(bill.add(price))
    print("OK" if bill.total == 6 else f"BAD: 6 to pay, counted {bill.total}")


if __name__ == "__main__":
    asyncio.run(main())
