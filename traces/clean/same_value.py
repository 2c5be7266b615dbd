"""Everybody marks the page dirty and guards nothing else by it: the same value again, nothing to find."""

import asyncio


class Page:
    def __init__(self):
        self.dirty = False

    async def touch(self):
        if not self.dirty:
            await asyncio.sleep(0)
            self.dirty = True


async def main():
    page = Page()
    await asyncio.gather(page.touch(), page.touch())
    print("OK" if page.dirty else "BAD: clean")


if __name__ == "__main__":
    asyncio.run(main())
