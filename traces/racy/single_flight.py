"""Callers share one refresh, but its task is kept an await too late: check-then-act on Token.refreshing."""

import asyncio


class Token:
    def __init__(self):
        self.refreshing = None
        self.refreshes = 0

    async def refresh(self):
        await asyncio.sleep(0)
        self.refreshes += 1

    async def get(self):
        if self.refreshing is None:
            await asyncio.sleep(0)
            self.refreshing = asyncio.create_task(self.refresh())
        await self.refreshing


async def main():
    token = Token()
    await asyncio.gather(token.get(), token.get())
    print("OK" if token.refreshes == 1 else f"BAD: {token.refreshes} refreshes")


if __name__ == "__main__":
    asyncio.run(main())
