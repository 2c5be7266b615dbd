"""The flag set in the step that asks for it: nothing to find."""

import asyncio

running = False
runs = []


async def backup(name):
    global running
    if running:
        return
    running = True
    await asyncio.sleep(0)
    runs.append(name)
    running = False


async def main():
    await asyncio.gather(backup("nightly"), backup("by hand"))
    print("OK" if len(runs) == 1 else f"BAD: {len(runs)} backups at once")


if __name__ == "__main__":
    asyncio.run(main())
