"""A module global guards a job but is set one await after it is asked: check-then-act on the flag."""

import asyncio

running = False
runs = []


async def backup(name):
    global running
    if running:
        return
    await asyncio.sleep(0)
    running = True
    runs.append(name)


async def main():
    await asyncio.gather(backup("nightly"), backup("by hand"))
    print("OK" if len(runs) == 1 else f"BAD: {len(runs)} backups at once")


if __name__ == "__main__":
    asyncio.run(main())
