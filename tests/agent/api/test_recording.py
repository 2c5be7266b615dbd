"""Recordings that a program starts itself, and what it has followed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import tool
from trace_reader import Trace, read_trace

ACCOUNT = """
class Account:
    def __init__(self):
        self.balance = 0
    async def deposit(self, amount):
        balance = self.balance
        await asyncio.sleep(0)
        self.balance = balance + amount

async def main():
    account = Account()
    await asyncio.gather(account.deposit(1), account.deposit(2))
"""


def run(folder: Path, source: str, *words: str) -> subprocess.CompletedProcess[str]:
    (folder / "program.py").write_text(source)
    return tool.run(sys.executable, *words, "program.py", cwd=folder)


def kinds(trace: Path) -> list[str]:
    return [finding["kind"] for finding in tool.analyze(trace)["findings"]]


def functions(trace: Trace) -> set[str]:
    """Of which there are reads and writes."""
    sites = {event.site for event in trace.of("read", "write")}
    return {trace.functions[trace.sites[site].function].name for site in sites}


def test_start_and_stop(tmp_path: Path) -> None:
    """What is defined before and after, twice into files of its own; nothing stays behind."""
    done = run(
        tmp_path,
        "import asyncio, staleread\n"
        "def names(): return Account.deposit.__code__.co_names\n"
        "staleread.stop()\n"
        "staleread.start('one.srt')\n" + ACCOUNT + "bare = names()\n"
        "asyncio.run(main())\n"
        "assert '_sr_read' in names()\n"
        "staleread.stop()\n"
        "assert names() == bare\n"
        "asyncio.run(main())\n"
        "with staleread.recording('two.srt', values='off'):\n"
        "    asyncio.run(main())\n"
        "staleread.stop()\n"
        "try:\n"
        "    with staleread.recording('three.srt'):\n"
        "        1 / 0\n"
        "except ZeroDivisionError:\n"
        "    pass\n"
        "print(asyncio.BaseEventLoop.run_forever.__code__.co_filename == asyncio.base_events.__file__)\n",
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")
    for name in ("one", "two"):
        assert kinds(tmp_path / f"{name}.srt") == ["lost-update"]
    assert read_trace(tmp_path / "two.srt").meta["values"] == "off"
    assert read_trace(tmp_path / "three.srt").end is not None


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        """if True:
        import staleread
        def says(call, *args, **options):
            try:
                call(*args, **options)
            except (RuntimeError, TypeError, ValueError) as error:
                print(type(error).__name__, error)
        staleread.start('missing/x.srt')
        says(staleread.start, 'x.srt', keys='all')
        says(staleread.start, 'x.srt', rules='none.yaml')
        staleread.start('x.srt')
        says(staleread.start, 'y.srt')
        with staleread._api.contextlib.suppress(RuntimeError), staleread.recording('y.srt'):
            print('not reached')
        """,
    )
    assert done.stdout.splitlines() == [
        "ValueError staleread.start: keys is one of repr, hash, off, not 'all'",
        "ValueError staleread.start: none.yaml: No such file or directory",
        "RuntimeError staleread.start: already recording into x.srt; staleread.stop() ends that",
    ]
    assert done.stderr == "staleread: missing/x.srt: cannot write the trace: No such file or directory\n"
    assert read_trace(tmp_path / "x.srt").end is not None
    assert not (tmp_path / "y.srt").exists()


def test_within_a_recording_from_outside(tmp_path: Path) -> None:
    """The command line's goes on: the program need not know of it."""
    source = "import asyncio, staleread\nstaleread.start('own.srt')\nstaleread.stop()\n" + ACCOUNT
    done = run(
        tmp_path, source + "asyncio.run(main())\n", "-m", "staleread", "record", "--quiet", "-o", "outer.srt"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert kinds(tmp_path / "outer.srt") == ["lost-update"]
    assert not (tmp_path / "own.srt").exists()


def test_nothing_is_recorded_without_a_start(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        """if True:
        import sys, staleread
        assert not [name for name in sys.modules if name.startswith('staleread.') and '_trace' in name]
        @staleread.recorded
        def plain(x, *, y=1): return x + y
        code = plain.__code__
        staleread.lock_acquired('a'); staleread.lock_released('a'); staleread.order(before='b'); staleread.order(1, 2)
        assert staleread.watch(code) is code and plain(1) == 2 and plain.__code__ is code
        import weakref
        class Thing:
            def method(self): pass
        thing = Thing()
        gone = weakref.ref(staleread.watch(thing))
        staleread.watch(thing.method)
        del thing
        assert gone() is None
        """,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".srt"] == []


THEIRS = '''
import functools

def loud(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper

class Store:
    kept = []
    def __init__(self):
        self.size = 0
    @loud
    def grow(self, by=1, *, times=1):
        """Grows."""
        self.size += by * times
    @property
    def double(self):
        return self.size * 2
    @classmethod
    def keep(cls, what):
        cls.last = what

class Other:
    def __init__(self):
        self.used = 1

@functools.lru_cache
def single(store):
    store.used = 2

def counter():
    count = 0
    def count_up():
        nonlocal count
        count += 1
        return count
    return count_up

def outer(start):
    def inner(store):
        store.size = start
    return inner
'''


def test_what_is_followed(tmp_path: Path) -> None:
    """A class, then a function, then all of a module that is no part of the project."""
    (tmp_path / "site-packages" / "theirs").mkdir(parents=True)
    (tmp_path / "site-packages" / "theirs" / "__init__.py").write_text("")
    for name in ("kit", "late", "more"):
        (tmp_path / "site-packages" / "theirs" / f"{name}.py").write_text(THEIRS)
    done = run(
        tmp_path,
        """if True:
        import inspect, sys
        sys.path.append('site-packages')
        import staleread
        from theirs import kit, more

        def work(kit):
            store = kit.Store()
            store.grow(2)
            store.double
            kit.Store.keep(1)
            kit.single(kit.Other())
            assert up() == 1
            kit.outer(3)(store)
            inner(store)

        inner, up = kit.outer(4), kit.counter()
        with staleread.recording('nothing.srt'):
            work(kit)
        assert staleread.watch(kit.Store) is kit.Store
        before = kit.Store.grow, kit.Store.grow.__wrapped__.__kwdefaults__, str(inspect.signature(kit.Store.grow))
        up = kit.counter()
        with staleread.recording('class.srt'):
            work(kit)
            grow = kit.Store.grow
            assert (grow, grow.__wrapped__.__kwdefaults__, str(inspect.signature(grow))) == before
            assert grow.__doc__ == 'Grows.'
        up = kit.counter()
        with staleread.recording('function.srt'):
            staleread.watch(kit.single)
            work(kit)
        up = kit.counter()
        with staleread.recording('module.srt'):
            staleread.watch('theirs')
            work(kit)
        from theirs import late
        up = more.counter()
        with staleread.recording('late.srt'):
            staleread.watch(more.Store())
            up = more.counter()
            work(more)
        """,
    )
    assert (done.returncode, done.stderr) == (0, "")

    def of(name: str) -> set[str]:
        return functions(read_trace(tmp_path / f"{name}.srt")) - {"work"}

    methods = {"Store.__init__", "Store.grow", "Store.double", "Store.keep"}
    assert of("nothing") == set()
    assert of("class") == methods
    assert of("function") == {*methods, "single"}
    # The counter that was there before has no place for what its variables are known by.
    assert of("module") == {*methods, "single", "Other.__init__", "outer.<locals>.inner"}
    assert of("late") == {*of("module"), "counter", "counter.<locals>.count_up"}


def test_what_was_there_before_the_recording_began(tmp_path: Path) -> None:
    """A package is followed; what the agent needs itself, it says that it does not follow."""
    (tmp_path / "site-packages").mkdir()
    (tmp_path / "site-packages" / "early.py").write_text("import asyncio\n" + ACCOUNT)
    words = [
        "record",
        "--quiet",
        "-o",
        "t.srt",
        *("--watch", "early", "--watch", "asyncio", "--watch", "ast"),
    ]
    words += ["-c", "import asyncio, early; asyncio.run(early.main())"]
    done = run(
        tmp_path,
        "import sys; sys.path.insert(0, 'site-packages')\n"
        f"import early; from staleread._cli import main; sys.exit(main({words}))",
    )
    said = "staleread: not followed, because the agent itself needs it: ast, asyncio\n"
    assert (done.returncode, done.stderr) == (0, said)
    assert kinds(tmp_path / "t.srt") == ["lost-update"]
    assert functions(read_trace(tmp_path / "t.srt")) == {"Account.__init__", "Account.deposit"}


def test_what_is_not_what_its_source_says(tmp_path: Path) -> None:
    (tmp_path / "site-packages").mkdir()
    (tmp_path / "site-packages" / "changed.py").write_text("def run(box):\n    box.lid = 1\n")
    done = run(
        tmp_path,
        """if True:
        import sys
        sys.path.append('site-packages')
        import changed, staleread
        with open('site-packages/changed.py', 'a') as file:
            file.write('')
        with open('site-packages/changed.py', 'w') as file:
            file.write('def run(box):\\n    box.lid = 2\\n')
        class Box: pass
        box = Box()
        staleread.watch(changed)
        with staleread.recording('x.srt'):
            changed.run(box)
        assert box.lid == 1
        """,
    )
    assert done.returncode == 0
    assert done.stderr == (
        "staleread: changed is not followed: what runs is not what site-packages/changed.py says\n"
    )
    assert functions(read_trace(tmp_path / "x.srt")) == set()


def test_a_decorated_function_in_a_module_that_is_not_watched(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        "import asyncio, staleread\n"
        + ACCOUNT.replace("class", "@staleread.recorded\nclass")
        + "asyncio.run(main())\n"
    )
    options = ("--quiet", "--ignore", "__main__")
    done = tool.record(tmp_path / "program.py", tmp_path / "x.srt", options=options)
    assert (done.returncode, done.stderr) == (0, "")
    assert functions(read_trace(tmp_path / "x.srt")) == {"Account.__init__", "Account.deposit"}
    assert kinds(tmp_path / "x.srt") == ["lost-update"]
