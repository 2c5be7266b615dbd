"""Every caller fills the cache, with the same immutable value: the last write changes nothing,
nothing to find."""

import asyncio


class Templates:
    def __init__(self):
        self.cache = {}

    async def get(self, name):
        if name not in self.cache:
            await asyncio.sleep(0)
            self.cache[name] = f"<h1>{name}</h1>"
        return self.cache[name]


async def main():
    templates = Templates()
    pages = await asyncio.gather(*(templates.get("index") for _ in range(3)))
    print("OK" if set(pages) == {"<h1>index</h1>"} else f"BAD: {pages}")


if __name__ == "__main__":
    asyncio.run(main())
