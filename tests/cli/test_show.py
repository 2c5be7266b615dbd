"""`staleread show`: one finding in full, drawn for a terminal.

STALEREAD_GOLDEN=write pytest tests/cli/test_show.py      writes the golden texts anew
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
import tool
from conftest import Program

TRACES = tool.ROOT / "traces"
GOLDEN = Path(__file__).resolve().parent / "golden" / "show"
COUNTER = TRACES / "racy" / "counter.srt"
LATENT = TRACES / "racy" / "latent.srt"
THREADS = TRACES / "racy" / "threads_counter.srt"

# One of each kind of picture.
DRAWN = [
    "counter",  # observed, far apart
    "event_cleared_late",  # who woke whom
    "fed_by_threads",  # steps that overlap
    "latent",  # only predicted
    "lock_order",  # two that wait for each other
    "lock_released",  # locks held
    "notify_unheard",
    "sleep_in_loop",
    "to_thread_store",  # many actors
]


def ids(staleread: Program, trace: Path) -> list[str]:
    report = json.loads(staleread("analyze", "--format", "json", "--confidence", "low", trace).out)
    return [finding["id"] for finding in report["findings"]]


@pytest.mark.parametrize("name", DRAWN)
def test_the_picture_is_the_golden_one(name: str) -> None:
    staleread = Program(TRACES)
    trace = Path("racy") / f"{name}.srt"
    shown = staleread("show", ids(staleread, trace)[0], trace)
    assert (shown.status, shown.err) == (0, "")
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("STALEREAD_GOLDEN") == "write":
        golden.write_text(shown.out, encoding="utf-8")
    assert shown.out == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", ["60", "80", "200"])
def test_it_keeps_to_the_width(staleread: Program, width: str) -> None:
    for name in DRAWN:
        trace = TRACES / "racy" / f"{name}.srt"
        shown = staleread("show", "--width", width, ids(staleread, trace)[0], trace)
        widest = max(shown.out.splitlines(), key=len)
        assert len(widest) <= int(width), widest


def test_the_beginning_of_an_id_is_enough(staleread: Program) -> None:
    (whole,) = ids(staleread, COUNTER)
    shown = staleread("show", whole, COUNTER)
    for word in (whole[3:7], whole[3:], whole.upper(), whole[3:9].upper(), f"sr-{whole[3]}"):
        assert staleread("show", word, COUNTER) == shown


def test_quiet_is_a_line(staleread: Program) -> None:
    (whole,) = ids(staleread, COUNTER)
    (line, _) = staleread("analyze", "--quiet", COUNTER).out.splitlines()
    assert staleread("show", "--quiet", whole, COUNTER).out == line + "\n"


@pytest.mark.parametrize("word", ["SR-000000000000", "nothing", "\x1b[1m", "../x", "%s"])
def test_a_wrong_id_is_answered_with_what_there_is(staleread: Program, word: str) -> None:
    shown = staleread("show", word, COUNTER, LATENT)
    assert (shown.status, shown.out) == (2, "")
    for trace in (COUNTER, LATENT):
        assert ids(staleread, trace)[0] in shown.err
    assert "\x1b" not in shown.err


def test_an_id_of_several_is_answered_with_them(staleread: Program) -> None:
    found = ids(staleread, THREADS)
    shown = staleread("show", "SR-", THREADS)
    assert (shown.status, shown.out) == (2, "")
    assert all(each in shown.err for each in found)


def test_what_no_report_shows_is_shown(staleread: Program) -> None:
    low = ids(staleread, THREADS)[-1]
    assert low not in staleread("analyze", THREADS).out
    assert low in staleread("show", low, THREADS).out
    rules = staleread.folder / "rules.yaml"
    rules.write_text("version: 1\nsuppress:\n  - {cell: Counter.value, reason: known}\n")
    (counter,) = ids(staleread, COUNTER)
    shown = staleread("show", "--rules", "rules.yaml", counter, COUNTER).out
    assert counter in shown and "A rule of `rules.yaml` suppresses it." in shown


def test_other_formats_have_nothing_else_in_them(staleread: Program) -> None:
    low = ids(staleread, THREADS)[-1]
    report = json.loads(staleread("show", "--format", "json", low, THREADS).out)
    assert [finding["id"] for finding in report["findings"]] == [low]
    page = staleread("show", "--format", "html", low, THREADS).out
    assert low in page and ids(staleread, THREADS)[0] not in page


def test_of_several_traces_it_is_drawn_from_the_one_that_has_it(staleread: Program) -> None:
    (latent,) = ids(staleread, LATENT)
    alone = staleread("show", latent, LATENT).out
    assert staleread("show", latent, COUNTER, LATENT, THREADS).out == alone


def test_without_a_file_there_is_no_picture_and_all_else(staleread: Program) -> None:
    script = f'"{tool.ANALYZER}" show "$1" - <"$2"'
    (whole,) = ids(staleread, COUNTER)
    piped = tool.run("sh", "-c", f'cat "$2" | {script.partition(" <")[0]}', "sh", whole, COUNTER)
    assert piped.returncode == 0, piped.stderr
    assert whole in piped.stdout and "Advice:" in piped.stdout and "Recorded with" in piped.stdout
    assert "standard input cannot be read" in piped.stdout
    assert not re.search(r"^  A   B", piped.stdout, re.MULTILINE)


def test_a_trace_that_cannot_be_read_is_told(staleread: Program) -> None:
    (whole,) = ids(staleread, COUNTER)
    shown = staleread("show", whole, COUNTER, "missing.srt")
    assert shown.status == 2
    assert "missing.srt" in shown.err and whole in shown.out


def recorded(folder: Path, *options: str) -> Path:
    program = folder / "counting.py"
    program.write_text((TRACES / "racy" / "lock_released.py").read_text())
    result = tool.record(program, folder / "counting.srt", options)
    assert result.returncode == 0, result.stderr
    return folder / "counting.srt"


def test_the_source_is_whole_where_the_trace_has_it(staleread: Program, tmp_path: Path) -> None:
    trace = recorded(tmp_path)
    shown = staleread("show", ids(staleread, trace)[0], trace).out
    assert (
        "  counting.py in Counter.increment\n"
        "           12  async def increment(self):\n"
        "           13      async with self.lock:\n"
        "  1        14          value = self.value\n"
        "  2        15      await asyncio.sleep(0)\n"
        "           16      async with self.lock:\n"
        "  3 4      17          self.value = value + 1\n"
    ) in shown


def test_without_strings_there_are_the_expressions_alone(staleread: Program, tmp_path: Path) -> None:
    trace = recorded(tmp_path, "--strings", "off")
    shown = staleread("show", ids(staleread, trace)[0], trace).out
    assert "async def" not in shown and "  1        14  self.value\n" in shown
