"""Two races that somebody has looked at and lets stand, and ignores that are of no use: the report must name these."""

import asyncio


class Page:
    def __init__(self):
        self.views = 0
        self.body = None

    async def show(self):
        views = self.views  # staleread: ignore[lost-update] about so many is good enough
        if self.body is None:
            await asyncio.sleep(0)
            # staleread: ignore[check-then-act, lost-update] rendering twice does no harm
            self.body = object()
        await asyncio.sleep(0)
        self.views = views + 1
        return self.body  # staleread: ignore[stale-read] matches nothing

    async def drop(self):
        self.body = None  # staleread: ignore[check-then-act] does not run

    # staleread: ignore[lost-updates]


async def main():
    page = Page()
    await asyncio.gather(*(page.show() for _ in range(3)))
    print("OK")


if __name__ == "__main__":
    asyncio.run(main())
