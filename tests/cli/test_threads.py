"""Data races and atomicity against a reference that is slow and obviously right (tests/threads/std_reference.py).

`./dev threads` compares thousands of programs, and asks RAPID about them; these are some that it would.
STALEREAD_STD_LOGS=FOLDER has all logs in that folder read, as a whole.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import std_answers
import std_log
import std_reference
from conftest import Program
from std_programs import SHAPES, interleaved, program
from std_smaller import smaller


def report(staleread: Program, folder: Path, log: str) -> list[dict[str, Any]]:
    (folder / "log.std").write_text(log)
    outcome = staleread("import", "--from", "std", "log.std", "-o", "log.srt")
    assert outcome.status == 0, outcome.err
    outcome = staleread("analyze", "log.srt", "--format", "json")
    assert outcome.status in (0, 1), outcome.err
    findings: list[dict[str, Any]] = json.loads(outcome.out)["findings"]
    return findings


def races(findings: list[dict[str, Any]], status: str) -> list[dict[str, Any]]:
    return [each for each in findings if (each["kind"], each["status"]) == ("data-race", status)]


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_random_programs(tmp_path: Path, first: int) -> None:
    log, alone = interleaved(first, [program(seed, f"p{seed}") for seed in range(first, first + 50)])
    assert all(map(std_log.is_possible, alone))
    said = std_answers.report(log, tmp_path)
    assert std_answers.against_reference(log, said) == []
    assert said.racy and said.predicted and said.broken


def test_every_shape_tells_something() -> None:
    for number, shape in enumerate(SHAPES):
        logs = [std_log.located(program(seed)) for seed in range(number, 400, len(SHAPES))]
        assert all(map(std_log.is_possible, logs)), shape
        racy = [bool(std_reference.racy(events)) for events in logs]
        assert any(racy), shape


def test_a_difference_is_made_smaller() -> None:
    log, _ = interleaved(0, [program(seed, f"p{seed}") for seed in range(5)])
    small = smaller(
        log,
        lambda events: bool(set().union(*map(std_reference.racy, std_answers.programs_of(events).values()))),
    )
    assert [event.operation for event in small] in (["w", "w"], ["r", "w"], ["w", "r"])
    assert std_log.is_possible(small)


# Each access that races with an earlier one, and whether the blocks are atomic.
KNOWN: dict[str, tuple[str, set[tuple[str, int]], bool]] = {
    "race": ("T0|fork(T1)|1 T0|fork(T2)|2 T1|w(x)|3 T2|w(x)|4 T0|join(T1)|5 T0|join(T2)|6", {("x", 4)}, True),
    "locked": (
        "T0|fork(T1)|1 T0|fork(T2)|2 T1|acq(l)|3 T1|w(x)|4 T1|rel(l)|5 T2|acq(l)|6 T2|w(x)|7 T2|rel(l)|8",
        set(),
        True,
    ),
    "fork and join": ("T0|w(x)|1 T0|fork(T1)|2 T1|w(x)|3 T0|join(T1)|4 T0|r(x)|5", set(), True),
    "before the fork is known, after it is not": (
        "T0|w(x)|1 T0|fork(T1)|2 T0|w(y)|3 T1|r(x)|4 T1|r(y)|5",
        {("y", 5)},
        True,
    ),
    "nobody forked it": ("T0|w(x)|1 T1|r(x)|2", {("x", 2)}, True),
    "lost update": (
        "T0|fork(T1)|1 T0|fork(T2)|2 T1|begin(a)|3 T1|r(x)|4 T2|begin(b)|5 T2|r(x)|6 T2|w(x)|7 T2|end(b)|8 "
        "T1|w(x)|9 T1|end(a)|10",
        {("x", 7), ("x", 9)},
        False,
    ),
    "the same, one after the other": (
        "T0|fork(T1)|1 T0|fork(T2)|2 T1|begin(a)|3 T1|r(x)|4 T1|w(x)|9 T1|end(a)|10 T2|begin(b)|5 T2|r(x)|6 "
        "T2|w(x)|7 T2|end(b)|8",
        {("x", 6), ("x", 7)},
        True,
    ),
    "locked in pieces": (
        "T0|fork(T1)|1 T0|fork(T2)|2 T1|begin(a)|3 T1|acq(l)|4 T1|r(x)|5 T1|rel(l)|6 T2|begin(b)|7 T2|acq(l)|8 "
        "T2|w(x)|9 T2|rel(l)|10 T2|end(b)|11 T1|acq(l)|12 T1|w(x)|13 T1|rel(l)|14 T1|end(a)|15",
        set(),
        False,
    ),
    "through a third": (
        "T1|begin|1 T1|w(x)|2 T2|r(x)|3 T2|w(y)|4 T1|r(y)|5 T1|end|6",
        {("x", 3), ("y", 5)},
        False,
    ),
    "through a block that began later and is over": (
        "T1|begin|1 T1|w(x)|2 T2|begin|3 T2|r(x)|4 T3|begin|5 T3|w(z)|6 T2|w(y)|7 T2|end|8 T1|r(z)|9 T3|r(y)|10 "
        "T3|end|11 T1|end|12",
        {("x", 4), ("z", 9), ("y", 10)},
        False,
    ),
    "a block that forks and joins a thread": ("T1|begin|1 T1|fork(T2)|2 T1|join(T2)|3", set(), False),
    "after a thread that did nothing, in the place of one that wrote": (
        "T1|w(x)|1 T2|join(T1)|2 T2|fork(T8)|3 T2|join(T8)|4 T9|r(x)|5",
        {("x", 5)},
        True,
    ),
    "a location may be 0": ("T1|w(x)|0 T2|w(x)|0", {("x", 0)}, True),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_logs(staleread: Program, tmp_path: Path, name: str) -> None:
    log, racy, is_atomic = KNOWN[name]
    findings = report(staleread, tmp_path, "\n".join(log.split()))
    observed = races(findings, "observed")
    assert {(each["cell"]["text"], each["last"]["line"]) for each in observed} == racy
    assert (not any(each["kind"] == "atomicity" for each in findings)) == is_atomic


def test_many_short_threads_use_the_same_places_again(staleread: Program, tmp_path: Path) -> None:
    lines = []
    for number in range(1, 3000):
        lines += [f"T0|fork(T{number})|1", f"T{number}|acq(l)|2", f"T{number}|w(x)|3", f"T{number}|rel(l)|4"]
        lines += [f"T{number}|w(y)|5", f"T0|join(T{number})|6", f"T0|r(y)|{6 + number}"]
    lines += ["T0|fork(T3000)|1", "T0|w(y)|7", "T3000|r(y)|8"]
    findings = report(staleread, tmp_path, "\n".join(lines))
    assert [(each["kind"], each["last"]["line"]) for each in findings] == [("data-race", 8)]


def others_logs() -> list[Path]:
    folder = os.environ.get("STALEREAD_STD_LOGS")
    return sorted(Path(folder).rglob("*.std*")) if folder else []


@pytest.mark.parametrize("path", others_logs(), ids=lambda path: path.name)
def test_logs_of_others(staleread: Program, tmp_path: Path, path: Path) -> None:
    outcome = staleread("import", "--from", "std", path, "-o", "log.srt")
    assert outcome.status == 0 and "no event" not in outcome.err
    assert staleread("analyze", "log.srt", "--fail-on", "never").status == 0
