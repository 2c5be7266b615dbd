"""A callback of the loop writes while a task awaits between its read and its write: a lost update,
the rival no task."""

import asyncio


class Meter:
    def __init__(self):
        self.reading = 0

    def tick(self):
        self.reading += 1

    async def calibrate(self):
        reading = self.reading
        await asyncio.sleep(0)
        self.reading = reading + 100


async def main():
    meter = Meter()
    task = asyncio.create_task(meter.calibrate())
    asyncio.get_running_loop().call_soon(meter.tick)
    await task
    print("OK" if meter.reading == 101 else f"BAD: the meter shows {meter.reading}")


if __name__ == "__main__":
    asyncio.run(main())
