"""Many reports into one: in whatever order and groups, to the byte; and no trace counts twice."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import ROOT, Program
from html_page import Page
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reports import CONFIDENCES, STATUSES, Trace, finding, report
from test_github import annotations
from test_junit import cases_of
from test_markdown import page_of
from test_report_schema import VALIDATOR, racy_trace
from test_sarif import run_of

RACY = sorted((ROOT / "traces" / "racy").glob("*.srt"))

READERS = {"html": Page.of, "markdown": page_of, "sarif": run_of, "junit": cases_of, "github": annotations}
"""What reads each format back: raises where it is not what it should be."""

# ---- what is made up ----

TRACES = [Trace(day, host, process) for day in (1, 2) for host in ("a", "b") for process in (7, 8)]
TRACES += [Trace(0, None, 1, path) for path in ("x.srt", "y.srt")]


@st.composite
def traces(draw: st.DrawFn) -> list[Trace]:
    """Some of those there are; who reads them may come across one that is cut off, or calls it differently."""
    chosen = draw(st.lists(st.sampled_from(TRACES), min_size=1, max_size=4, unique=True))
    return [
        trace
        if trace.day == 0
        else Trace(
            trace.day,
            trace.host,
            trace.process,
            path=draw(st.sampled_from(["a.srt", "b.srt"])),
            events=draw(st.sampled_from([10, 20])),
            complete=draw(st.booleans()),
        )
        for trace in chosen
    ]


@st.composite
def reports(draw: st.DrawFn) -> dict[str, Any]:
    looked_at = draw(traces())
    bugs = draw(st.lists(st.integers(1, 4), unique=True, max_size=4))
    found = []
    for bug in bugs:
        where = draw(st.lists(st.integers(0, len(looked_at) - 1), unique=True, max_size=4))
        seen = {index: draw(st.integers(0, 3)) for index in where}
        unplaced = draw(st.integers(0, 2))
        if sum(seen.values()) + unplaced == 0:
            unplaced = 1
        status, confidence = draw(st.sampled_from(STATUSES)), draw(st.sampled_from(CONFIDENCES))
        actor = draw(st.sampled_from(["A", "BB"]))
        found.append(finding(bug, status, confidence, seen, actor=actor, unplaced=unplaced))
    comments = draw(st.lists(st.sampled_from(["used", "unused", "not-reached", "void"]), max_size=2))
    ignores = [
        {
            "file": "a.py",
            "line": line + 1,
            "kinds": ["lost-update"],
            "unknown_kinds": [],
            "reason": None,
            "findings": line + 1 if state == "used" else 0,
            "state": state,
        }
        for line, state in enumerate(comments)
    ]
    return report(looked_at, found, ignores)


class Folder:
    """Where reports lie, and what becomes of them."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.made = 0

    def keep(self, text: str) -> str:
        self.made += 1
        name = f"{self.made}.json"
        (self.program.folder / name).write_text(text)
        return name

    def merge(self, *names: str) -> str:
        outcome = self.program("merge", *names)
        assert (outcome.status, outcome.err) == (0, "")
        return outcome.out

    def merge_grouped(self, names: list[str], data: st.DataObject) -> str:
        """The same, in some order and in some groups, some reports more than once."""
        names = data.draw(st.permutations(names))
        while len(names) > 1:
            taken = data.draw(st.integers(2, len(names)))
            merged = self.keep(self.merge(*names[:taken], *names[: data.draw(st.integers(0, 1))]))
            names = data.draw(st.permutations([merged, *names[taken:]]))
        return self.merge(*names)


QUICK = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@QUICK
@given(given_reports=st.lists(reports(), min_size=2, max_size=4), data=st.data())
def test_order_and_groups_do_not_matter(
    staleread: Program, given_reports: list[dict[str, Any]], data: st.DataObject
) -> None:
    folder = Folder(staleread)
    names = [folder.keep(json.dumps(one)) for one in given_reports]
    whole = folder.merge(*names)
    assert folder.merge_grouped(names, data) == whole
    assert folder.merge(folder.keep(whole), names[0]) == whole
    merged = json.loads(whole)
    VALIDATOR.validate(merged)
    assert told(merged) == expected(given_reports)


# ---- what it should come to, told in another way ----


def identity(row: dict[str, Any]) -> tuple[object, ...]:
    known = (row["start"], row["host"], row["process"])
    return known if row["start"] else (*known, row["path"], row["events"])


def counts(one: dict[str, Any], found: dict[str, Any]) -> dict[tuple[object, ...], tuple[int, int]]:
    """By trace: the status (-1: less than the finding has) and how often."""
    status = STATUSES.index(found["status"])
    seen = found["seen"]
    return {
        identity(one["traces"][index]): (status, count) if count else (-1, 0)
        for index, count in zip(seen["traces"], seen["counts"], strict=True)
    }


def expected(given_reports: list[dict[str, Any]]) -> dict[str, Any]:
    started = {identity(row): row for one in given_reports for row in one["traces"]}
    found: dict[str, Any] = {}
    for bug in {row["id"] for one in given_reports for row in one["findings"]}:
        rows = [(one, row) for one in given_reports for row in one["findings"] if row["id"] == bug]
        status = max(STATUSES.index(row["status"]) for _, row in rows)
        best: dict[tuple[object, ...], tuple[int, int]] = {}
        for one, row in rows:
            for trace, counted in counts(one, row).items():
                best[trace] = max(best.get(trace, (-1, 0)), counted)
        highest = [(one, row) for one, row in rows if STATUSES.index(row["status"]) == status]
        unplaced = max(row["count"] - sum(row["seen"]["counts"]) for _, row in highest)
        times = sorted(started[trace]["started"] for trace in best if started[trace]["started"])
        found[bug] = {
            "status": STATUSES[status],
            "confidence": CONFIDENCES[max(CONFIDENCES.index(row["confidence"]) for _, row in highest)],
            "count": unplaced + sum(count for of, count in best.values() if of == status),
            "cells": max(row["cells"] for _, row in highest),
            "traces": len(best),
            "hosts": len({started[trace]["host"] for trace in best} - {None}),
            "first": times[0] if times else None,
            "last": times[-1] if times else None,
        }
    return {"traces": sorted(map(str, started)), "findings": found}


def told(merged: dict[str, Any]) -> dict[str, Any]:
    return {
        "traces": sorted(str(identity(row)) for row in merged["traces"]),
        "findings": {
            row["id"]: {
                **{name: row[name] for name in ("status", "confidence", "count", "cells")},
                **{name: row["seen"][name] for name in ("hosts", "first", "last")},
                "traces": len(row["seen"]["traces"]),
            }
            for row in merged["findings"]
        },
    }


# ---- real reports ----


@pytest.fixture
def fleet(staleread: Program) -> Folder:
    """A report of each racy trace, and what one of them all together says."""
    folder = Folder(staleread)
    for path in RACY[::4]:
        folder.keep(staleread("analyze", "--confidence", "low", "--format", "json", path).out)
    return folder


def test_real_reports(fleet: Folder) -> None:
    """One report on many traces tells the same as the merge of one on each."""
    names = [f"{number + 1}.json" for number in range(fleet.made)]
    whole = fleet.merge(*names)
    assert fleet.merge(*reversed(names)) == whole
    halves = [fleet.keep(fleet.merge(*half)) for half in (names[::2], names[1::2], names[:3])]
    assert fleet.merge(*halves) == whole
    together = fleet.program("analyze", "--confidence", "low", "--format", "json", *RACY[::4]).out
    assert told(json.loads(together)) == told(json.loads(whole))
    for row in json.loads(whole)["findings"]:
        row["seen"] = row["trace"] = None
        assert row in [{**other, "seen": None, "trace": None} for other in json.loads(together)["findings"]]


def test_other_formats(fleet: Folder) -> None:
    names = [f"{number + 1}.json" for number in range(fleet.made)]
    text = fleet.program("merge", *names, "--format", "text").out
    assert "Seen in 1 of 15 traces on 1 host, started `2026-01-01T00:00:00Z`." in text
    assert "in 15 traces" in text
    ids = {row["id"] for row in json.loads(fleet.merge(*names))["findings"]}
    for name, read in READERS.items():
        outcome = fleet.program("merge", *names, "--format", name)
        assert (outcome.status, outcome.err) == (0, "")
        read(outcome.out)
        assert [one for one in ids if one in outcome.out]


def test_a_merge_is_a_baseline(staleread: Program) -> None:
    racy_trace(staleread.folder)
    staleread("analyze", "scene.srt", "--format", "json", "-o", "one.json")
    assert staleread("merge", "one.json", "one.json", "-o", "all.json").status == 0
    outcome = staleread("analyze", "scene.srt", "--baseline", "all.json")
    assert outcome.status == 0
    assert "No new findings" in outcome.out


# ---- what goes wrong ----


def test_what_cannot_be_read_is_told(staleread: Program) -> None:
    racy_trace(staleread.folder)
    staleread("analyze", "scene.srt", "--format", "json", "-o", "one.json")
    broken = (staleread.folder / "one.json").read_text().replace('"observed"', '"suspected"', 1)
    (staleread.folder / "broken.json").write_text(broken)
    outcome = staleread("merge", "one.json", "nowhere.json", "broken.json", "scene.srt")
    assert outcome.status == 2
    assert [row["status"] for row in json.loads(outcome.out)["findings"]] == ["observed"]
    told_errors = outcome.err.splitlines()
    assert told_errors[0].startswith("staleread: nowhere.json: there is no such report; `staleread analyze")
    assert told_errors[1].startswith("staleread: broken.json: findings[0].status: no word that this program")
    assert told_errors[2].startswith("staleread: scene.srt: this is a trace, and no report; `staleread ")


def test_what_is_read_is_not_written_over(staleread: Program) -> None:
    racy_trace(staleread.folder)
    staleread("analyze", "scene.srt", "--format", "json", "-o", "one.json")
    outcome = staleread("merge", "one.json", "-o", "one.json")
    assert outcome.status == 2
    assert "this is what is read" in outcome.err


def test_occurrences_beyond_counting(staleread: Program) -> None:
    most = 2**53 - 1
    for number in (1, 2):
        trace = Trace(number, "a", 1)
        (staleread.folder / f"{number}.json").write_text(
            json.dumps(report([trace], [finding(1, "observed", "high", {0: most})]))
        )
    assert staleread("merge", "1.json").status == 0
    outcome = staleread("merge", "1.json", "2.json")
    assert (outcome.status, outcome.out) == (2, "")
    assert "SR-000000000001 occurred too often to be counted" in outcome.err


def test_too_many_traces(staleread: Program) -> None:
    made = [Trace(1, "a", process) for process in range(1, 16386)]
    (staleread.folder / "many.json").write_text(json.dumps(report(made, [])))
    outcome = staleread("merge", "many.json")
    assert (outcome.status, outcome.out) == (2, "")
    assert "more than 16384 different traces" in outcome.err
