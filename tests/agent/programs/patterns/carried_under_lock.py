"""The patterns of carried_racy.py, each `go` under one lock: nothing is lost."""

import asyncio

from carried_racy import PATTERNS


async def main():
    for pattern in PATTERNS:
        shared, lock = pattern(), asyncio.Lock()

        async def go(k, shared=shared, lock=lock):
            async with lock:
                await shared.go(k)

        await asyncio.gather(*(go(k) for k in range(1, 4)))
    print("OK")


if __name__ == "__main__":
    asyncio.run(main())
