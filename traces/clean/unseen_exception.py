"""A background task fails, and whoever started it asks how it went."""

import asyncio
import gc
import logging

logging.disable()


class Feed:
    def __init__(self):
        self.read = 0

    async def refresh(self):
        await asyncio.sleep(0)
        raise ConnectionError("no feed")

    def start(self):
        return asyncio.create_task(self.refresh())


async def main():
    feed = Feed()
    task = feed.start()
    await asyncio.sleep(0.01)
    told = isinstance(task.exception(), ConnectionError)
    del task
    gc.collect()
    print("OK" if told else "BAD: it failed, and nobody was told")


if __name__ == "__main__":
    asyncio.run(main())
