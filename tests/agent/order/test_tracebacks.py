"""Exceptions pass through what stands in the library's place without a trace, and hold nothing more than before."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from recording import SECONDS_MAX, Record, environment

RAISING = """
    import asyncio, queue, threading, traceback
    from concurrent.futures import Future, ThreadPoolExecutor

    class Box: pass
    box = Box()

    async def missing():
        await asyncio.sleep(0)
        box.missing

    async def leave():
        asyncio.get_running_loop().call_soon(raise_exit)
        await asyncio.sleep(1)

    def raise_exit():
        raise SystemExit(3)

    def on_closed_loop(act):
        loop = asyncio.new_event_loop()
        loop.close()
        act(loop)

    def job_of_pool():
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: box.missing).result()

    def pool_shut_down():
        pool = ThreadPoolExecutor(1)
        pool.shutdown()
        pool.submit(print)

    def unorderable():
        things = queue.PriorityQueue()
        things.put(1)
        things.put('a')

    ATTEMPTS = [
        lambda: asyncio.run(missing()),
        lambda: asyncio.run(asyncio.wait_for(asyncio.sleep(1), 0.001)),
        lambda: asyncio.run(leave()),
        lambda: on_closed_loop(lambda loop: loop.call_soon(print)),
        lambda: on_closed_loop(lambda loop: loop.call_later(1, print)),
        lambda: on_closed_loop(lambda loop: loop.call_soon_threadsafe(print)),
        job_of_pool,
        pool_shut_down,
        lambda: Future().result(timeout=0.001),
        lambda: threading.current_thread().join(),
        lambda: threading.Condition().wait(0.001),
        lambda: threading.Condition().notify(),
        unorderable,
    ]
    for attempt in ATTEMPTS:
        try:
            attempt()
        except BaseException:
            print(traceback.format_exc())
    """


@pytest.mark.skipif(sys.version_info < (3, 11), reason="a traceback cannot be shortened before")
def test_a_traceback_that_the_program_prints_is_its_own(record: Record, tmp_path: Path) -> None:
    recorded = record(RAISING)
    alone = subprocess.run(
        [sys.executable, tmp_path / "program.py"],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    assert alone.stdout.count("Traceback") >= 13
    assert recorded.stdout == alone.stdout


FREED = {
    "a task": """
        async def main():
            things = [Thing() for _ in range(2)]
            gone = [weakref.ref(thing) for thing in things]
            await asyncio.gather(*(fail(thing) for thing in things), return_exceptions=True)
            things.clear()
            await asyncio.sleep(0)
            return gone
        gone = asyncio.run(main())
        """,
    "a job": """
        with ThreadPoolExecutor(1) as pool:
            thing = Thing()
            gone = [weakref.ref(thing)]
            try:
                pool.submit(touch, thing).result()
            except AttributeError:
                pass
            del thing
        """,
}


@pytest.mark.parametrize("name", FREED)
def test_what_an_exception_ended_is_freed_at_once(name: str, record: Record) -> None:
    start = textwrap.dedent(
        """
        import asyncio, gc, weakref
        from concurrent.futures import ThreadPoolExecutor
        gc.disable()
        class Thing: pass
        def touch(thing):
            thing.missing
        async def fail(thing):
            await asyncio.sleep(0)
            thing.missing
        """
    )
    recorded = record(start + textwrap.dedent(FREED[name]) + "print([ref() for ref in gone if ref()])")
    assert (recorded.stdout, recorded.stderr) == ("[]\n", "")
