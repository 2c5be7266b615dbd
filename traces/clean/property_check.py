"""The property asked and the login made under one lock: nothing to find."""

import asyncio


class Session:
    def __init__(self):
        self.token = None
        self.logins = 0
        self.lock = asyncio.Lock()

    @property
    def logged_in(self):
        return self.token is not None

    async def request(self):
        async with self.lock:
            if not self.logged_in:
                await asyncio.sleep(0)
                self.logins += 1
                self.token = f"token {self.logins}"
            return self.token


async def main():
    session = Session()
    await asyncio.gather(*(session.request() for _ in range(3)))
    print("OK" if session.logins == 1 else f"BAD: {session.logins} logins")


if __name__ == "__main__":
    asyncio.run(main())
