"""Recordings that stay in memory until something happens."""

from __future__ import annotations

from pathlib import Path

import pytest
from recording import Record
from trace_reader import read_trace

PROGRAM = """
    import asyncio, gc, os, signal, sys, threading, time

    class Box:
        def __init__(self):
            self.value = 0

    box = Box()

    def touch(number):
        box.value = number

    def wait_for(dumps):
        while sum(name.endswith('.srt') for name in os.listdir()) < dumps:
            time.sleep(0.01)

    def fail():
        raise KeyError('nobody catches this')

    async def fail_in_a_task():
        fail()

    async def main():
        for number in range(50):
            touch(number)
            await asyncio.sleep(0)
        HAPPENS
        touch(1000)

    asyncio.run(main())
    """

HAPPENINGS = {
    "nothing": ("pass", 0),
    "an exception of the program": ("fail()", 1),
    "one of a task": ("asyncio.create_task(fail_in_a_task()); await asyncio.sleep(0.01); gc.collect()", 1),
    "one of a callback": ("asyncio.get_running_loop().call_soon(fail); await asyncio.sleep(0)", 1),
    "one of a thread": ("t = threading.Thread(target=fail); t.start(); t.join()", 1),
    "one that is caught": ("try: fail()\n        except KeyError: pass", 0),
    "a signal": ("os.kill(os.getpid(), signal.SIGUSR1)", 1),
    "two signals": ("[(os.kill(os.getpid(), signal.SIGUSR1), wait_for(count)) for count in (1, 2)]", 2),
    "the end": ("sys.exit(3)", 0),
}


@pytest.mark.parametrize("what", HAPPENINGS)
def test_what_happens_is_written_out(record: Record, tmp_path: Path, what: str) -> None:
    source, count = HAPPENINGS[what]
    options = ("--dump-on", "exception,signal", "--dump-signal", "USR1")
    recorded = record(PROGRAM.replace("HAPPENS", source), *options)
    dumps = sorted(tmp_path.glob("*.srt"))
    assert len(dumps) == count
    assert ("Error" in recorded.stderr) == ("exception" in what or what.startswith("one of"))
    for path in dumps:
        trace = read_trace(path)
        assert trace.end is not None and trace.end["dumped"] in ("exception", "signal")
        assert path.stat().st_mode & 0o777 == 0o600
        values = [trace.value_of(event.value) for event in trace.of("write")]
        assert values[:51] == [0, *range(50)]


def test_without_an_analyzer_there_are_no_findings_to_wait_for(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    from staleread import _cli

    monkeypatch.setattr(_cli, "find_analyzer", lambda: None)
    with pytest.raises(_cli.UsageError, match="the analyzer is not installed"):
        _cli.parse(["--dump-on", "finding", "x.py"])
    for words, sentence in (
        (["--dump-on", "never", "x.py"], "--dump-on is one or more of exception, signal, finding"),
        (["--dump-on", "signal", "--rotate", "1M", "x.py"], "take one of them"),
        (["--max-size", "1M", "--rotate", "1M", "x.py"], "take one of them"),
        (["--max-size", "1T", "x.py"], "a number of bytes like 512M"),
        (["--rotate", "1K", "x.py"], "at least 64K"),
    ):
        with pytest.raises(_cli.UsageError, match=sentence):
            _cli.parse(words)


def test_a_program_keeps_its_own_handler(record: Record, tmp_path: Path) -> None:
    source = """
        import os, signal
        signal.signal(signal.SIGUSR2, lambda number, frame: print('mine'))
        os.kill(os.getpid(), signal.SIGUSR2)
        print('on')
        """
    recorded = record(source, "--dump-on", "signal")
    assert (recorded.stdout, recorded.stderr) == ("mine\non\n", "")
    assert not list(tmp_path.glob("*.srt"))
