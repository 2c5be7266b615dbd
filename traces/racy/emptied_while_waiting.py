"""Whoever waits for tasks takes one out when it is told to stop: there may be none left. The clean twin goes through
what is left."""

import asyncio


class Scope:
    def __init__(self):
        self.tasks = set()

    async def wait(self):
        while self.tasks:
            try:
                await asyncio.sleep(0.01)
            except asyncio.CancelledError:
                self.abort()

    def abort(self):
        try:
            self.tasks.pop()
        except KeyError:
            print("BAD: nothing to take")

    async def done(self, task):
        await asyncio.sleep(0)
        self.tasks.discard(task)


async def main():
    scope = Scope()
    scope.tasks.add("one")
    waiter = asyncio.create_task(scope.wait())
    others = asyncio.create_task(scope.done("one"))
    await asyncio.sleep(0.002)
    waiter.cancel()
    await others
    await waiter


if __name__ == "__main__":
    asyncio.run(main())
