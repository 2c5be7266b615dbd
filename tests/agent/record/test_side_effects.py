"""Nothing of the program's own runs because it is watched, and it finds itself as it is."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from recording import Record, run_python

HOSTILE = """
    import asyncio

    class Forbidden(Exception):
        pass

    def forbid(self, *args):
        raise Forbidden

    class Meta(type):
        __hash__ = __eq__ = __len__ = __bool__ = __instancecheck__ = __subclasscheck__ = forbid

    class Hostile(metaclass=Meta):
        __eq__ = __hash__ = __len__ = __bool__ = __repr__ = __str__ = __iter__ = __contains__ = forbid
        __getitem__ = __setitem__ = __delitem__ = __index__ = __int__ = __float__ = __getattr__ = forbid

        @property
        def value(self):
            raise Forbidden

        @property
        def __class__(self):
            raise Forbidden

        @property
        def __dict__(self):
            raise Forbidden

    class Picky(dict):
        __getitem__ = __setitem__ = __contains__ = __len__ = __iter__ = get = pop = forbid

    class Box:
        pass
    """

USES = {
    "as a value": """
        box.held = h
        box.held
        box.held = [h]
        box.held
        box.table = {'k': h}
        box.table['k']
        box.table.get('k')
        """,
    "as an owner": "object.__setattr__(h, 'x', 1)\nh.x = 2\nh.x",
    "in a tuple": "box.held = (1, h)\nbox.held\nbox.held = ((h,),)\nbox.held",
    "as a type": "box.kind = Hostile\nbox.kind\nHostile.shared = 1\nHostile.shared",
    "in a list": """
        items = [h]
        box.items = items
        items.append(h)
        len(items)
        items[0]
        items[0] = h
        for x in items: pass
        if items: pass
        """,
    "in closures": "def f():\n    nonlocal h\n    h = Hostile()\n    return h\nf()",
    "as an argument": "def f(*args, **kwargs): return args\nf(h, x=h)\nf(*[h], **{'x': h})",
    "as a bad key": """
        table = {}
        box.table = table
        try:
            table[h] = 1
        except Forbidden:
            pass
        try:
            h in table
        except Forbidden:
            pass
        """,
    "as a picky dict": """
        p = Picky()
        box.p = p
        for act in (lambda: p['k'], lambda: len(p), lambda: 'k' in p, lambda: p.get('k')):
            try:
                act()
            except Forbidden:
                pass
        """,
    "on a queue": """
        async def main():
            q = asyncio.Queue(2)
            await q.put(h)
            assert (await q.get()) is h
        asyncio.run(main())
        """,
    "as a result": """
        async def f():
            return h
        async def main():
            assert (await asyncio.gather(f(), asyncio.create_task(f())))[0] is h
        asyncio.run(main())
        """,
    "in a thread": """
        import threading
        t = threading.Thread(target=lambda x: x, args=(h,))
        t.start()
        t.join()
        """,
    "in an executor": "async def main():\n    await asyncio.to_thread(lambda x: None, h)\nasyncio.run(main())",
}


@pytest.mark.parametrize("use", USES)
def test_nothing_of_the_programs_own_is_called(use: str, record: Record) -> None:
    body = textwrap.indent(textwrap.dedent(USES[use]), " " * 8)
    recorded = record(
        HOSTILE + "\n    def work(h, box):\n" + body + "\n    work(Hostile(), Box())\n    print('fine')\n"
    )
    assert (recorded.status, recorded.stdout, recorded.stderr) == (0, "fine\n", "")
    end = recorded.trace.end
    assert end is not None and "off" not in end


def test_what_the_program_can_see_of_itself(record: Record) -> None:
    recorded = record(
        """
        import asyncio, gc, inspect, pickle, threading, warnings
        warnings.simplefilter('ignore')  # from Python 3.14 on, of asyncio.iscoroutinefunction
        class Lock(asyncio.Lock):
            pass
        async def main():
            lock, event, queue = Lock(), asyncio.Event(), asyncio.Queue()
            assert inspect.iscoroutinefunction(lock.acquire) and asyncio.iscoroutinefunction(event.wait)
            assert vars(lock)['_locked'] is False and 'unlocked' in repr(lock)
            async with lock:
                assert lock.locked()
            task = asyncio.create_task(asyncio.sleep(0), name='x')
            assert type(task) is asyncio.Task and task.get_name() == 'x'
            assert type(asyncio.get_running_loop().create_future()) is asyncio.Future
            assert asyncio.Queue.put_nowait.__qualname__ == 'Queue.put_nowait'
            await task
        asyncio.run(main())
        assert [thread.name for thread in threading.enumerate()] == ['MainThread']
        assert str(inspect.signature(threading.Thread.join)) == '(self, timeout=None)'
        assert [name for name in globals() if name.startswith('_sr')] == []
        print('fine')
        """
    )
    assert (recorded.stdout, recorded.stderr) == ("fine\n", "")


def test_a_handler_of_the_programs_own_may_raise_inside_a_hook(record: Record) -> None:
    recorded = record(
        """
        import signal
        class Late(Exception): pass
        class Box: pass
        def late(*_):
            raise Late
        def work():
            signal.signal(signal.SIGALRM, late)
            box = Box()
            caught = 0
            for turn in range(20):
                try:
                    signal.setitimer(signal.ITIMER_REAL, 0.002 + turn / 10000)
                    while True:
                        box.value = 1
                        box.value
                except Late:
                    caught += 1
            return caught
        print(work())
        """
    )
    assert (recorded.stdout, recorded.stderr) == ("20\n", "")
    end = recorded.trace.end
    assert end is not None and "off" not in end


def test_an_error_of_ours_switches_the_agent_off(record: Record) -> None:
    recorded = record(
        """
        import sys
        class Box: pass
        class Other: pass
        def touch(box, value):
            box.value = value
        box = Box()
        touch(box, 1)
        kinds = sys.modules['staleread._record.kinds']
        def broken(*_):
            raise LookupError('broken on purpose')
        broken.__code__ = broken.__code__.replace(co_filename=kinds.__file__)
        kinds.TypeInfo = broken
        touch(Other(), [])
        touch(box, 2)
        print(box.value)
        """,
        quiet=False,
    )
    assert (recorded.status, recorded.stdout) == (0, "2\n")
    assert "the agent switched itself off: LookupError (kinds.py:" in recorded.stderr
    trace = recorded.trace
    assert trace.end is not None and trace.end["off"].startswith("LookupError")
    assert [trace.strings[event.string] for event in trace.of("off")] == [trace.end["off"]]
    assert [trace.value_of(event.value) for event in trace.of("write")] == [1]


def test_deep_recursion_is_the_programs_own_affair(record: Record) -> None:
    recorded = record(
        """
        import sys
        class Box: pass
        box = Box()
        def deep(n):
            box.value = n
            return deep(n + 1) + 1
        try:
            deep(0)
        except RecursionError:
            print('deep', box.value > 100)
        """
    )
    assert (recorded.stdout, recorded.stderr) == ("deep True\n", "")
    end = recorded.trace.end
    assert end is not None and "off" not in end


def test_a_library_that_is_not_as_expected_switches_the_agent_off(record: Record, tmp_path: Path) -> None:
    """A version of Python to come may lack what is patched: nothing stays patched, and the program runs."""
    (tmp_path / "sitecustomize.py").write_text(
        "import concurrent.futures.thread as pool\ndel pool._WorkItem\n"
    )
    recorded = record(
        """
        import asyncio
        print(hasattr(asyncio.BaseEventLoop.call_soon, '__wrapped__'), '_locked' in vars(asyncio.Lock))
        asyncio.run(asyncio.sleep(0))
        """,
        quiet=False,
        folders=[str(tmp_path)],
    )
    assert (recorded.status, recorded.stdout) == (0, "False False\n")
    assert "the agent switched itself off: AttributeError" in recorded.stderr
    end = recorded.trace.end
    assert end is not None and end["off"].startswith("AttributeError")


def test_classes_and_what_they_lead_to_can_go(tmp_path: Path) -> None:
    """In an interpreter of its own, because it is about what the end of one frees."""
    (tmp_path / "program.py").write_text(
        textwrap.dedent("""
        import gc, os, weakref
        class Last:
            def __del__(self):
                os.write(1, b"last\\n")
        class Box:
            def __init__(self):
                self.value = 1
        def make():
            class Local:
                def __init__(self):
                    self.value = 1
            return weakref.ref(Local), Local().value
        ref, _ = make()
        gc.collect()
        print(ref(), flush=True)
        last, box = Last(), Box()
        """)
    )
    done = run_python(tmp_path, "-m", "staleread", "record", "--quiet", "program.py")
    assert (done.returncode, done.stdout, done.stderr) == (0, "None\nlast\n", "")
