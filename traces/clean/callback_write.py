"""The callback is registered when the task is done: ordered, nothing to find."""

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
    await asyncio.create_task(meter.calibrate())
    asyncio.get_running_loop().call_soon(meter.tick)
    await asyncio.sleep(0)
    print("OK" if meter.reading == 101 else f"BAD: the meter shows {meter.reading}")


if __name__ == "__main__":
    asyncio.run(main())
