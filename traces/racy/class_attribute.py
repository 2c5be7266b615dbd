"""Serial numbers kept in a class attribute, awaited over: a lost update of Order.serial."""

import asyncio


class Order:
    serial = 0

    async def place(self):
        number = Order.serial + 1
        await asyncio.sleep(0)
        Order.serial = number
        return number


async def main():
    numbers = await asyncio.gather(*(Order().place() for _ in range(4)))
    print("OK" if len(set(numbers)) == 4 else f"BAD: numbers {numbers}")


if __name__ == "__main__":
    asyncio.run(main())
