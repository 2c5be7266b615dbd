"""Coroutines never awaited, exceptions nobody took, tasks destroyed while pending: told, and the program as before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from recording import SECONDS_MAX, Record
from trace_reader import Trace

COROUTINE, EXCEPTION, PENDING = 1, 2, 3


def abandoned(trace: Trace, what: int) -> list[str]:
    """Each with its coroutine, and where: the function and the source line."""
    out = []
    for event in trace.of("abandoned"):
        if event.what == what:
            function = trace.functions[event.function].name if event.function else "?"
            name, line = trace.strings[event.coroutine], trace.strings[event.string]
            out.append(f"{name} in {function}: {line}" if event.line else f"{name} in {function}")
    return out


NEVER_AWAITED = """
import asyncio, gc
class Store:
    async def save(self):
        pass
    async def is_corrupted(self, pair):
        return False
    def use(self):
        self.save()
        if self.is_corrupted(
                (1, 2)):
            kept = self.is_corrupted(3)
            print('kept')
        asyncio.sleep(1)
        self.keep(self.save())
        return [self.save() for _ in range(1)]
    def keep(self, what):
        self.kept = what
held = []
async def main():
    store = Store()
    store.use()
    held.append(store.save())
    await store.save()
    store.save().close()
    task = asyncio.create_task(store.save())
    task.cancel()
    await asyncio.wait([task])
asyncio.run(main())
Store().save()
"""


def test_where_a_coroutine_was_made(record: Record) -> None:
    found = abandoned(record(NEVER_AWAITED).trace, COROUTINE)
    assert sorted(found) == [
        "Store.is_corrupted in Store.use: if self.is_corrupted((1, 2)):",
        "Store.is_corrupted in Store.use: kept = self.is_corrupted(3)",
        "Store.save in ?: Store().save()",
        "Store.save in Store.use: return [self.save() for _ in range(1)]",
        "Store.save in Store.use: self.keep(self.save())",
        "Store.save in Store.use: self.save()",
        "Store.save in main: held.append(store.save())",
        "sleep in Store.use: asyncio.sleep(1)",
    ]


def test_in_a_thread_too(record: Record) -> None:
    trace = record(
        """
        import asyncio, threading
        async def save():
            pass
        def work():
            kept = save()
            print(kept.__name__)
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        """
    ).trace
    assert abandoned(trace, COROUTINE) == ["save in work: kept = save()"]


TASKS = """
import asyncio, gc
def fail():
    raise KeyError(1)
async def failing():
    fail()
async def taken():
    fail()
async def waiting(future):
    await inner(future)
async def inner(future):
    await future
async def main():
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(failing())
    await asyncio.sleep(0)
    del task
    gc.collect()
    await asyncio.gather(taken(), return_exceptions=True)
    task = asyncio.create_task(waiting(loop.create_future()))
    await asyncio.sleep(0)
    del task
    gc.collect()
gc.disable()
asyncio.run(main())
"""


def test_tasks(record: Record) -> None:
    trace = record(TASKS).trace
    assert abandoned(trace, EXCEPTION) == ["failing in fail: raise KeyError(1)"]
    assert [line.split(" in ")[0] for line in abandoned(trace, PENDING)] == ["waiting"]
    actors = trace.actors()
    declared = {
        event.actor: trace.functions[event.function].name for event in trace.of("actor") if event.function
    }
    for event in trace.of("abandoned"):
        assert event.actor in actors and declared[event.actor] in ("failing", "waiting")


def test_what_is_left_when_the_program_ends(record: Record) -> None:
    trace = record(
        """
        import asyncio
        async def failing():
            raise KeyError(1)
        async def waiting(future):
            await future
        async def main():
            loop = asyncio.get_running_loop()
            tasks = asyncio.create_task(failing()), asyncio.create_task(waiting(loop.create_future()))
            await asyncio.sleep(0)
            return tasks
        loop = asyncio.new_event_loop()
        tasks = loop.run_until_complete(main())
        loop.close()
        """
    ).trace
    assert abandoned(trace, EXCEPTION) == ["failing in failing: raise KeyError(1)"]
    assert abandoned(trace, PENDING) == ["waiting in waiting: await future"]


def test_nothing_is_found_in_a_good_program(record: Record) -> None:
    trace = record(
        """
        import asyncio
        async def work(number):
            if number:
                raise KeyError(number)
        async def main():
            await asyncio.gather(*(work(number) for number in range(3)), return_exceptions=True)
            task = asyncio.create_task(asyncio.sleep(10))
            await asyncio.sleep(0)
            task.cancel()
        asyncio.run(main())
        """
    ).trace
    assert not trace.of("abandoned")


def output_of(program: Path, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, *options, program.name],
        cwd=program.parent,
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    return done.stderr


DEPTHS = """
import asyncio, sys
print(sys.get_coroutine_origin_tracking_depth(), file=sys.stderr)
async def forgotten():
    pass
async def main():
    print(sys.get_coroutine_origin_tracking_depth() > 0, file=sys.stderr)
    forgotten()
forgotten()
asyncio.run(main(), debug=True)
print(sys.get_coroutine_origin_tracking_depth(), file=sys.stderr)
forgotten()
sys.set_coroutine_origin_tracking_depth(1)
kept = forgotten()
del kept
try:
    sys.set_coroutine_origin_tracking_depth(-1)
except ValueError as error:
    print(error, file=sys.stderr)
"""

RAISING = """
import warnings
warnings.simplefilter('error')
async def forgotten():
    pass
forgotten()
"""


@pytest.mark.parametrize("text", [NEVER_AWAITED, RAISING, DEPTHS], ids=["warnings", "raising", "depths"])
def test_warnings_are_as_ever(text: str, record: Record, tmp_path: Path) -> None:
    if text is RAISING and sys.version_info < (3, 11):
        pytest.skip("a wrapper cannot leave the traceback on 3.10")
    told = record(text).stderr
    plain = output_of(tmp_path / "program.py")
    frames_of_ours = "staleread"
    assert without_addresses(without_frames(told, frames_of_ours)) == without_addresses(plain)
    assert "never awaited" in plain


def without_frames(text: str, folder: str) -> str:
    """Without the frames that run the program: whoever asks for them sees them."""
    lines = text.splitlines(keepends=True)
    keep = []
    skip = 0
    for line in lines:
        if skip and line.startswith("    "):
            continue
        skip = line.startswith('  File "') and (folder in line or "runpy" in line)
        if not skip:
            keep.append(line)
    return "".join(keep)


def without_addresses(text: str) -> str:
    import re

    return re.sub(r"0x[0-9a-f]+", "0x", text)
