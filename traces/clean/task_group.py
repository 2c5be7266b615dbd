"""The parent reads the total before the group and writes it after the group's end: ordered,
nothing to find."""

import asyncio


class Bill:
    def __init__(self):
        self.total = 0

    async def add(self, price):
        await asyncio.sleep(0)
        self.total += price


async def main():
    bill = Bill()
    async with asyncio.TaskGroup() as group:
        for price in (1, 2, 3):
            group.create_task(bill.add(price))
    subtotal = bill.total
    await asyncio.sleep(0)
    bill.total = subtotal + 4
    print("OK" if bill.total == 10 else f"BAD: 10 to pay, counted {bill.total}")


if __name__ == "__main__":
    asyncio.run(main())
