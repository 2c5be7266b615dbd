"""A lock for each user, made by setdefault and held from read to write: nothing to find."""

import asyncio


class Visits:
    def __init__(self):
        self.users = {}
        self.locks = {}

    async def hit(self, name):
        async with self.locks.setdefault(name, asyncio.Lock()):
            row = self.users.setdefault(name, {"hits": 0})
            hits = row["hits"]
            await asyncio.sleep(0)
            row["hits"] = hits + 1


async def main():
    visits = Visits()
    await asyncio.gather(visits.hit("ada"), visits.hit("ada"), visits.hit("bob"))
    hits = visits.users["ada"]["hits"]
    print("OK" if hits == 2 else f"BAD: 2 hits, counted {hits}")


if __name__ == "__main__":
    asyncio.run(main())
