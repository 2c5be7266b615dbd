"""Records programs with the real agent, analyzes them with the real analyzer, and lays that beside the truth."""

from __future__ import annotations

import json
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from interpret import Run
from ledger import Key
from model import Program
from render import Text, render
from tool import ANALYZER, run
from truth import Bounds, Truth, explore, hit, random_run, run_once

_HERE = Path(__file__).resolve().parent


@dataclass
class Case:
    """A program, the schedule that is recorded, what is true and what was reported."""

    name: str
    program: Program
    text: Text
    truth: Truth
    recorded: Run
    answers: list[int]
    bounds: Bounds
    reported: dict[Key, dict[str, Any]] = field(default_factory=dict)

    def is_comparable(self, key: Key) -> bool:
        """The truth knows windows that begin with a read. Checks that decided only whether to wait count on the other
        outcome, and it does not judge them."""
        ledger = self.recorded.ledger
        waited_only = ledger.waited - {window.key() for window in ledger.windows}
        return key[1] in ledger.read_lines and key not in waited_only


@dataclass
class Disagreement:
    """`what` is missed or wrong, `status` observed or predicted, `kind` the finding's."""

    what: str
    status: str
    key: Key
    confidence: str

    def label(self) -> str:
        return " ".join(word for word in (self.what, self.status, self.key[0], self.confidence) if word)


def prepare(program: Program, name: str, seed: int, bounds: Bounds) -> Case:
    """Finds the truth and chooses the schedule to record."""
    return prepare_for(program, name, [], seed, bounds)


def prepare_for(program: Program, name: str, answers: list[int], seed: int | None, bounds: Bounds) -> Case:
    """The same, for a schedule that is given unless there is a seed."""
    text = render(program, name)
    truth = explore(program, text, bounds, seed or 0)
    if seed is None:
        recorded, schedule = run_once(program, text, answers, bounds)
        answers = schedule.taken
    else:
        recorded, answers = random_run(program, text, Random(seed), bounds)
    truth.add(recorded)
    return Case(name, program, text, truth, recorded, answers, bounds)


KINDS = ("lost-update", "check-then-act", "lock-released-between")


def report(cases: list[Case]) -> None:
    """One recording and one analysis for all of them."""
    with tempfile.TemporaryDirectory(prefix="staleread-explore-") as folder:
        attach(cases, _record_and_analyze(Path(folder), cases))


def attach(cases: list[Case], findings: list[dict[str, Any]]) -> None:
    """Gives each case what was found in it, as far as it can be compared."""
    by_name = {case.name: case for case in cases}
    for finding in findings:
        if finding["acts_on_other_cell"] or finding["kind"] not in KINDS:
            continue
        case = by_name[Path(finding["first"]["file"]).stem]
        lines = [case.text.place(finding[end]["line"]) for end in ("first", "last")]
        key = finding["kind"], lines[0], lines[1]
        if case.is_comparable(key):
            # Ranked: what comes first is surer.
            case.reported.setdefault(key, finding)


def _record_and_analyze(folder: Path, cases: list[Case]) -> list[dict[str, Any]]:
    for case in cases:
        (folder / f"{case.name}.py").write_text(str(case.text), encoding="utf-8")
    batch, trace = folder / "batch.json", folder / "batch.srt"
    rows = [
        {"name": case.name, "answers": case.answers, "by_rounds": case.bounds.by_rounds} for case in cases
    ]
    batch.write_text(json.dumps(rows), encoding="utf-8")
    agent: tuple[str | Path, ...] = (sys.executable, "-m", "staleread", "record", "--quiet", "-o", trace)
    watched: tuple[str | Path, ...] = ("--watch", folder / "*.py", "--ignore", _HERE / "*.py")
    recording = run(*agent, *watched, _HERE / "replayer.py", batch, cwd=folder)
    if recording.returncode != 0:
        raise RuntimeError(f"recording failed: {recording.stderr}")
    _check_same_runs(cases, [json.loads(line) for line in recording.stdout.splitlines()])
    analysis = run(ANALYZER, "analyze", "--format", "json", "--confidence", "low", trace)
    if analysis.returncode not in (0, 1):
        raise RuntimeError(f"analysis failed: {analysis.stderr}")
    report = json.loads(analysis.stdout)
    for row in report["traces"]:
        if not row["complete"] or row["lost_events"] or row["notes"]:
            raise RuntimeError(f"the trace is not whole: {row}")
    findings: list[dict[str, Any]] = report["findings"]
    return findings


def _check_same_runs(cases: list[Case], rows: list[dict[str, Any]]) -> None:
    """The recorded run must be the one that the truth knows."""
    for case, row in zip(cases, rows, strict=True):
        mine = None if case.recorded.deadlocked else list(case.recorded.ledger.cells.values())
        if row != {"name": case.name, "cells": mine}:
            raise RuntimeError(f"{case.name} ran differently: {row}, not {mine}\n{case.text}")


# ---- the comparison ------------------------------------------------------------------------------------------------


@dataclass
class Score:
    """Of one kind, status and confidence."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    unclear: int = 0

    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


Scores = dict[tuple[str, str, str], Score]


def compare(case: Case, scores: Scores) -> list[Disagreement]:
    """Adds to the scores and tells where the two differ."""
    found = _compare_observed(case, scores)
    return found + _compare_predicted(case, scores)


def _compare_observed(case: Case, scores: Scores) -> list[Disagreement]:
    true = hit(case.recorded)
    reported = {key: row for key, row in case.reported.items() if row["status"] == "observed"}
    found = []
    for key in sorted(true.keys() | reported.keys()):
        score = scores[key[0], "observed", "high"]
        if key in true and key in reported:
            score.right += 1
        elif key in true:
            score.missed += 1
            found.append(Disagreement("missed", "observed", key, ""))
        else:
            score.wrong += 1
            found.append(Disagreement("wrong", "observed", key, reported[key]["confidence"]))
    return found


def _compare_predicted(case: Case, scores: Scores) -> list[Disagreement]:
    observed = hit(case.recorded).keys()
    reported = {key: row for key, row in case.reported.items() if row["status"] == "predicted"}
    found = []
    for key, finding in sorted(reported.items()):
        score = scores[key[0], "predicted", finding["confidence"]]
        if key in case.truth.possible:
            score.right += 1
        elif not case.truth.complete:
            score.unclear += 1
        else:
            score.wrong += 1
            found.append(Disagreement("wrong", "predicted", key, finding["confidence"]))
    for key, confidence in sorted(_knowable(case).items()):
        if key not in reported and key not in observed and key not in case.reported:
            scores[key[0], "predicted", confidence].missed += 1
            found.append(Disagreement("missed", "predicted", key, confidence))
    return found


def _knowable(case: Case) -> dict[Key, str]:
    """Windows that this run had, that are possible, and a rival's write that this run had too."""
    ran = {write.line for write in case.recorded.ledger.writes}
    had: dict[Key, str] = {}
    for window in case.recorded.ledger.windows:
        key = window.key()
        if window.could_suspend and case.truth.possible.get(key, set()) & ran and had.get(key) != "high":
            had[key] = "medium" if window.is_fresh() else "high"
    return had


def new_scores() -> Scores:
    return defaultdict(Score)
