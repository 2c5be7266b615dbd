"""Several traces in one command: the same report however many are analyzed at a time.

In: the committed traces, and files that are none. Out: what `analyze` says with one thread, and with more.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import ROOT, Program
from test_report_schema import racy_trace
from trace_writer import header

RACY = sorted((ROOT / "traces" / "racy").glob("*.srt"))
JOBS = [2, 3, 7]


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_a_report_is_the_same_to_the_byte(staleread: Program, form: str) -> None:
    words = ["analyze", "--format", form, "--confidence", "low", *RACY]
    alone = staleread(*words, "--jobs", "1")
    assert alone.status == 1 and "counter.py" in alone.out
    for jobs in JOBS:
        assert staleread(*words, "--jobs", str(jobs)) == alone
    assert staleread(*words) == alone


def test_traces_stand_in_the_order_given(staleread: Program) -> None:
    given = [str(path) for path in reversed(RACY)]
    report = json.loads(staleread("analyze", "--format", "json", "-j", "4", *given).out)
    assert [trace["path"] for trace in report["traces"]] == given


def test_what_cannot_be_read_is_told_in_the_order_given(staleread: Program, tmp_path: Path) -> None:
    (tmp_path / "text.srt").write_text("this is no trace\n")
    (tmp_path / "empty.srt").write_bytes(b"")
    given = [RACY[0], "missing.srt", RACY[1], tmp_path / "text.srt", RACY[2], tmp_path / "empty.srt", RACY[3]]
    alone = staleread("analyze", "--jobs", "1", *given)
    assert alone.status == 2
    assert [line.split(":")[1].rpartition("/")[2].strip() for line in alone.err.splitlines()] == [
        "missing.srt",
        "text.srt",
        "empty.srt",
    ]
    for jobs in JOBS:
        assert staleread("analyze", "--jobs", str(jobs), *given) == alone


@pytest.mark.parametrize("word", ["0", "-1", "many", "1.5", ""])
def test_how_many_at_once_is_a_number(staleread: Program, word: str) -> None:
    outcome = staleread("analyze", f"--jobs={word}", RACY[0])
    assert outcome.status == 2
    assert f"`--jobs {word}` means nothing" in outcome.err


def test_a_recording_that_is_given_twice_is_told(staleread: Program) -> None:
    content = racy_trace(staleread.folder).read_bytes()
    started = header(start=1_700_000_000_000_000_000)
    for name in ("one.srt", "copy.srt"):
        (staleread.folder / name).write_bytes(started + content[len(started) :])
    outcome = staleread("analyze", "one.srt", "one.srt", "--width", "200")
    assert outcome.out.startswith("`one.srt` was given twice: what was found in it counts twice.\n")
    markdown = staleread("analyze", "one.srt", "copy.srt", "--format", "markdown").out
    assert (
        "- `copy.srt` is of the same recording as `one.srt`: what was found in both counts twice.\n"
        in markdown
    )
