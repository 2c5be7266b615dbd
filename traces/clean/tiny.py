"""One task that reads, awaits and writes, and nobody else: nothing to find."""

import asyncio


class Counter:
    value = 0


async def main():
    value = Counter.value
    await asyncio.sleep(0)
    Counter.value = value + 1
    print("OK")


asyncio.run(main())
