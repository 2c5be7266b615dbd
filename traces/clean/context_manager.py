"""The context manager takes the storage's lock on the way in and gives it back on the way out:
nothing to find."""

import asyncio


class Storage:
    def __init__(self):
        self.cart = ()
        self.lock = asyncio.Lock()

    def editing(self):
        return Edit(self)


class Edit:
    def __init__(self, storage):
        self.storage = storage
        self.items = ()

    async def __aenter__(self):
        await self.storage.lock.acquire()
        self.items = self.storage.cart
        return self

    async def __aexit__(self, *exception):
        self.storage.cart = self.items
        self.storage.lock.release()


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
