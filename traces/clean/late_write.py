"""The first state is written before the task is made: nothing to find."""

import asyncio


class Kernel:
    def __init__(self):
        self.state = "unknown"

    async def start(self):
        self.state = "starting"
        booting = asyncio.create_task(self.boot())
        await asyncio.sleep(0)  # find the working directory
        await asyncio.sleep(0)
        return booting

    async def boot(self):
        await asyncio.sleep(0)
        self.state = "idle"


async def main():
    kernel = Kernel()
    await (await kernel.start())
    print("OK" if kernel.state == "idle" else f"BAD: the kernel is up and said to be {kernel.state}")


if __name__ == "__main__":
    asyncio.run(main())
