"""Every starter sets the same True, but the check guards a launch as well:
check-then-act on Engine.started."""

import asyncio


class Engine:
    def __init__(self):
        self.started = False
        self.launches = 0

    async def start(self):
        if not self.started:
            await asyncio.sleep(0)
            self.started = True
            self.launches += 1


async def main():
    engine = Engine()
    await asyncio.gather(engine.start(), engine.start())
    print("OK" if engine.launches == 1 else f"BAD: {engine.launches} launches")


if __name__ == "__main__":
    asyncio.run(main())
