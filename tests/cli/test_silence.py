"""What a report says about what did not run and what was not seen, from what the end frame tells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Program
from test_report_schema import VALIDATOR
from trace_writer import Event, TraceWriter

NOTHING_UNSEEN = "The agent knows of nothing that it did not see."
FACTS = {"functions": "50", "functions_run": "47", "coroutines": "41", "coroutines_run": "39"}


def write(folder: Path, name: str = "t.srt", meta: dict[str, str] | None = None, **end: str) -> str:
    """A trace of nothing much, whose end frame tells this; None: it has no end."""
    writer = TraceWriter()
    writer.meta(meta or {})
    writer.events([Event("actor", actor=1, actor_kind=3), Event("begin", actor=1)])
    if end.pop("ends", "yes") == "yes":
        writer.end(end)
    (folder / name).write_bytes(writer.bytes())
    return name


def lines(staleread: Program, *traces: str) -> list[str]:
    """The two lines, as Markdown has them: unfolded."""
    out = staleread("analyze", *traces, "--format", "markdown").out
    rest = out.partition("Looked at ")[2].splitlines()[1:3]
    return [line.removeprefix("- ") for line in rest]


def row(staleread: Program, trace: str) -> dict[str, Any]:
    report = json.loads(staleread("analyze", trace, "--format", "json").out)
    VALIDATOR.validate(report)
    found: dict[str, Any] = report["traces"][0]
    return found


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        (
            {**FACTS, "not_run": "A.close\nmain.<locals>.f"},
            "Of 41 watched coroutine functions 2 never ran: `A.close` and `main.<locals>.f`; what did not run was not "
            "judged.",
        ),
        (
            {**FACTS, "coroutines_run": "10", "not_run": "\n".join(f"f{n}" for n in range(20))},
            "Of 41 watched coroutine functions 31 never ran, among them `f0`, `f1`, `f2`, `f3`; what did not run was "
            "not judged.",
        ),
        (
            {**FACTS, "coroutines_run": "38", "not_run": "f"},
            "Of 41 watched coroutine functions 3 never ran, among them `f`; what did not run was not judged.",
        ),
        (
            {**FACTS, "coroutines_run": "41"},
            "All 41 watched coroutine functions ran; branches that were not taken were not judged.",
        ),
        (
            {**FACTS, "coroutines": "1", "coroutines_run": "1"},
            "The watched coroutine function ran; branches that were not taken were not judged.",
        ),
        (
            {**FACTS, "coroutines": "0", "coroutines_run": "0"},
            "Of 50 watched functions 3 never ran; what did not run was not judged.",
        ),
        (
            dict.fromkeys(FACTS, "0"),
            "No function was watched, so nothing was judged: `record --watch PATTERN` watches modules besides those "
            "below the current folder.",
        ),
        ({}, "What did not run is not known, because an older agent recorded it; it was not judged."),
        (
            {**FACTS, "functions": "-1"},
            "What did not run is not known, because an older agent recorded it; it was not judged.",
        ),
        (
            {"ends": "no"},
            "What did not run is not known, because the recording did not end; it was not judged.",
        ),
    ],
)
def test_what_did_not_run(staleread: Program, facts: dict[str, str], line: str) -> None:
    assert lines(staleread, write(staleread.folder, **facts))[0] == line


def test_of_several_traces_only_what_ran_in_none(staleread: Program) -> None:
    one = write(staleread.folder, "1.srt", **FACTS, not_run="a\nb\nc")
    two = write(staleread.folder, "2.srt", **FACTS, not_run="c\nb\nd")
    three = write(staleread.folder, "3.srt", **FACTS, not_run="e")
    assert lines(staleread, one, two)[0] == (
        "Among what ran in none of the traces: `b`, `c`; what did not run was not judged."
    )
    assert lines(staleread, one, two, three)[0].startswith("What ran in none of the traces was not judged;")
    whole = {**FACTS, "functions_run": "50", "coroutines_run": "41"}
    words = [write(staleread.folder, name, **whole) for name in ("5.srt", "6.srt")]
    assert lines(staleread, *words)[0] == (
        "All watched functions ran in each of the traces; branches that were not taken were not judged."
    )
    untold = write(staleread.folder, "4.srt", ends="no")
    assert lines(staleread, one, untold)[0].startswith("What did not run is not known, because the recording")


@pytest.mark.parametrize(
    ("facts", "phrases"),
    [
        ({}, []),
        ({"lost_events": "1"}, ["1 event that was lost"]),
        ({"off": "it failed"}, ["all that came after the agent switched itself off"]),
        ({"unseen": "janus\nuvloop"}, ["queues of `janus`", "steps of `uvloop`'s loops"]),
        ({"unseen": "a new `word`\x1b"}, ["`a new 'word'\\x1b`"]),
        ({"unwatched": "redis\nhttpx"}, ["the inside of `redis` and `httpx`, not watched"]),
        (
            {"unwatched": "a\nb\nc\nd\ne\nf"},
            ["the inside of `a`, `b`, `c`, `d` and 2 more packages, not watched"],
        ),
    ],
)
def test_what_was_not_seen(staleread: Program, facts: dict[str, str], phrases: list[str]) -> None:
    trace = write(staleread.folder, **FACTS, **facts)
    assert row(staleread, trace)["unseen"] == phrases
    said = f"The agent did not see: {'; '.join(phrases)}." if phrases else NOTHING_UNSEEN
    assert lines(staleread, trace)[1] == said


def test_what_is_not_told_is_called_unknown(staleread: Program) -> None:
    assert lines(staleread, write(staleread.folder))[1] == "What the agent could not see is not known."
    assert lines(staleread, write(staleread.folder, ends="no"))[1] == (
        "The agent did not see: the end of the run; what else is not known."
    )


def test_several_traces_are_taken_together(staleread: Program) -> None:
    one = write(staleread.folder, "1.srt", **FACTS, lost_events="2", unseen="janus", unwatched="a")
    two = write(staleread.folder, "2.srt", **FACTS, lost_events="3", unseen="janus", unwatched="b\na")
    assert lines(staleread, one, two)[1] == (
        "The agent did not see: 5 events that were lost; queues of `janus`; the inside of `a` and `b`, "
        "not watched."
    )


def test_the_report_for_programs_has_the_numbers(staleread: Program) -> None:
    trace = write(staleread.folder, **FACTS, not_run="a\nb")
    assert row(staleread, trace)["unexercised"] == {
        **{name: int(text) for name, text in FACTS.items()},
        "not_run": ["a", "b"],
    }
    assert row(staleread, write(staleread.folder))["unexercised"] is None


def test_a_list_without_end_is_cut(staleread: Program) -> None:
    trace = write(staleread.folder, **FACTS, not_run="\n".join(str(n) for n in range(1000)))
    assert row(staleread, trace)["unexercised"]["not_run"] == [str(n) for n in range(64)]


def test_text_has_both_lines_after_findings_and_after_none(staleread: Program) -> None:
    out = staleread("analyze", write(staleread.folder, **FACTS)).out
    assert out.startswith("Looked at ")
    assert "Of 41 watched coroutine functions 2 never ran; what did not run was not judged.\n" in out
    assert f"{NOTHING_UNSEEN}\nTo see more, record a run " in out
    assert out.endswith("\nNo findings.\n")
