"""An async context manager loads on the way in and saves on the way out: a lost update of Storage.cart."""

import asyncio


class Storage:
    def __init__(self):
        self.cart = ()

    def editing(self):
        return Edit(self)


class Edit:
    def __init__(self, storage):
        self.storage = storage
        self.items = ()

    async def __aenter__(self):
        self.items = self.storage.cart
        return self

    async def __aexit__(self, *exception):
        self.storage.cart = self.items


async def add(storage, item):
    async with storage.editing() as edit:
        edit.items = (*edit.items, item)
        await asyncio.sleep(0)


async def main():
    storage = Storage()
    await asyncio.gather(add(storage, "tea"), add(storage, "milk"))
    print("OK" if len(storage.cart) == 2 else f"BAD: the cart has {storage.cart}")


if __name__ == "__main__":
    asyncio.run(main())
