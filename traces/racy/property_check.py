"""A property that reads Session.token decides whether to log in: check-then-act through the property."""

import asyncio


class Session:
    def __init__(self):
        self.token = None
        self.logins = 0

    @property
    def logged_in(self):
        return self.token is not None

    async def request(self):
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
