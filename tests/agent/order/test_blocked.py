"""Steps that hold their loop for too long, with threads and clocks as they are. How they are judged: record/test_looks.py.

How long anything takes here is the machine's affair: what is true only of an idle one is tried until it is seen."""

from __future__ import annotations

import sys
import threading
from types import SimpleNamespace

import pytest
from recording import Record, TraceOf
from staleread._current_frames import current_frames
from trace_reader import Trace

HEAD = """
        import asyncio, hashlib, threading, time
"""

TIMES = (1, 5, 25)
"""So often such a step is run, if fewer were not enough. On a machine that has better to do one may be left out."""


def blocked(trace: Trace) -> set[tuple[str, str]]:
    """The function and the source line of each."""
    return {
        (trace.functions[event.function].name if event.function else "?", trace.strings[event.string])
        for event in trace.of("blocked")
    }


def test_what_holds_a_loop_is_seen_where_it_is(trace_of: TraceOf) -> None:
    wanted = {
        ("sleeping", "time.sleep(0.2)"),
        ("compute", "sum(range(200_000))"),
        ("?", "sleep"),
        ("in_a_thread", "time.sleep(0.25)"),
    }
    seen: set[tuple[str, str]] = set()
    for times in TIMES:
        trace = trace_of(
            HEAD
            + f"""
        def compute():
            for _ in range(100):
                sum(range(200_000))
        async def sleeping():
            time.sleep(0.2)
        async def in_a_thread():
            await asyncio.sleep(0)
            time.sleep(0.25)
        async def main():
            asyncio.get_running_loop().call_soon(time.sleep, 0.2)
            await asyncio.sleep(0.01)
            await sleeping()
            await asyncio.sleep(0)
            compute()
        for _ in range({times}):
            asyncio.run(main())
            thread = threading.Thread(target=lambda: asyncio.run(in_a_thread()))
            thread.start()
            thread.join()
        """
        )
        for event in trace.of("blocked"):
            assert event.microseconds >= 100_000
            assert max(event.cpu_microseconds, event.waiting_microseconds) <= event.microseconds
            at = trace.events.index(event)
            ends = [end for end in trace.events[at:] if end.name == "end" and end.thread == event.thread]
            assert ends[0].microseconds >= event.microseconds
        seen |= blocked(trace)
        if seen >= wanted:
            break
    assert seen >= wanted


def test_the_limit_is_an_option(record: Record) -> None:
    program = (
        HEAD
        + """
        async def main():
            time.sleep(0.12)
        asyncio.run(main())
        """
    )
    assert not record(program, "--blocked-after", "3600000").trace.of("blocked")
    assert not record(program, "--blocked-after", "0").trace.of("blocked")
    assert record(program, "--blocked-after", "soon").status == 2


def test_nobody_sees_who_looks(trace_of: TraceOf) -> None:
    trace_of(
        HEAD
        + """
        import os, warnings
        warnings.simplefilter('error')
        async def main():
            assert threading.active_count() == 1, threading.enumerate()
            time.sleep(0.12)
            child = os.fork()
            if not child:
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
            time.sleep(0.12)
        asyncio.run(main())
        asyncio.run(main())
        """
    )


@pytest.mark.skipif(sys.version_info < (3, 12), reason="before Python 3.12 all interpreters share one lock")
def test_the_frames_of_other_interpreters_are_not_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    assert threading.get_ident() in current_frames()
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "concurrent.interpreters", None)
        assert current_frames() == {}
    assert threading.get_ident() in current_frames()
    monkeypatch.setitem(sys.modules, "_interpreters", SimpleNamespace(list_all=lambda: [0, 1]))
    assert current_frames() == {}
