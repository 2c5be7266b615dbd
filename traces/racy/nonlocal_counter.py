"""A closure variable read, awaited over and written: a lost update of main's `done`."""

import asyncio


async def main():
    done = 0

    async def work():
        nonlocal done
        before = done
        await asyncio.sleep(0)
        done = before + 1

    await asyncio.gather(*(work() for _ in range(5)))
    print("OK" if done == 5 else f"BAD: 5 done, counted {done}")


if __name__ == "__main__":
    asyncio.run(main())
