"""Recordings one after another in one process: each file stands for itself, and in between nothing is left of us."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from recording import Record, run_python
from trace_reader import Trace, read_trace

DRIVER = """
    import builtins, gc, os, sys
    from staleread._options import Options
    from staleread._session import Session

    session = Session(Options("unused.srt", os.getcwd(), blocked_after_ms=0))

    def start(name):
        session.start(Options(name, os.getcwd(), blocked_after_ms=0))
    """


Driven = Callable[..., dict[str, Trace]]


@pytest.fixture
def driven(tmp_path: Path) -> Driven:
    """Runs a watched `program` module and what drives it; gives the traces by name."""

    def run(program: str, driver: str) -> dict[str, Trace]:
        (tmp_path / "program.py").write_text(textwrap.dedent(program))
        (tmp_path / "driver.py").write_text(textwrap.dedent(DRIVER) + textwrap.dedent(driver))
        done = run_python(tmp_path, "driver.py")
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        traces = {path.stem: read_trace(path) for path in sorted(tmp_path.glob("*.srt"))}
        for trace in traces.values():
            assert trace.end is not None and "off" not in trace.end, trace.end
        return traces

    return run


BOX = """
    class Box:
        def __init__(self):
            self.items = {}  # staleread: ignore[lost-update] by design
            self.value = 0

        def bump(self, name):
            self.value += 1
            self.items[name] = self.value

    def counter():
        count = 0
        def next_one():
            nonlocal count
            count += 1
            return count
        return next_one

    def numbers(box):
        while True:
            box.value += 1
            yield box.value
    """


def lines_of(trace: Trace) -> list[tuple[str, int, str]]:
    sites = [trace.sites[event.site] for event in trace.of("read", "write")]
    return [(trace.functions[site.function].name, site.line, site.source_line) for site in sites]


def accesses(trace: Trace) -> list[str]:
    return [trace.key_text(event.key) for event in trace.of("write")]


def test_each_recording_has_what_it_refers_to(driven: Driven) -> None:
    traces = driven(
        BOX,
        """
        import program
        box = program.Box()
        for name in ("one", "two"):
            start(name + ".srt")
            box.bump("a")
            session.stop()
            box.bump("between")
            box.items.clear()
        """,
    )
    assert sorted(traces) == ["one", "two"]
    one, two = traces["one"], traces["two"]
    assert accesses(one) == accesses(two) == ["value", "'a'", "structure"]
    assert [event.name for event in one.events] == [event.name for event in two.events]
    assert lines_of(one) == lines_of(two)
    assert {ignore.line for ignore in one.ignores} == {ignore.line for ignore in two.ignores} == {4}


def test_what_was_under_way_goes_on_in_the_next(driven: Driven) -> None:
    """Closures and generators made outside of the recording, or in another, are numbered anew."""
    traces = driven(
        BOX,
        """
        import program
        box = program.Box()
        made_before, running_before = program.counter(), program.numbers(box)
        next(running_before)
        start("one.srt")
        made_within, running_within = program.counter(), program.numbers(box)
        made_before(), made_within(), next(running_before), next(running_within)
        session.stop()
        made_before(), made_within(), next(running_before), next(running_within)
        start("two.srt")
        made_before(), made_within(), next(running_before), next(running_within)
        assert (made_before(), made_within()) == (4, 4)
        next(running_within)  # at the first the hook that goes on was loaded before
        session.stop()
        """,
    )
    for trace in traces.values():
        declared = {event.object for event in trace.of("object")}
        assert {event.object for event in trace.of("write")} <= declared
        written = [(event.object, trace.key_text(event.key)) for event in trace.of("write")]
        assert len({obj for obj, key in written if key == "count"}) == 2
    entered = {event.activation for event in traces["one"].of("enter")} - {0}
    assert {event.activation for event in traces["one"].of("resume")} <= entered
    assert {event.activation for event in traces["two"].of("resume")} == entered


def test_nothing_is_left_of_a_recording(driven: Driven) -> None:
    driven(
        BOX,
        """
        import asyncio, asyncio.events, threading, warnings, weakref
        def patched():
            owners = (asyncio.events.Handle, asyncio.BaseEventLoop, asyncio.Lock, threading.Thread, os, gc, sys)
            return [{name: id(value) for name, value in vars(owner).items()} for owner in owners]
        import program
        before, finders = patched(), list(sys.meta_path)
        start("one.srt")
        assert patched() != before
        box = program.Box()
        box.bump("a")
        recorder = weakref.ref(session.recording.recorder)
        session.stop()
        assert patched() == before
        assert session.recording is None
        start("two.srt")
        box.bump("a")
        session.stop()
        assert patched() == before
        gc.collect()
        assert recorder() is None, gc.get_referrers(recorder())
        """,
    )


def test_a_coroutine_of_an_earlier_recording_is_warned_of_once_as_ever(
    record: Record, tmp_path: Path
) -> None:
    (tmp_path / "program.py").write_text("async def never():\n    pass\n")
    (tmp_path / "driver.py").write_text(
        textwrap.dedent(DRIVER)
        + textwrap.dedent(
            """
            import program
            for name in ("one.srt", "two.srt", "three.srt"):
                start(name)
                coroutine = program.never()
                session.stop()
                del coroutine
            """
        )
    )
    done = run_python(tmp_path, "driver.py")
    lines = [line for line in done.stderr.splitlines() if "never awaited" in line]
    assert len(lines) == 1, done.stderr  # a warning is shown once for its line
    assert "Coroutine created at" not in done.stderr and "staleread" not in done.stderr


def test_a_second_start_is_refused_and_the_first_goes_on(driven: Driven) -> None:
    traces = driven(
        BOX,
        """
        import program
        start("one.srt")
        try:
            start("two.srt")
        except RuntimeError as error:
            assert str(error) == "a recording is under way"
        program.Box()
        session.stop()
        session.stop()
        """,
    )
    assert list(traces) == ["one"] and accesses(traces["one"]) == ["items", "value"]


def test_a_file_that_cannot_be_made_leaves_everything_as_it_was(driven: Driven) -> None:
    traces = driven(
        BOX,
        """
        finders = list(sys.meta_path)
        try:
            start("no/such/folder.srt")
        except OSError as error:
            assert error.errno == 2
        assert session.recording is None
        start("one.srt")
        import program
        program.Box()
        session.stop()
        """,
    )
    assert accesses(traces["one"]) == ["items", "value"]
