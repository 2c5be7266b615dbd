"""How an old value comes to the write that it makes stale, a class each: two tasks call `go` of one object."""

import asyncio
import copy
import dataclasses
import functools
import typing

import shared_state

total = 0


@dataclasses.dataclass
class Job:
    n: int


class Point(typing.NamedTuple):
    n: int


class Slotted:
    __slots__ = ("n",)


class Box:
    pass


async def pause():
    await asyncio.sleep(0)


class ThroughTuple:
    def __init__(self):
        self.n = 0

    async def go(self, k):
        pair = (self.n, k)
        await pause()
        n, _ = pair
        self.n = n + 1


class ThroughSwap:
    def __init__(self):
        self.n = 0
        self.m = 0

    async def go(self, k):
        a, b = self.n, k
        await pause()
        a, b = b, a
        self.n = b + 1


class ThroughLocalObject:
    def __init__(self):
        self.n = 0

    async def go(self, k):
        box = Box()
        box.value = self.n
        await pause()
        self.n = box.value + 1


class ThroughLocalDict:
    def __init__(self):
        self.n = 0

    async def go(self, k):
        seen = {}
        seen["n"] = self.n
        await pause()
        self.n = seen["n"] + 1


class ThroughLocalList:
    def __init__(self):
        self.n = 0

    async def go(self, k):
        seen = []
        seen.append(self.n)
        await pause()
        self.n = sum(seen) + 1


class ThroughDefault:
    def __init__(self):
        self.n = 0

    async def go(self, k):
        async def store(value=self.n + 1):
            await pause()
            self.n = value

        await store()


class ThroughComprehension:
    def __init__(self):
        self.rows = [1]

    async def go(self, k):
        rows = [row + 1 for row in self.rows]
        await pause()
        self.rows = rows


class ThroughDictComprehension:
    def __init__(self):
        self.rows = {}

    async def go(self, k):
        rows = {key: value for key, value in self.rows.items() if key != k}
        await pause()
        rows[k] = k
        self.rows = rows


class ThroughAwaitedComprehension:
    def __init__(self):
        self.n = 1

    async def one(self, value):
        await pause()
        return value + 1

    async def go(self, k):
        self.n = max([await self.one(value) for value in (self.n, k)])


class ThroughClosure:
    def __init__(self):
        self.n = 0

    async def go(self, k):
        seen = self.n

        def bumped():
            return seen + 1

        await pause()
        self.n = bumped()


class ThroughClosureWrite:
    def __init__(self):
        self.n = 0

    async def go(self, k):
        seen = self.n

        async def store():
            self.n = seen + 1

        await pause()
        await store()


class ThroughNestedRead:
    def __init__(self):
        self.n = 0

    async def go(self, k):
        def read():
            return self.n

        seen = read()
        await pause()
        self.n = seen + 1


class ThroughLambda:
    def __init__(self):
        self.n = 0

    async def go(self, k):
        read = lambda: self.n  # noqa: E731
        seen = read()
        await pause()
        self.n = seen + 1


class ThroughDataclass:
    def __init__(self):
        self.n = 0

    async def go(self, k):
        job = Job(self.n)
        await pause()
        self.n = job.n + 1


class ThroughDataclassKeyword:
    def __init__(self):
        self.n = 0

    async def save(self, job):
        await pause()
        self.n = job.n

    async def go(self, k):
        await self.save(Job(n=self.n + 1))


class ThroughNamedTuple:
    def __init__(self):
        self.n = 0

    async def go(self, k):
        point = Point(self.n)
        await pause()
        self.n = point.n + 1


class ThroughSlots:
    def __init__(self):
        self.n = 0

    async def go(self, k):
        slotted = Slotted()
        slotted.n = self.n
        await pause()
        self.n = slotted.n + 1


class ThroughDeepcopy:
    def __init__(self):
        self.rows = {"a": [1]}

    async def go(self, k):
        rows = copy.deepcopy(self.rows)
        await pause()
        rows["a"].append(k)
        self.rows = rows


class ThroughDictCall:
    def __init__(self):
        self.rows = {"a": 1}

    async def go(self, k):
        rows = dict(**self.rows, **{f"k{k}": k})
        await pause()
        self.rows = rows


class ThroughDisplay:
    def __init__(self):
        self.rows = {"a": 1}

    async def go(self, k):
        rows = {**self.rows, k: k}
        await pause()
        self.rows = rows


class ThroughUnwatched:
    def __init__(self):
        self.text = "a"

    async def go(self, k):
        words = copy.copy(self.text).split()
        await pause()
        self.text = " ".join([*words, str(k)])


class ThroughPartial:
    def __init__(self):
        self.n = 0

    def store(self, value):
        self.n = value

    async def go(self, k):
        store = functools.partial(self.store, self.n + 1)
        await pause()
        store()


class ThroughStarArguments:
    def __init__(self):
        self.n = 0

    async def store(self, *values, **named):
        await pause()
        self.n = values[0]

    async def go(self, k):
        await self.store(*[self.n + 1], k=k)


class ThroughKeywords:
    def __init__(self):
        self.n = 0

    async def store(self, *, value):
        await pause()
        self.n = value

    async def go(self, k):
        named = {"value": self.n + 1}
        await self.store(**named)


class ThroughGenerator:
    def __init__(self):
        self.n = 0

    def steps(self):
        seen = self.n
        yield seen
        self.n = seen + 1

    async def go(self, k):
        for _ in self.steps():
            await pause()


class ThroughYielded:
    def __init__(self):
        self.n = 0

    def values(self):
        yield self.n

    async def go(self, k):
        for seen in self.values():
            await pause()
            self.n = seen + 1


class ThroughWalrus:
    def __init__(self):
        self.n = 0

    async def go(self, k):
        if (seen := self.n) >= 0:
            await pause()
            self.n = seen + 1


class ThroughConditional:
    def __init__(self):
        self.n = 0

    async def go(self, k):
        seen = self.n if k else 0
        await pause()
        self.n = seen + 1


class ThroughMatch:
    def __init__(self):
        self.pair = (0, 0)

    async def go(self, k):
        match self.pair:
            case (a, b):
                await pause()
                self.pair = (a + 1, b)


class ThroughAsyncWith:
    def __init__(self):
        self.n = 0

    async def __aenter__(self):
        await pause()
        return self.n

    async def __aexit__(self, *_):
        await pause()

    async def go(self, k):
        async with self as seen:
            await pause()
            self.n = seen + 1


class ThroughAsyncFor:
    def __init__(self):
        self.n = 0

    async def values(self):
        yield self.n

    async def go(self, k):
        async for seen in self.values():
            await pause()
            self.n = seen + 1


class ThroughProperty:
    def __init__(self):
        self._n = 0

    @property
    def n(self):
        return self._n

    @n.setter
    def n(self, value):
        self._n = value

    async def go(self, k):
        seen = self.n
        await pause()
        self.n = seen + 1


class ThroughGather:
    def __init__(self):
        self.n = 0

    async def load(self):
        return self.n

    async def go(self, k):
        seen, _ = await asyncio.gather(self.load(), pause())
        await pause()
        self.n = seen + 1


class ThroughAwaitedSum:
    def __init__(self):
        self.n = 0

    async def more(self):
        await pause()
        return 1

    async def go(self, k):
        self.n += await self.more()


class ThroughFuture:
    def __init__(self):
        self.n = 0

    async def go(self, k):
        future = asyncio.get_running_loop().create_future()
        future.set_result(self.n)
        await pause()
        self.n = await future + 1


class ThroughQueue:
    def __init__(self):
        self.n = 0

    async def go(self, k):
        queue = asyncio.Queue()
        queue.put_nowait(self.n)
        await pause()
        self.n = await queue.get() + 1


class OfClass:
    n = 0

    async def go(self, k):
        seen = OfClass.n
        await pause()
        OfClass.n = seen + 1


class OfType:
    n = 0

    async def go(self, k):
        seen = type(self).n
        await pause()
        type(self).n = seen + 1


class OfGlobal:
    async def go(self, k):
        global total
        seen = total
        await pause()
        total = seen + 1


class OfModule:
    async def go(self, k):
        seen = shared_state.n
        await pause()
        shared_state.n = seen + 1


class OfNonlocal:
    def __init__(self):
        n = 0

        async def add():
            nonlocal n
            seen = n
            await pause()
            n = seen + 1

        self.add = add

    async def go(self, k):
        await self.add()


class OfInheritedMethod(ThroughTuple):
    async def go(self, k):
        await super().go(k)


class OfClassMethod:
    n = 0

    @classmethod
    async def add(cls):
        seen = cls.n
        await pause()
        cls.n = seen + 1

    async def go(self, k):
        await self.add()


class OfStaticMethod:
    def __init__(self):
        self.n = 0

    @staticmethod
    def bumped(value):
        return value + 1

    async def go(self, k):
        seen = self.bumped(self.n)
        await pause()
        self.n = seen


PATTERNS = [each for each in globals().values() if isinstance(each, type) and "go" in vars(each)]


async def main():
    for pattern in PATTERNS:
        shared = pattern()
        await asyncio.gather(shared.go(2), shared.go(1))
    print("OK")


if __name__ == "__main__":
    asyncio.run(main())
