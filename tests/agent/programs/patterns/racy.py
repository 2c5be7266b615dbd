"""Racy patterns, a class each: two tasks call `go` of one object. What must be found stands in racy.expected.yaml."""

import asyncio
import contextlib
import dataclasses
import functools
import json
import typing
from collections import OrderedDict, defaultdict


class NamedtupleReplaceState(typing.NamedTuple):
    n: int
    s: str


@dataclasses.dataclass(frozen=True)
class DataclassReplaceState:
    n: int


@dataclasses.dataclass(slots=True)
class SlotsDataclassState:
    n: int


def retry(f):
    @functools.wraps(f)
    async def wrapper(*a, **k):
        try:
            return await f(*a, **k)
        except ValueError:
            return await f(*a, **k)

    return wrapper


class ListOfObjectsAccount:
    def __init__(self):
        self.balance = 0


class AttrOfResultBox:
    n = 0


SHARED = {}


class TaskDone:
    def __init__(self):
        self.task = None

    async def work(self):
        await asyncio.sleep(0)

    async def go(self, n):
        if self.task is None or self.task.done():
            await asyncio.sleep(0)
            self.task = asyncio.create_task(self.work())


class AnyRows:
    def __init__(self):
        self.rows = []

    async def go(self, n):
        if any(row["id"] == "x" for row in self.rows):
            return
        await asyncio.sleep(0)
        self.rows.append({"id": "x", "n": n})


class SliceAssign:
    def __init__(self):
        self.items = [0]

    async def go(self, n):
        items = list(self.items)
        await asyncio.sleep(0)
        self.items[:] = items + [n]


class EventClear:
    def __init__(self):
        self.ready = asyncio.Event()
        self.ready.set()
        self.log = []

    async def go(self, n):
        if self.ready.is_set():
            await asyncio.sleep(0)
            self.ready.clear()
            self.log.append(n)


class HasAttr:
    async def go(self, n):
        if not hasattr(self, "conn"):
            await asyncio.sleep(0)
            self.conn = object()


class DictCopy:
    def __init__(self):
        self.data = {}

    async def go(self, n):
        data = dict(self.data)
        await asyncio.sleep(0)
        data[n] = n
        self.data = data


class ListSpread:
    def __init__(self):
        self.rows = []

    async def go(self, n):
        rows = [*self.rows]
        await asyncio.sleep(0)
        rows.append(n)
        self.rows = rows


class PlusAwait:
    def __init__(self):
        self.total = 0

    async def size(self):
        await asyncio.sleep(0)
        return 1

    async def go(self, n):
        self.total = self.total + await self.size()


class NamedtupleReplace:
    def __init__(self):
        self.state = NamedtupleReplaceState(0, "x")

    async def go(self, n):
        state = self.state
        await asyncio.sleep(0)
        self.state = state._replace(n=state.n + 1)


class DataclassReplace:
    def __init__(self):
        self.state = DataclassReplaceState(0)

    async def go(self, n):
        state = self.state
        await asyncio.sleep(0)
        self.state = dataclasses.replace(state, n=state.n + 1)


class SlotsDataclass:
    def __init__(self):
        self.state = SlotsDataclassState(0)

    async def go(self, n):
        v = self.state.n
        await asyncio.sleep(0)
        self.state.n = v + 1


class Decorated:
    def __init__(self):
        self.n = 0

    @retry
    async def go(self, k):
        v = self.n
        await asyncio.sleep(0)
        self.n = v + 1


class AsyncGen:
    def __init__(self):
        self.count = 0

    async def stream(self):
        for i in range(3):
            await asyncio.sleep(0)
            yield i

    async def go(self, k):
        n = self.count
        async for item in self.stream():
            n += item
        self.count = n


class AsyncGenInner:
    def __init__(self):
        self.count = 0

    async def stream(self):
        for i in range(3):
            n = self.count
            await asyncio.sleep(0)
            self.count = n + 1
            yield i

    async def go(self, k):
        async for _ in self.stream():
            pass


class ExistsCreate:
    def __init__(self):
        self.rows = {}

    async def exists(self, name):
        await asyncio.sleep(0)
        return name in self.rows

    async def create(self, name, n):
        await asyncio.sleep(0)
        self.rows[name] = n

    async def go(self, n):
        if await self.exists("a"):
            return
        await self.create("a", n)


class TryKeyerror:
    def __init__(self):
        self.cache = {}

    async def go(self, n):
        try:
            return self.cache["k"]
        except KeyError:
            pass
        await asyncio.sleep(0)
        self.cache["k"] = n
        return n


class TryKeyerrorInner:
    def __init__(self):
        self.cache = {}

    async def go(self, n):
        try:
            return self.cache["k"]
        except KeyError:
            await asyncio.sleep(0)
            self.cache["k"] = n


class MatchState:
    def __init__(self):
        self.state = "idle"
        self.log = []

    async def go(self, n):
        match self.state:
            case "idle":
                await asyncio.sleep(0)
                self.state = f"busy {n}"
            case _:
                pass


class MaxValue:
    def __init__(self):
        self.best = 0

    async def go(self, n):
        if n > self.best:
            await asyncio.sleep(0)
            self.best = n


class IfExp:
    def __init__(self):
        self.conn = None

    async def connect(self):
        await asyncio.sleep(0)
        return object()

    async def go(self, n):
        self.conn = self.conn if self.conn else await self.connect()


class OrAwait2:
    def __init__(self):
        self.conn = None

    async def connect(self):
        await asyncio.sleep(0)
        return object()

    async def go(self, n):
        if not self.conn:
            self.conn = await self.connect()
        return self.conn


class WhileBreak:
    def __init__(self):
        self.owner = None

    async def go(self, n):
        while True:
            if self.owner is None:
                break
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.owner = n
        await asyncio.sleep(0)
        self.owner = None


class ListPopLen:
    def __init__(self):
        self.jobs = [1, 2, 3]

    async def go(self, n):
        if len(self.jobs) > 0:
            await asyncio.sleep(0)
            self.jobs.pop()


class DictPop:
    def __init__(self):
        self.jobs = {"a": 1}

    async def go(self, n):
        if "a" in self.jobs:
            await asyncio.sleep(0)
            with contextlib.suppress(KeyError):
                self.jobs.pop("a")


class GetattrSetattr:
    def __init__(self):
        self.n = 0

    async def go(self, n):
        v = getattr(self, "n", 0)
        await asyncio.sleep(0)
        self.n = v + 1


class ListOfObjects:
    def __init__(self):
        self.accounts = [ListOfObjectsAccount(), ListOfObjectsAccount()]

    async def go(self, n):
        for acc in self.accounts:
            b = acc.balance
            await asyncio.sleep(0)
            acc.balance = b + n


class WaitFor:
    def __init__(self):
        self.n = 0

    async def inner(self):
        v = self.n
        await asyncio.sleep(0)
        self.n = v + 1

    async def go(self, n):
        await asyncio.wait_for(self.inner(), 1)


class FinallyWrite:
    def __init__(self):
        self.active = 0

    async def go(self, n):
        before = self.active
        self.active = before + 1
        try:
            await asyncio.sleep(0)
        finally:
            self.active = before


class DefaultdictIadd:
    def __init__(self):
        self.hits = defaultdict(int)

    async def one(self):
        await asyncio.sleep(0)
        return 1

    async def go(self, n):
        self.hits["x"] += await self.one()


class ListIndex:
    def __init__(self):
        self.slots = [0, 0]

    async def go(self, n):
        v = self.slots[-1]
        await asyncio.sleep(0)
        self.slots[1] = v + 1


class SetCheckAdd:
    def __init__(self):
        self.seen = set()
        self.out = []

    async def go(self, n):
        if "x" in self.seen:
            return
        await asyncio.sleep(0)
        self.seen.add("x")
        self.out.append(n)


class LimitLen:
    def __init__(self):
        self.active = set()

    async def go(self, n):
        if len(self.active) >= 1:
            return
        await asyncio.sleep(0)
        self.active.add(n)


class RaiseGuard:
    def __init__(self):
        self.busy = False
        self.log = []

    async def go(self, n):
        with contextlib.suppress(RuntimeError):
            await self.inner(n)

    async def inner(self, n):
        if self.busy:
            raise RuntimeError
        await asyncio.sleep(0)
        self.busy = True
        self.log.append(n)


class HelperRaises:
    def __init__(self):
        self.balance = 10

    def ensure(self, n):
        if self.balance < n:
            raise ValueError

    async def go(self, n):
        self.ensure(10)
        await asyncio.sleep(0)
        self.balance -= 10


class ExecutorFn:
    def __init__(self):
        self.n = 0

    def load(self):
        return self.n

    def save(self, v):
        self.n = v

    async def go(self, n):
        loop = asyncio.get_running_loop()
        v = await loop.run_in_executor(None, self.load)
        await asyncio.sleep(0.01)
        await loop.run_in_executor(None, self.save, v + 1)


class PartialCb:
    def __init__(self):
        self.n = 0

    async def with_value(self, f):
        v = self.n
        await asyncio.sleep(0)
        self.n = f(v)

    async def go(self, n):
        await self.with_value(functools.partial(max, n))


class Fstring:
    def __init__(self):
        self.text = ""

    async def go(self, n):
        old = self.text
        await asyncio.sleep(0)
        self.text = f"{old}{n}"


class JsonRoundtrip:
    def __init__(self):
        self.blob = "[]"

    async def go(self, n):
        rows = json.loads(self.blob)
        await asyncio.sleep(0)
        rows.append(n)
        self.blob = json.dumps(rows)


class SpawnValue:
    def __init__(self):
        self.n = 0

    async def store(self, v):
        await asyncio.sleep(0)
        self.n = v

    async def go(self, n):
        await asyncio.create_task(self.store(self.n + 1))


class AttrOfResult:
    def __init__(self):
        self.box = AttrOfResultBox()

    async def fetch(self):
        await asyncio.sleep(0)
        return self.box

    async def go(self, n):
        box = await self.fetch()
        v = box.n
        await asyncio.sleep(0)
        box.n = v + 1


class ClosureCellDict:
    async def go(self, n):
        v = SHARED.get("n", 0)
        await asyncio.sleep(0)
        SHARED["n"] = v + 1


class WeirdOrdered:
    def __init__(self):
        self.lru = OrderedDict()

    async def go(self, n):
        if "k" not in self.lru:
            v = await self.make(n)
            self.lru["k"] = v
        self.lru.move_to_end("k")

    async def make(self, n):
        await asyncio.sleep(0)
        return n


class ChainedCompare:
    def __init__(self):
        self.n = 0

    async def go(self, k):
        if 0 <= self.n < 1:
            await asyncio.sleep(0)
            self.n += 1


class NotInValues:
    def __init__(self):
        self.users = {}

    async def go(self, n):
        if "bob" in self.users.values():
            return
        await asyncio.sleep(0)
        self.users[n] = "bob"


PATTERNS = [
    TaskDone,
    AnyRows,
    SliceAssign,
    EventClear,
    HasAttr,
    DictCopy,
    ListSpread,
    PlusAwait,
    NamedtupleReplace,
    DataclassReplace,
    SlotsDataclass,
    Decorated,
    AsyncGen,
    AsyncGenInner,
    ExistsCreate,
    TryKeyerror,
    TryKeyerrorInner,
    MatchState,
    MaxValue,
    IfExp,
    OrAwait2,
    WhileBreak,
    ListPopLen,
    DictPop,
    GetattrSetattr,
    ListOfObjects,
    WaitFor,
    FinallyWrite,
    DefaultdictIadd,
    ListIndex,
    SetCheckAdd,
    LimitLen,
    RaiseGuard,
    HelperRaises,
    ExecutorFn,
    PartialCb,
    Fstring,
    JsonRoundtrip,
    SpawnValue,
    AttrOfResult,
    ClosureCellDict,
    WeirdOrdered,
    ChainedCompare,
    NotInValues,
]


async def main():
    for pattern in PATTERNS:
        shared = pattern()
        await asyncio.gather(shared.go(2), shared.go(1))
    print("OK")


if __name__ == "__main__":
    asyncio.run(main())
