"""A first state is written after the task that writes later ones was let loose: lost-update of Kernel.state."""

import asyncio


class Kernel:
    def __init__(self):
        self.state = "unknown"

    async def start(self):
        booting = asyncio.create_task(self.boot())
        await asyncio.sleep(0)  # find the working directory
        await asyncio.sleep(0)
        self.state = "starting"
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
