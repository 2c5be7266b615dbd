"""With the accelerator and without it the same program gives the same bytes."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import trace_frames
from recording import ROOT, SECONDS_MAX, environment

pytest.importorskip("staleread._accelerator", reason="no accelerator was built for this Python")

STILL = ROOT / "tests" / "support" / "still_recording.py"

# What threads do, when the collector comes, how often one looks at the clock: not the same each time.
UNSTEADY = ("thread", "executor", "pool", "gc.", "sleep(0.", "time.")


def steady(program: Path) -> bool:
    text = program.read_text("utf-8")
    return not any(word in text for word in UNSTEADY)


def programs() -> list[Path]:
    """A share of the committed programs: other ones under each version of Python."""
    every = sorted(path for path in (ROOT / "traces").glob("*/*.py") if steady(path))
    return every[sys.version_info[1] % 8 :: 8]


def frames(program: Path, trace: Path, accelerator: str, options: tuple[str, ...]) -> list[object]:
    """Every byte of a recording that it is to have in common with another one."""
    done = subprocess.run(
        [sys.executable, str(STILL), str(trace), program.name, *options],
        cwd=program.parent,
        env={**environment(), "STALEREAD_ACCELERATOR": accelerator},
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    assert "Error" not in done.stderr or done.returncode != 2, done.stderr
    first, *others = trace_frames.frames(trace.read_bytes())
    assert "off" not in trace_frames.pairs(others[-1].inflated())
    meta = trace_frames.pairs(first.inflated())
    meta.pop("started")
    return [meta, *((frame.kind, frame.codec, frame.number, frame.events, frame.stored) for frame in others)]


def assert_same(program: Path, folder: Path, *options: str) -> None:
    plain = frames(program, folder / "plain.srt", "off", options)
    fast = frames(program, folder / "fast.srt", "on", options)
    assert len(plain) == len(fast), program
    for number, (one, other) in enumerate(zip(plain, fast, strict=True)):
        assert one == other, f"{program.name}: frame {number} is another one with the accelerator"


@pytest.mark.parametrize("program", programs(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_same_bytes(program: Path, tmp_path: Path) -> None:
    assert_same(program, tmp_path)


EVERY_HOOK = """
import asyncio, collections, collections.abc, dataclasses, decimal, enum, math

total = 0
registry = {}

class Colour(enum.Enum):
    RED = 1

@dataclasses.dataclass
class Slotted:
    __slots__ = ("a", "b")
    a: object
    b: object

class Base:
    shared = 0
    default = None

class Box(Base):
    def __init__(self):
        self.value = 0
        self.items = {}
        self.list = [1, 2, 3]
        self.set = set()
        self.deque = collections.deque()
        self.counter = collections.Counter()
        self.default_dict = collections.defaultdict(list)
        self.ordered = collections.OrderedDict()
        self.slotted = Slotted(1, "x" * 2000)
        self._hidden = 1.5

    @property
    def hidden(self):
        return self._hidden

    def grow(self, by):
        self.value += by
        return self.value

    def each(self):
        for key in list(self.items):
            yield key, self.items[key]

VALUES = [0, -1, 2**70, -2**70, True, None, ..., 1.5, 0.0, -0.0, float("nan"), float("inf"), "", "a", "é\\ud800",
          "y" * 70, "z" * 2000, b"bytes", (1, (2, "x")), frozenset({1, 2}), range(3), Colour.RED, decimal.Decimal(1),
          [], {}, len, Box, asyncio]

async def attributes(box):
    for value in VALUES:
        box.value = value
        await asyncio.sleep(0)
        box.slotted.a = box.value
        box.slotted.b, box.default = box.slotted.a, box.default
        Base.shared += 1
        box.shared, box.hidden, box.value
        del box.value
        getattr(box, "value", None), hasattr(box, "value"), setattr(box, "other", value)

async def items(box):
    for key in ("k", 1, -5, 2**65, True, 1.0, 2.5, None, (1, 2), b"b", Colour.RED, box):
        for value in (1, "text", [], None):
            if key not in box.items or not box.items[key]:
                box.items[key] = value
            await asyncio.sleep(0)
            box.items.get(key), box.items.get("nothing"), box.items.setdefault(key, 1)
            box.counter[key] += 1
            box.default_dict[key].append(value)
            box.default_dict[key] = box.counter["nothing"], box.counter.get(key), box.default_dict.get("nothing")
            box.default_dict[key] = [box.ordered.get(key)]
            box.ordered[key] = value
            box.ordered.move_to_end(key)
            assert key in box.ordered and len(box.ordered) and box.ordered[key] == value
            box.ordered.pop(key), box.ordered.pop(key, None)
            del box.counter["nothing"]
            box.set.add(key), box.set.discard("nothing"), box.set.add(key)
            assert key in box.set and key in box.items and len(box.items) and box.counter
            box.list.append(value)
            box.list[0], box.list[-1] = box.list[-1], 1
            box.list[0] = 7
            box.list[1] = 2
            box.deque.append(value), box.deque.appendleft(key), box.deque.popleft(), box.deque.pop()
            registry[key] = value
        box.items.pop(key), box.items.pop(key, None)
        box.list.pop()
        del registry[key]
    for _ in box.each():
        pass
    try:
        box.items["missing"]
    except KeyError:
        pass
    try:
        box.list[99]
    except IndexError:
        pass

def closures():
    count = 0
    def add(by):
        nonlocal count
        count += by
        return count
    return add

async def variables(box):
    global total
    add = closures()
    for by in range(5):
        total += by
        before = total
        await asyncio.sleep(0)
        total = before + add(by) + box.grow(1 if by else 0)
        local = [by]
        (lambda: local.append(1))()

async def waits(box):
    event, lock, queue = asyncio.Event(), asyncio.Lock(), asyncio.Queue()
    future = asyncio.get_running_loop().create_future()
    async def other():
        async with lock:
            box.value = 1
            event.set()
            queue.put_nowait(2)
        await asyncio.wait_for(event.wait(), 5)
        future.set_result(box.value)
    task = asyncio.create_task(other())
    await event.wait()
    await asyncio.wait_for(future, 5)
    await future
    await task
    await queue.get()
    async def hold():
        async with lock:
            await asyncio.sleep(0)
        queue.put_nowait(3)
        await queue.get()
        queue.task_done()
    await asyncio.gather(hold(), hold())
    queue.task_done()
    await queue.join()
    async with asyncio.timeout(5) if hasattr(asyncio, "timeout") else lock:
        await asyncio.gather(*(asyncio.sleep(0) for _ in range(3)))

class Wrapping(asyncio.Queue):
    def _put(self, item):
        super()._put((item,))

    def _get(self):
        return super()._get()[0]

async def queues(box):
    made = asyncio.Queue(), asyncio.LifoQueue(), asyncio.PriorityQueue(), asyncio.Queue(2), Wrapping()
    event = asyncio.Event()
    async def put():
        for number in range(6):
            for queue in made:
                await queue.put(number % 2)
            event.set()
            event.clear()
    async def get():
        for number in range(6):
            for queue in made:
                await queue.get()
                queue.task_done()
            if number == 2:
                await event.wait()
    for _ in range(3):  # The same item several times.
        made[0].put_nowait(box)
    await asyncio.gather(put(), get())
    for queue in made:
        while not queue.empty():
            queue.get_nowait()
        try:
            queue.get_nowait()
        except asyncio.QueueEmpty:
            pass

class Plain(dict):
    pass

class Missing(dict):
    def __missing__(self, key):
        return key

class Own(dict):
    def __getitem__(self, key):
        return 7

    def __contains__(self, key):
        return True

    def pop(self, key, default=None):
        return default

class Stack(list):
    limit = 3
    names = []

class Kept(Box):
    def __init__(self):
        super().__init__()
        self.kept = None

    def __eq__(self, other):
        return self is other

    def __hash__(self):
        return 1

def of_dict(box, table):
    box.kept = table
    for key, value in ((1, [1]), ("two", {}), (True, None), ((3, "x"), box), (box, 5), (Box, 6), (4.0, 4), (None, 7)):
        table[key] = value
        assert key in table and table.get(key) is not box.items
        table.setdefault(key, 1), table.setdefault("new", key), table.pop("new", None), table.pop("never", None)
        try:
            table["nowhere"]
            del table["nowhere"]
        except KeyError:
            pass
        table.update({"a": [], 2: value}), table.update([("b", 2)]), table.update(box.items), table.update()
        table.update(a=1, new=key, c=[value]), table.update(a=key)
        table.update(dict.fromkeys(range(100))) if key == 1 else table.update({box: 1})
        table.keys(), table.values(), table.items(), table.copy(), len(table)
        table.__setitem__(key, value), table.__getitem__(key), table.__contains__(key), table.__delitem__(key)
        table.popitem(), table.popitem()
        table.clear(), table.clear()
        table["c"] = table["d"] = key
        table.clear()
        if table or not table:
            table.popitem() if table else None
        for _ in table:
            pass
    if hasattr(table, "move_to_end"):
        table["e"] = 1
        table.move_to_end("e")
        table.update({"f": 1, "g": 2}), table.move_to_end("e", last=False), table.popitem(last=False)
        table.popitem(0), table.popitem(last=True)
def of_counter(table):
    table["b"] = 2
    table.update("hello"), table.update({"h": 3})
    table.subtract("he"), table.most_common(1), list(table.elements())
    table["new"] += 1
    table["nowhere"], table.pop("new"), table.popitem(), table.clear()

def of_sequence(box, row):
    box.kept = row
    for value in (1, [], "text", box):
        row.append(value), row.extend([value, 2]), row.insert(0, value), row.index(2), row.count(2), row.reverse()
        row[0], row[-1], row[True]
        row[1] = value
        row[-2] = row[0]
        row[0] = row[True] = [value]
        row += [3]
        for key in (2**70, 99, -99):
            try:
                row[key]
            except IndexError:
                pass
        if isinstance(row, list):
            row[1:2], row[:]
            row[1:2] = [4, 5]
            del row[0]
        else:
            row.extendleft([1]), row.rotate(1), row.appendleft(value), row.popleft()
        row.remove(2), row.copy(), len(row), row.__len__(), row.pop()
        bool(row), value in row, value not in row
        for _ in row:
            pass
        row.clear(), row.clear()
    if isinstance(row, list):
        row.extend([3, 1])
        row.sort()
        row.pop(0)

def of_set(box, row):
    box.kept = row
    for value in (1, "text", (1, 2), box, 2.5):
        row.add(value), row.add("also"), row.discard(value), row.discard(value), row.add(value), row.remove(value)
        try:
            row.remove("nothing")
        except KeyError:
            pass
        row.update([1, value]), row.difference_update([2]), row.union([3]), row.issubset(row), row.copy(), row.pop()
        value in row, value not in row, len(row)
        for _ in row:
            pass
        row.clear(), row.clear()
    row.add("x")
    row.clear()
    row.update(range(100))
    row.clear()

def of_others(box):
    text, pair, frozen = "text", (1, 2), frozenset({1})
    assert text[0] and pair[1] and 1 in frozen and "t" in text and len(pair) and b"x"[0]
    box.hidden, box.grow, box.shared, box.default, asyncio.sleep, collections.abc, math.pi, Base.shared, Colour.RED
    box.shared = box.default = 3
    box.shared, box.default, Stack.limit, Stack.names, Stack().names, Stack().limit
    Stack.limit = 4
    Stack.limit, Stack().limit, box.shared
    rows = [[], {}, set()]
    (lambda: rows[0].append(rows[1]))()
    return rows

def containers(box):
    for table in ({}, Plain(), Missing(), Own(), collections.OrderedDict(),
                  collections.defaultdict(list), collections.defaultdict(None)):
        of_dict(box, table)
    of_counter(collections.Counter())
    for row in ([], Stack(), collections.deque(), collections.deque(maxlen=2)):
        try:
            of_sequence(box, row)
        except (IndexError, ValueError, TypeError):
            pass
    of_set(box, set())
    for _ in range(3):
        of_others(box)
        try:
            box.never
        except AttributeError:
            pass
        del box.kept
        box.kept = []

async def main():
    box = Kept()
    containers(box)
    await asyncio.sleep(0)
    containers(box)
    box = Box()
    box.value = 0
    await variables(box)
    await waits(box)
    await queues(box)
    await asyncio.gather(attributes(box), items(box))
    box.value = 0
    await asyncio.gather(*(variables(box) for _ in range(3)))

asyncio.run(main())
"""


@pytest.mark.parametrize(
    "settings", ["", "--values off", "--strings off --keys hash", "--strings hash --keys off"]
)
def test_same_bytes_of_every_hook(settings: str, tmp_path: Path) -> None:
    program = tmp_path / "every_hook.py"
    program.write_text(textwrap.dedent(EVERY_HOOK), "utf-8")
    assert_same(program, tmp_path, *settings.split())


SCHEDULING = """
import asyncio, functools, os, sys, threading

class Shop:
    def __init__(self):
        self.count = 0

    def add(self, by=1, *rest):
        self.count += by

shop = Shop()

async def child(by):
    shop.add(by)
    await asyncio.sleep(0)
    shop.count += 1
    return by

async def fails():
    raise ValueError(shop.count)

def completed(future):
    shop.add(future.cancelled() or 1)

def leave(coroutine):
    made = [coroutine]

async def tasks():
    loop = asyncio.get_running_loop()
    made = [asyncio.create_task(child(by), name=f"child {by}") for by in range(3)]
    unnamed = asyncio.ensure_future(child(3))
    unnamed.set_name("late")
    made += [asyncio.create_task(child(0), name=name) for name in ("", "k\\u00e4se", "\\ud800", "x" * 100, "x" * 101)]
    await asyncio.gather(*made, unnamed, fails(), return_exceptions=True)
    later = asyncio.create_task(child(1))
    later.cancel()
    await asyncio.wait([later])
    await asyncio.wait_for(child(7), 100)
    done = loop.create_future()
    done.add_done_callback(completed)
    done.add_done_callback(functools.partial(completed))
    done.set_result(1)
    assert await done == 1
    forgotten = loop.create_future()
    asyncio.create_task(asyncio.wait([forgotten]))
    await asyncio.sleep(0)

async def callbacks():
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    loop.call_soon(shop.add)
    loop.call_soon(functools.partial(shop.add, 2), 3)
    loop.call_soon(lambda: shop.add(1))
    loop.call_soon(print)
    loop.call_soon(sorted, [2, 1])
    loop.call_soon(functools.partial(functools.partial(len), "text"))
    loop.call_soon(Caller())
    loop.call_soon_threadsafe(shop.add)
    loop.call_later(0, shop.add)
    loop.call_at(loop.time(), lambda: None)
    loop.call_soon(shop.add).cancel()
    loop.call_later(0.001, over.set_result, None)
    await over

class Caller:
    def __call__(self):
        shop.add()

async def pipes():
    loop = asyncio.get_running_loop()
    readable, writable = os.pipe()
    heard = asyncio.Event()
    def hear(times):
        shop.add(len(os.read(readable, 1)))
        times.append(1)
        if len(times) == 3:
            heard.set()
            loop.remove_reader(readable)
    loop.add_reader(readable, hear, [])
    os.write(writable, b"123")
    await heard.wait()
    os.close(readable)
    os.close(writable)

async def coroutines_left():
    child(1)
    await asyncio.sleep(0)
    left = child(2)
    del left
    leave(child(3))
    asyncio.get_running_loop().call_soon(lambda: leave(child(4)))
    list(makers())
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_soon(functools.partial(leave, child(5)))
    async for _ in makers_in_between():
        pass

def makers():
    yield 1
    leave(child(6))

async def makers_in_between():
    yield 1
    await asyncio.sleep(0)
    leave(child(7))

async def nested():
    loop = asyncio.new_event_loop()
    asyncio._set_running_loop(None)
    try:
        loop.run_until_complete(child(5))
    finally:
        loop.close()
        asyncio._set_running_loop(this)
    leave(child(8))

async def main():
    global this
    this = asyncio.get_running_loop()
    await tasks()
    await callbacks()
    await pipes()
    await coroutines_left()
    if sys.version_info < (3, 14):  # From there on no task can run within another one.
        await nested()
    print(shop.count)

asyncio.run(main())
leave(child(9))
asyncio.run(child(10))
asyncio.run(coroutines_left(), debug=True)
"""


def test_same_bytes_of_scheduling(tmp_path: Path) -> None:
    program = tmp_path / "scheduling.py"
    program.write_text(SCHEDULING)
    assert_same(program, tmp_path)
