"""Steps that hold their loop for too long: where, for how long, and that nothing else is affected."""

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


def blocked(trace: Trace) -> list[tuple[str, str]]:
    """The function and the source line of each; a busy machine may well hold up others for less."""
    out = []
    for event in trace.of("blocked"):
        if event.microseconds < 200_000:
            continue
        function = trace.functions[event.function].name if event.function else "?"
        out.append((function, trace.strings[event.string]))
    return out


def test_a_sleep_and_a_computation(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
        def compute():
            end = time.perf_counter() + 0.4
            while time.perf_counter() < end:
                sum(range(2000))
        async def sleeping():
            time.sleep(0.4)
        async def computing():
            compute()
        async def quick():
            await asyncio.sleep(0.3)
            time.sleep(0.02)
        async def main():
            await sleeping()
            await asyncio.sleep(0)
            await computing()
            await asyncio.sleep(0)
            await quick()
        asyncio.run(main())
        """
    )
    sleeping, computing = (event for event in trace.of("blocked") if event.microseconds >= 200_000)
    (function, line), (other, other_line) = blocked(trace)
    assert (function, line) == ("sleeping", "time.sleep(0.4)")
    assert other == "compute" and other_line in (
        "while time.perf_counter() < end:",
        "sum(range(2000))",
    )
    assert 350_000 < sleeping.microseconds < 5_000_000
    assert sleeping.cpu_microseconds < sleeping.microseconds / 2
    assert sleeping.waiting_microseconds > sleeping.microseconds / 2
    assert computing.waiting_microseconds < computing.microseconds / 3
    assert computing.cpu_microseconds > sleeping.cpu_microseconds
    at = trace.events.index(sleeping)
    ends = [event for event in trace.events[at:] if event.name == "end" and event.thread == sleeping.thread]
    assert ends[0].microseconds >= sleeping.microseconds


def test_a_call_that_never_lets_others_run(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
        async def main():
            await asyncio.sleep(0)
            numbers = list(range(6_000_000)) * 2
            await asyncio.sleep(0)
            numbers.sort(reverse=True)
            numbers.sort(reverse=False)
            numbers.sort(reverse=True)
            numbers.sort(reverse=False)
        asyncio.run(main())
        """
    )
    assert {line.partition("(")[0] for _, line in blocked(trace)} >= {"numbers.sort"}


def test_unwatched_code_and_plain_callbacks(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
        async def main():
            loop = asyncio.get_running_loop()
            loop.call_soon(time.sleep, 0.3)
            await asyncio.sleep(0.01)
        asyncio.run(main())
        """
    )
    assert blocked(trace) == [("?", "sleep")]
    event = max(trace.of("blocked"), key=lambda event: event.microseconds)
    assert (event.function, event.line) == (0, 0)


def test_a_loop_in_another_thread(trace_of: TraceOf) -> None:
    trace = trace_of(
        HEAD
        + """
        async def main():
            await asyncio.sleep(0.01)
            time.sleep(0.3)
        thread = threading.Thread(target=lambda: asyncio.run(main()))
        thread.start()
        time.sleep(0.5)
        thread.join()
        """
    )
    assert blocked(trace) == [("main", "time.sleep(0.3)")]


def test_the_limit_is_an_option(record: Record) -> None:
    program = (
        HEAD
        + """
        async def main():
            time.sleep(0.25)
        asyncio.run(main())
        """
    )
    assert blocked(record(program).trace) == [("main", "time.sleep(0.25)")]
    assert not blocked(record(program, "--blocked-after", "5000").trace)
    assert not record(program, "--blocked-after", "0").trace.of("blocked")
    assert record(program, "--blocked-after", "soon").status == 2


def test_time_in_which_the_process_stood_still_does_not_count(record: Record) -> None:
    trace = record(
        HEAD
        + """
        import os, signal, subprocess, sys
        async def main():
            await asyncio.sleep(0)
            again = f"import os, signal, time; time.sleep(0.6); os.kill({os.getpid()}, signal.SIGCONT)"
            helper = subprocess.Popen([sys.executable, "-S", "-c", again])
            await asyncio.sleep(0)
            os.kill(os.getpid(), signal.SIGSTOP)
            await asyncio.sleep(0)
            helper.wait()
        asyncio.run(main())
        """
    ).trace
    assert not [event for event in trace.of("blocked") if event.microseconds > 400_000]


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
