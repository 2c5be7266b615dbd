"""Each user's row is made by setdefault, which is safe; the hits in it are read, awaited over and written:
a lost update."""

import asyncio


class Visits:
    def __init__(self):
        self.users = {}

    async def hit(self, name):
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
