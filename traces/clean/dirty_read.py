"""The new table is built in a local variable and takes the old one's place in one step: nothing to find."""

import asyncio


class Router:
    def __init__(self):
        self.routes = {"/": "home", "/cart": "cart"}

    async def reload(self):
        routes = {}
        for path in ("/", "/cart"):
            await asyncio.sleep(0)  # read the next line
            routes[path] = path.strip("/") or "home"
        self.routes = routes

    def match(self):
        return list(self.routes)


async def visitor(router, seen):
    for _ in range(4):
        seen.append(len(router.match()))
        await asyncio.sleep(0)


async def main():
    router, seen = Router(), []
    await asyncio.gather(visitor(router, seen), router.reload())
    print("OK" if min(seen) == 2 else f"BAD: {min(seen)} routes while they were loaded again")


if __name__ == "__main__":
    asyncio.run(main())
