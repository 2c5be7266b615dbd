"""Shapes of real programs, a class each: two tasks call `go` of one object."""

import asyncio
import contextlib
import dataclasses
import enum
import functools
import heapq
import time
import types
import typing
from collections import deque

CACHE = {}


async def pause():
    await asyncio.sleep(0)


class State(enum.Enum):
    IDLE = 1
    BUSY = 2


class Registry:
    """A container of the project's own."""

    def __init__(self):
        self._rows = {}

    def __contains__(self, key):
        return key in self._rows

    def __getitem__(self, key):
        return self._rows[key]

    def __setitem__(self, key, value):
        self._rows[key] = value

    def __len__(self):
        return len(self._rows)

    def lookup(self, key):
        return self._rows.get(key)

    def store(self, key, value):
        self._rows[key] = value


class Truthy:
    def __init__(self):
        self.is_set = False

    def __bool__(self):
        return self.is_set

    def __eq__(self, other):
        return self.is_set == other

    __hash__ = None


def requires_room(method):
    @functools.wraps(method)
    async def wrapper(self, *arguments):
        if self.used >= 1:
            return None
        return await method(self, *arguments)

    return wrapper


@dataclasses.dataclass
class Account:
    balance: int = 10
    log: list = dataclasses.field(default_factory=list)


class OwnContains:
    def __init__(self):
        self.registry = Registry()

    async def go(self, k):
        if "a" not in self.registry:
            await pause()
            self.registry["a"] = k


class OwnLength:
    def __init__(self):
        self.registry = Registry()

    async def go(self, k):
        if len(self.registry) < 1:
            await pause()
            self.registry[k] = k


class OwnLookup:
    def __init__(self):
        self.registry = Registry()

    async def load(self, k):
        await pause()
        return k

    async def go(self, k):
        found = self.registry.lookup("a")
        if found is None:
            found = await self.load(k)
            self.registry.store("a", found)
        return found


class OwnGetItem:
    def __init__(self):
        self.registry = Registry()

    async def go(self, k):
        try:
            return self.registry["a"]
        except KeyError:
            await pause()
            self.registry["a"] = k


class OwnTruth:
    def __init__(self):
        self.flag = Truthy()
        self.runs = 0

    async def go(self, k):
        if self.flag:
            return
        await pause()
        self.flag.is_set = True
        self.runs += 1


class OwnEquality:
    def __init__(self):
        self.flag = Truthy()
        self.runs = 0

    async def go(self, k):
        if self.flag == True:  # noqa: E712
            return
        await pause()
        self.flag.is_set = True
        self.runs += 1


class OfEnum:
    def __init__(self):
        self.state = State.IDLE
        self.runs = 0

    async def go(self, k):
        if self.state is State.IDLE:
            await pause()
            self.state = State.BUSY
            self.runs += 1


class OfDecorator:
    def __init__(self):
        self.used = 0

    @requires_room
    async def go(self, k):
        await pause()
        self.used += 1


class OfBase:
    def __init__(self):
        self.token = None

    def is_new(self):
        return self.token is None

    async def store(self, k):
        raise NotImplementedError

    async def run(self, k):
        if self.is_new():
            await self.store(k)


class OfDerived(OfBase):
    async def store(self, k):
        await pause()
        self.token = k

    async def go(self, k):
        await super().run(k)


class OfSetter:
    def __init__(self):
        self._state = "new"

    @property
    def state(self):
        return self._state

    @state.setter
    def state(self, value):
        self._state = value

    async def go(self, k):
        if self.state == "new":
            await pause()
            self.state = f"run by {k}"


class OfTime:
    def __init__(self):
        self.last = 0.0

    async def go(self, k):
        if time.monotonic() - self.last < 0.0001:
            return
        await pause()
        self.last = time.monotonic()


class OfAttributeError:
    async def go(self, k):
        try:
            return self.connection
        except AttributeError:
            await pause()
            self.connection = k


class OfGlobalCache:
    async def go(self, k):
        if "a" not in CACHE:
            await pause()
            CACHE["a"] = k


class OfClassRegistry:
    instances: typing.ClassVar = {}

    @classmethod
    async def get(cls, k):
        if "a" not in cls.instances:
            await pause()
            cls.instances["a"] = k
        return cls.instances["a"]

    async def go(self, k):
        await self.get(k)


class OfSingleton:
    _instance = None

    @classmethod
    async def instance(cls):
        if cls._instance is None:
            await pause()
            cls._instance = object()
        return cls._instance

    async def go(self, k):
        await OfSingleton.instance()


class OfSetattr:
    def __init__(self):
        self.token = None

    async def go(self, k):
        name = "token"
        if getattr(self, name) is None:
            await pause()
            setattr(self, name, k)


class OfStarUnpacking:
    def __init__(self):
        self.queue = [1, 2, 3]

    async def go(self, k):
        _, *rest = self.queue
        await pause()
        self.queue = rest


class OfSlices:
    def __init__(self):
        self.buffer = "abcdef"

    async def go(self, k):
        head, tail = self.buffer[:2], self.buffer[2:]
        await pause()
        self.buffer = tail
        return head


class OfSplit:
    def __init__(self):
        self.buffer = "a\nb\nc"

    async def go(self, k):
        if "\n" in self.buffer:
            line, rest = self.buffer.split("\n", 1)
            await pause()
            self.buffer = line + rest


class OfLeastLoaded:
    def __init__(self):
        self.connections = [types.SimpleNamespace(load=0), types.SimpleNamespace(load=0)]

    async def go(self, k):
        connection = min(self.connections, key=lambda each: each.load)
        if connection.load < 1:
            await pause()
            connection.load += 1


class OfHeap:
    def __init__(self):
        self.heap = [1, 2, 3]

    async def go(self, k):
        if len(self.heap) > 1:
            await pause()
            heapq.heappop(self.heap)


class OfDeque:
    def __init__(self):
        self.idle = deque([1])

    async def go(self, k):
        if self.idle:
            await pause()
            with contextlib.suppress(IndexError):
                self.idle.popleft()


class OfDelete:
    def __init__(self):
        self.sessions = {"a": 1}

    async def go(self, k):
        if "a" in self.sessions:
            await pause()
            with contextlib.suppress(KeyError):
                del self.sessions["a"]


class OfAccount:
    def __init__(self):
        self.account = Account()

    async def go(self, k):
        account = self.account
        if account.balance >= 10:
            await pause()
            account.balance -= 10
            account.log.append(k)


class OfInnerCall:
    def __init__(self):
        self.n = 0

    async def read(self):
        await pause()
        return self.n

    async def write(self, value):
        await pause()
        self.n = value

    async def go(self, k):
        seen = await self.read()
        await self.write(seen + 1)


class OfMessage:
    def __init__(self):
        self.version = 0

    async def publish(self, message):
        await pause()
        self.version = message["version"]

    async def go(self, k):
        await self.publish({"version": self.version + 1, "by": k})


class OfAsyncProperty:
    def __init__(self):
        self._token = None

    @property
    def token(self):
        return self._load()

    async def _load(self):
        if self._token is None:
            await pause()
            self._token = object()
        return self._token

    async def go(self, k):
        return await self.token


class OfHandlers:
    def __init__(self):
        self.token = None
        self.handlers = {"login": self.login}

    async def login(self, k):
        if self.token is None:
            await pause()
            self.token = k

    async def go(self, k):
        await self.handlers["login"](k)


class OfCallback:
    def __init__(self):
        self.n = 0
        self.done = asyncio.Event()

    def store(self, value):
        self.n = value
        self.done.set()

    async def go(self, k):
        loop = asyncio.get_running_loop()
        loop.call_later(0.001, self.store, self.n + 1)
        await self.done.wait()
        await asyncio.sleep(0.002)


class OfRequest:
    """What belongs to one request, in an attribute of what all share."""

    def __init__(self):
        self.user = None
        self.answers = {}

    async def go(self, k):
        self.user = f"user {k}"
        await pause()
        self.answers[k] = (self.user, k)


class OfTopics:
    """Only the first member is announced; what is written then is kept elsewhere by the same object."""

    def __init__(self):
        self.topics = {"a": set()}
        self.sent = []

    async def announce(self, topic):
        await pause()
        self.sent.append(topic)

    async def go(self, k):
        if not self.topics["a"]:
            await self.announce("a")
        self.topics["a"].add(k)


class OfThreadJob:
    def __init__(self):
        self.n = 0

    def bumped(self, value):
        time.sleep(0.002)
        return value + 1

    async def go(self, k):
        self.n = await asyncio.to_thread(self.bumped, self.n)


PATTERNS = [
    each for each in globals().values() if isinstance(each, type) and each.__name__.startswith(("Of", "Own"))
]


async def main():
    for pattern in PATTERNS:
        if hasattr(pattern, "go"):
            shared = pattern()
            await asyncio.gather(shared.go(2), shared.go(1))
    print("OK")


if __name__ == "__main__":
    asyncio.run(main())
