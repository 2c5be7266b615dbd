"""A table is emptied and filled again across awaits, and used in between: dirty-read of Router.routes."""

import asyncio


class Router:
    def __init__(self):
        self.routes = {"/": "home", "/cart": "cart"}

    async def reload(self):
        self.routes.clear()
        for path in ("/", "/cart"):
            await asyncio.sleep(0)  # read the next line
            self.routes[path] = path.strip("/") or "home"

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
