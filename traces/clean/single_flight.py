"""The first caller keeps a future before its first await, everybody else awaits it: nothing to find."""

import asyncio


class Token:
    def __init__(self):
        self.refreshing = None
        self.refreshes = 0

    async def get(self):
        if self.refreshing is None:
            self.refreshing = asyncio.get_running_loop().create_future()
            await asyncio.sleep(0)
            self.refreshes += 1
            self.refreshing.set_result("token")
        return await self.refreshing


async def main():
    token = Token()
    await asyncio.gather(token.get(), token.get(), token.get())
    print("OK" if token.refreshes == 1 else f"BAD: {token.refreshes} refreshes")


if __name__ == "__main__":
    asyncio.run(main())
