"""The closure variable read and written in one step: nothing to find."""

import asyncio


async def main():
    done = 0

    async def work():
        nonlocal done
        await asyncio.sleep(0)
        done = done + 1

    await asyncio.gather(*(work() for _ in range(5)))
    print("OK" if done == 5 else f"BAD: 5 done, counted {done}")


if __name__ == "__main__":
    asyncio.run(main())
