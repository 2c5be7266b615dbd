"""The check of a stored entry is a coroutine that nobody awaits: as an object it is always true,
and every entry goes."""

import asyncio
import warnings

warnings.simplefilter("ignore", RuntimeWarning)


class Storage:
    def __init__(self):
        self.entries = {"a": 3, "b": 0}

    async def is_broken(self, name):
        await asyncio.sleep(0)
        return self.entries[name] == 0

    async def cleanup(self):
        for name in list(self.entries):
            if self.is_broken(name):
                del self.entries[name]


async def main():
    storage = Storage()
    await storage.cleanup()
    print("OK" if storage.entries == {"a": 3} else f"BAD: {storage.entries} are left")


if __name__ == "__main__":
    asyncio.run(main())
