"""Statements of many kinds, for tools that count lines and the ways between them."""

import asyncio

from accounts import Account, transfer


class Cache:
    limit = 3

    def __init__(self):
        self.data = {}
        self.hits = 0

    async def get(self, key):
        if key in self.data:
            self.hits += 1
            return self.data[key]
        await asyncio.sleep(0)
        value = self.data[key] = await self.load(key)
        if len(self.data) > self.limit:
            for old in list(self.data):
                if old != key:
                    del self.data[old]
                    break
            else:
                print("never")
        return value

    async def load(self, key):
        try:
            if key == "bad":
                raise KeyError(key)
            return key * 2
        except KeyError:
            return None
        finally:
            self.hits -= 1

    def each(self):
        for key, value in self.data.items():
            if value:
                yield key
            else:
                continue
        return

    @property
    def size(self):
        return len(self.data)


def lines(count):
    found = None
    while count:
        count -= 1
        if count == 2:
            continue
        match count:
            case 1:
                found = [number for number in range(count) if number]
            case _ if count > 3:
                found = sorted(range(count), key=lambda number: -number)
            case _:
                with open("/dev/null") as file:
                    found = (file.name, count)
    return found


async def counting(cache):
    async for number in numbers():
        yield number
        cache.data[number] = number


async def numbers():
    for number in range(2):
        yield number
        await asyncio.sleep(0)


async def main():
    cache = Cache()
    print(await asyncio.gather(*(cache.get(key) for key in ("a", "b", "bad", "a", "c"))))
    print(list(cache.each()), cache.size, lines(5))
    print([number async for number in counting(cache)])
    await transfer(Account(4), Account(3), 1)
    try:
        assert cache.hits > 100, "few"
    except AssertionError as error:
        print(error)
    print(await asyncio.get_running_loop().run_in_executor(None, lines, 3))


asyncio.run(main())
