"""Primitives of other packages, as a rules file tells of them."""

from __future__ import annotations

from pathlib import Path

import pytest
import tool
from edges import HEAD, Case, check_together, record_together, recorded
from test_locks import held, lock_kinds
from trace_order import Order

PRIMITIVES = '''
import asyncio, collections, inspect, threading

class Lock:
    """Keeps its own queue of waiters."""
    def __init__(self, name="", free=1):
        self.name, self.free, self.waiters = name, free, collections.deque()
    async def acquire(self, *, wait=True):
        if not self.free and not wait:
            return False
        while not self.free:
            waiter = asyncio.get_running_loop().create_future()
            self.waiters.append(waiter)
            await waiter
        self.free -= 1
        return True
    def release(self):
        self.free += 1
        if self.waiters:
            self.waiters.popleft().set_result(None)
    async def __aenter__(self):
        await self.acquire()
        return self
    async def __aexit__(self, *exc):
        self.release()

class Named(Lock):
    """All of one name are one."""
    locks = {}
    def __init__(self, name):
        self.name = name
        self.inner = self.locks.setdefault(name, Lock())
    def acquire(self):
        return self.inner.acquire()
    async def unlock(self):
        self.inner.release()
    async def __aenter__(self):
        await self.acquire()
    async def __aexit__(self, *exc):
        await self.unlock()

class ThreadLock:
    def __init__(self):
        self.inner = threading.Lock()
    def lock(self, timeout=-1):
        return self.inner.acquire(timeout=timeout)
    def unlock(self):
        self.inner.release()
    def __enter__(self):
        self.lock()
    def __exit__(self, *exc):
        self.unlock()

class Flag:
    def __init__(self):
        self.up = False
    def fire(self):
        self.up = True
    def lower(self):
        self.up = False
    async def fired(self, seconds=1.0):
        while not self.up and seconds > 0:
            await asyncio.sleep(0.002)
            seconds -= 0.002
        return self.up

class Pipe:
    def __init__(self):
        self.items = collections.deque()
        self.closed = False
    async def send(self, item):
        if item is None:
            raise ValueError(item)
        self.items.append(item)
    def close(self):
        self.closed = True
    async def receive(self):
        while not self.items:
            if self.closed:
                raise EOFError
            await asyncio.sleep(0.002)
        return self.items.popleft()
'''

RULES = """
version: 1
primitives:
  - lock: {class: "theirs.kit.Lock", acquire: acquire, release: release}
  - lock:
      class: theirs.kit.Named
      acquire: acquire
      release: unlock
      same: name
  - lock: {class: theirs.kit.ThreadLock, acquire: lock, release: unlock}
  - event: {class: theirs.kit.Flag, set: fire, wait: [fired], clear: lower}
  - queue: {class: theirs.kit.Pipe, put: send, get: receive, close: close}
"""

IMPORTS = "from theirs.kit import Flag, Lock, Named, Pipe, ThreadLock\n"

CASES: dict[str, Case] = {
    "an event": (
        """
        async def waiting(flag):
            await flag.fired()
            mark('woken')
        async def main():
            flag = Flag()
            task = asyncio.create_task(waiting(flag))
            await asyncio.sleep(0.01)
            mark('set')
            flag.fire()
            mark('step')
            await asyncio.sleep(0.02)
            mark('later')
            await task
        """,
        "set<woken step<woken",
        "later|woken",
    ),
    "an event that was not set": (
        """
        async def waiting(flag):
            await flag.fired(0.01)
            mark('late')
        async def main():
            flag = Flag()
            flag.fire()
            flag.lower()
            task = asyncio.create_task(waiting(flag))
            while f'{case}_late' not in vars(marks):
                await asyncio.sleep(0.002)
            mark('set')
            flag.fire()
            await task
        """,
        "",
        "set|late",
    ),
    "only who flips an event": (
        """
        async def setting(flag, name, seconds):
            await asyncio.sleep(seconds)
            mark(name)
            flag.fire()
        async def main():
            flag = Flag()
            tasks = [asyncio.create_task(setting(flag, 'first', 0)),
                     asyncio.create_task(setting(flag, 'second', 0.01))]
            await asyncio.sleep(0.03)
            await flag.fired()
            mark('woken')
        """,
        "first<woken",
        "second|woken",
    ),
    "a queue": (
        """
        async def put(pipe):
            mark('put_a')
            await pipe.send('a')
            await asyncio.sleep(0.005)
            mark('put_b')
            await pipe.send('b')
            try:
                await pipe.send(None)
            except ValueError:
                pass
            await asyncio.sleep(0.005)
            mark('rest')
            pipe.close()
        async def main():
            pipe = Pipe()
            task = asyncio.create_task(put(pipe))
            await asyncio.sleep(0.03)
            await pipe.receive()
            mark('got_a')
            await pipe.receive()
            mark('got_b')
            try:
                await pipe.receive()
            except EOFError:
                mark('end')
        """,
        "put_a<got_a put_b<got_b rest<end",
        "put_b|got_a rest|got_b",
    ),
    "a lock does not order": (
        """
        async def one(lock, name):
            async with lock:
                await asyncio.sleep(0.005)
                mark(name)
        async def main():
            lock = Lock()
            await asyncio.gather(one(lock, 'a'), one(lock, 'b'))
        """,
        "",
        "a|b",
    ),
}


def write_kit(folder: Path, rules: str = RULES) -> tuple[str, ...]:
    """The package, which is not watched, and the options that tell of it."""
    (folder / "theirs").mkdir()
    (folder / "theirs" / "__init__.py").write_text("")
    (folder / "theirs" / "kit.py").write_text(PRIMITIVES)
    (folder / "rules.yaml").write_text(rules)
    return ("--rules", "rules.yaml", "--ignore", "theirs*")


@pytest.fixture(scope="module")
def order(tmp_path_factory: pytest.TempPathFactory) -> Order:
    folder = tmp_path_factory.mktemp("declared")
    return record_together(CASES, IMPORTS, folder, *write_kit(folder))


@pytest.mark.parametrize("name", CASES)
def test_order(name: str, order: Order) -> None:
    check_together(order, CASES, name)


HELD = """
import inspect, sys, traceback
from theirs.kit import Lock, Named, Pipe, ThreadLock

async def entering(make, name):
    async with make():
        await asyncio.sleep(0.005)
        mark("in")

async def calling(make, name):
    lock = make()
    await lock.acquire()
    await asyncio.sleep(0.005)
    mark("in")
    lock.release()

async def main(one, make, kind):
    await asyncio.gather(*(asyncio.create_task(one(make, name), name=f"{kind} {name}") for name in "AB"))

async def trying(lock):
    await lock.acquire()
    assert not await lock.acquire(wait=False)
    lock.release()

async def failing(pipe):
    try:
        await pipe.send(None)
    except ValueError as error:
        if sys.version_info >= (3, 11):
            frames = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
            assert frames == ["failing", "send"], frames

def of_threads(lock):
    with lock:
        mark("in")
    if lock.lock():
        mark("in")
        lock.unlock()

lock = Lock()
asyncio.run(main(entering, lambda: lock, "entered"))
asyncio.run(main(calling, lambda: lock, "called"))
asyncio.run(main(entering, lambda: Named("x"), "named"))
asyncio.run(main(entering, lambda: Named(str(id(asyncio.current_task()))), "apart"))
asyncio.run(trying(Lock()))
asyncio.run(failing(Pipe()))
thread = threading.Thread(target=of_threads, args=(ThreadLock(),), name="thread")
thread.start()
thread.join()

assert inspect.iscoroutinefunction(Lock.acquire) and not inspect.iscoroutinefunction(Named.acquire)
assert str(inspect.signature(Lock.acquire)) == "(self, *, wait=True)"
assert Lock.acquire.__qualname__ == "Lock.acquire" and Lock.acquire.__doc__ is None
"""


def test_locks(tmp_path: Path) -> None:
    trace = recorded(tmp_path, HEAD + HELD, *write_kit(tmp_path))
    lines = held(trace)

    def of(kind: str) -> list[str]:
        return [line for line in lines if line.startswith(kind)]

    for kind in ("entered", "called"):
        assert of(kind) == [f"{kind} {name} {what}" for name in "AB" for what in ("acquire", "in", "release")]
    # What is named has a lock of the first kind in it.
    around = ("acquire", "acquire", "in", "release", "release")
    assert of("named") == [f"named {name} {what}" for name in "AB" for what in around]
    assert sorted(of("apart")[:4]) == ["apart A acquire"] * 2 + ["apart B acquire"] * 2
    assert of("thread") == ["thread acquire", "thread in", "thread release"] * 2
    assert sum(" acquire" in line for line in of("Task-")) == 1, "what did not succeed is no acquisition"
    assert lock_kinds(trace) == [(1, 1)] * (1 + 2 + 4 + 1) + [(3, 1)]


WRONG = """
primitives:
  - lock: {class: theirs.kit.Lock, acquire: acquire, release: unlock}
  - lock: {class: theirs.kit.Missing, acquire: acquire, release: release}
  - lock: {class: theirs.absent.Lock, acquire: acquire, release: release}
  - event: {class: _asyncio.Future, set: set_result, wait: result}
"""


def test_what_cannot_be_followed_is_said(tmp_path: Path) -> None:
    options = write_kit(tmp_path, "version: 1" + WRONG)
    (tmp_path / "program.py").write_text(
        "import theirs.kit as kit\nassert kit.Lock.acquire.__code__.co_name == 'acquire'\n"
        "assert not hasattr(kit.Lock.acquire, '__wrapped__')\n"
    )
    done = tool.record(tmp_path / "program.py", tmp_path / "trace.srt", options=("--quiet", *options))
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "staleread: rules.yaml: line 6: _asyncio.Future cannot be followed: it is not written in Python",
        "staleread: rules.yaml: line 3: theirs.kit.Lock has no method unlock",
        "staleread: rules.yaml: line 4: theirs.kit has no class Missing",
    ]


def test_a_lock_that_nobody_tells_of_is_named(tmp_path: Path) -> None:
    """Not one of asyncio's, nor what is in watched code, nor what is entered and looks like no lock."""
    options = write_kit(
        tmp_path,
        "version: 1\nprimitives:\n  - lock: {class: theirs.kit.Named, acquire: acquire, release: unlock}\n",
    )
    program = """if True:
        import asyncio
        from theirs.kit import Lock, Named
        class OwnLock:
            def __init__(self):
                self.inner = asyncio.Lock()
            async def __aenter__(self):
                await self.inner.acquire()
            async def __aexit__(self, *_):
                self.inner.release()
        async def main():
            async with Lock(): pass
            async with Named("x"): pass
            async with OwnLock(): pass
            async with asyncio.Lock(): pass
            async with asyncio.Condition(): pass
            async with asyncio.Semaphore(): pass
            if hasattr(asyncio, "timeout"):
                async with asyncio.timeout(1): pass
        asyncio.run(main())
    """
    end = recorded(tmp_path, program, *options).end
    assert end is not None and end["unseen"] == "lock:theirs.kit.Lock"
    unseen = tool.analyze(tmp_path / "trace.srt")["traces"][0]["unseen"]
    assert unseen == [
        "whom `theirs.kit.Lock` keeps out, which no rule tells",
        "the inside of `theirs`, not watched",
    ]
