"""`staleread slice`: one finding, and the smallest trace that shows it.

In: traces, and ids. Out: what the slice has, read by a reader that is not the analyzer's, and what is refused. (That every
finding of every racy trace is sliced, and nothing of it can be left out, is tested in tests/unit/slice.)
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import tool
from conftest import Program
from trace_frames import META, TABLES, frames
from trace_reader import read_trace
from trace_writer import Event, TraceWriter, frame

RACY = tool.ROOT / "traces" / "racy"
GENERATE = tool.ANALYZER.parent / "tests" / "bench" / "generate"
SAID = re.compile(
    r"^staleread: (\S+): (SR-\w+) in ([\d,]+) of ([\d,]+) events, ([\d,]+) bytes; none of them can be left out$"
)
SAME = ("id", "kind", "status", "confidence", "cell", "values", "locks", "advice")


def findings(staleread: Program, trace: Path | str, *options: str | Path) -> list[dict[str, Any]]:
    outcome = staleread("analyze", trace, "--format", "json", *options)
    assert outcome.status in (0, 1), outcome.err
    found: list[dict[str, Any]] = json.loads(outcome.out)["findings"]
    return found


def assert_sliced(staleread: Program, trace: Path, finding: dict[str, Any], *options: str | Path) -> Path:
    """The slice shows the finding, and no other one that was not there."""
    outcome = staleread("slice", "--finding", finding["id"], trace, "-o", "small.srt", *options)
    assert outcome.status == 0, outcome.err
    said = SAID.match(outcome.err.strip())
    assert said, outcome.err
    small = staleread.folder / "small.srt"
    assert small.stat().st_size == int(said[5].replace(",", ""))
    (same,) = [each for each in findings(staleread, small, *options) if each["id"] == finding["id"]]
    assert {name: same[name] for name in SAME} == {name: finding[name] for name in SAME}
    return small


def test_a_slice_is_a_trace_with_nothing_else_in_it(staleread: Program) -> None:
    trace = RACY / "many_permits.srt"
    finding = next(each for each in findings(staleread, trace) if each["kind"] == "check-then-act")
    small = assert_sliced(staleread, trace, finding)
    whole, part = read_trace(trace), read_trace(small)
    assert part.end is not None and len(part.events) < len(whole.events) / 2
    assert set(part.strings.values()) < set(whole.strings.values())
    assert set(part.sites) < set(whole.sites)
    used = {event.site for event in part.events if "site" in event.fields}
    assert set(part.sites) <= used | {0}
    assert part.meta["sliced_from"] == str(len(whole.events))
    assert part.meta["finding"] == finding["id"]
    assert part.meta["python"] == whole.meta["python"]
    assert not {"functions", "not_run", "unwatched"} & set(part.meta)
    assert (
        "not known, because a slice tells nothing of it" in staleread("analyze", small, "--width", "120").out
    )


def test_a_slice_of_a_slice_is_the_slice(staleread: Program) -> None:
    trace = RACY / "key_in_cache.srt"
    (finding,) = findings(staleread, trace)
    small = assert_sliced(staleread, trace, finding)
    once = small.read_bytes()
    again = staleread("slice", "--finding", "SR-", small, "-o", "-")
    assert again.status == 0
    assert staleread("slice", "--finding", "SR-", small, "-o", "again.srt").status == 0
    assert (staleread.folder / "again.srt").read_bytes() == once
    assert staleread("dump", "again.srt").out == staleread("dump", small).out != ""
    assert "sliced_from    " in staleread("info", "again.srt").out


@pytest.mark.skipif(not GENERATE.exists(), reason="the generator was not built")
def test_a_large_trace_gives_a_small_slice(staleread: Program) -> None:
    trace = staleread.folder / "large.srt"
    assert tool.run(GENERATE, "mixed", "trace", "30000", "40", "1", trace).returncode == 0
    found = findings(staleread, trace)
    assert len(found) > 1
    for finding in found[:3]:
        small = assert_sliced(staleread, trace, finding)
        assert small.stat().st_size < 1500


def stretched(trace: Path, into: Path, noise: int) -> None:
    """The same trace with so many empty steps of somebody else's before each step of the loop's, but the first ones."""
    whole, copy = read_trace(trace), TraceWriter()
    for old in frames(trace.read_bytes()):
        if old.kind in (META, TABLES):
            copy.raw(frame(old.kind, old.inflated(), number=copy.next_number))
    stranger = 1 + max(each.fields["actor"] for each in whole.events if each.name == "actor")
    steps = [Event("begin", actor=stranger), Event("end")] * noise
    waiting, open_steps = [Event("actor", actor=stranger, actor_kind=2)], 0
    for count, each in enumerate(whole.events):
        if each.name == "begin" and open_steps <= 1 and count > len(whole.events) // 4:
            copy.events(waiting)
            copy.events(steps, encoding=0)
            waiting = []
        open_steps += (each.name == "begin") - (each.name == "end")
        waiting.append(Event(each.name, thread=each.thread, **each.fields))
    copy.events(waiting)
    copy.end()
    into.write_bytes(copy.bytes())


def test_what_is_far_apart_in_a_long_trace_is_sliced(staleread: Program) -> None:
    """More events than are ever held, and one that needs what its actors did to other objects."""
    long, program = staleread.folder / "long.srt", RACY / "global_flag.srt"
    stretched(program, long, 100_000)
    (finding,) = findings(staleread, long)
    assert finding["id"] == findings(staleread, program)[0]["id"]
    events = [finding[place]["event"] for place in ("first", "window", "other", "last")]
    assert max(events) - min(events) > 200_000
    small = assert_sliced(staleread, long, finding)
    assert int(read_trace(small).meta["sliced_from"]) > 1_000_000
    assert small.stat().st_size < 1500


def test_an_imported_log_is_sliced(staleread: Program) -> None:
    lines = [f"T{1 + i % 3}|w(v{i % 7})|{i % 7}" for i in range(100)]
    lines += ["T1|acq(l)|900", "T1|r(x)|901", "T1|rel(l)|902", "T2|w(x)|903"]
    (staleread.folder / "log.std").write_text("\n".join(lines))
    assert staleread("import", "--from", "std", "log.std", "-o", "log.srt").status == 0
    found = findings(staleread, "log.srt")
    assert len(found) > 3 and any(finding["locks"]["first"] for finding in found)
    for finding in found:
        small = assert_sliced(staleread, staleread.folder / "log.srt", finding)
        said = staleread("info", small).out
        assert "imported       std\n" in said
        assert int(re.search(r"^  events +(\d+)$", said, re.MULTILINE)[1]) < 20  # type: ignore[index]


def test_what_begins_with_a_state_is_sliced(staleread: Program, tmp_path: Path) -> None:
    """A trace that keeps the newest begins in the middle of what ran."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    trace = tmp_path / "ring.srt"
    done = tool.record(program, trace, options=("--max-size", "64K"))
    assert done.returncode == 0, done.stderr
    found = findings(staleread, trace)
    assert found
    for finding in found:
        assert_sliced(staleread, trace, finding)


PROGRAM = """
import asyncio

class Account:
    def __init__(self):
        self.balance = 0

    async def deposit(self):
        seen = self.balance
        await asyncio.sleep(0)
        self.balance = seen + 1

async def main():
    account = Account()
    for _ in range(1500):
        await asyncio.gather(account.deposit(), account.deposit(), account.deposit())

asyncio.run(main())
"""


def test_a_finding_that_rules_made_is_sliced_with_them(staleread: Program) -> None:
    (staleread.folder / "rules.yaml").write_text("version: 1\nthresholds:\n  blocking-ms: 120\n")
    trace = RACY / "sleep_in_loop.srt"
    found = findings(staleread, trace, "--rules", "rules.yaml")
    assert_sliced(staleread, trace, found[0], "--rules", "rules.yaml")


def test_what_a_comment_ignores_stays_ignored(staleread: Program) -> None:
    trace = tool.ROOT / "traces" / "clean" / "ignored.srt"
    text = staleread("analyze", trace, "--verbose").out
    words = re.findall(r"SR-[0-9a-f]{12}", text)
    assert words, text
    assert staleread("slice", "--finding", words[0], trace, "-o", "small.srt").status == 0
    assert staleread("analyze", "small.srt").status == 0
    assert words[0] in staleread("analyze", "small.srt", "--verbose").out


def test_what_makes_no_sense_is_refused_and_nothing_written(staleread: Program) -> None:
    trace = RACY / "counter.srt"
    for words, sentence in (
        (("--finding", "SR-000000000000", trace, "-o", "x.srt"), "there is no finding `SR-000000000000`"),
        ((trace, "-o", "x.srt"), "say which finding"),
        (("--finding", "SR-d2", trace), "say where it goes"),
        (("--finding", "SR-d2", "-", "-o", "x.srt"), "it must be a file"),
        (("--finding", "SR-d2", "absent.srt", "-o", "x.srt"), "staleread: absent.srt: cannot open"),
        (("--finding", "SR-d2", trace, "-o", "absent/x.srt"), "staleread: absent/x.srt: cannot be written"),
    ):
        outcome = staleread("slice", *words)
        assert outcome.status == 2
        assert sentence in outcome.err
        assert outcome.out == ""
    assert os.listdir(staleread.folder) == []


def test_a_terminal_is_refused(staleread: Program) -> None:
    ours, theirs = os.openpty()
    try:
        for command in ("slice", "bundle"):
            done = staleread(command, "--finding", "SR-", RACY / "counter.srt", "-o", "-", stdout=theirs)
            assert done.status == 2
            assert "-o FILE" in done.err or "without libzip" in done.err
    finally:
        os.close(ours)
        os.close(theirs)


def test_the_trace_itself_is_spared(staleread: Program) -> None:
    copy = staleread.folder / "counter.srt"
    copy.write_bytes((RACY / "counter.srt").read_bytes())
    assert staleread("slice", "--finding", "SR-d2", copy, "-o", "counter.srt").status == 2
    assert copy.read_bytes() == (RACY / "counter.srt").read_bytes()
