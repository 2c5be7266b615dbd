"""`analyze --memory`: a bound that is never met changes nothing, one that is met is kept and told, what is none is refused.

In: a committed trace, one that writes many cells. Out: the report under a bound, compared with the one without.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import ROOT, Program
from scene import Scene

COUNTER = ROOT / "traces" / "racy" / "counter.srt"
NOTHING = {"cells": 0, "writes": 0, "windows": 0, "actors": 0}


@pytest.mark.parametrize("size", ["2G", "500M", "1T", "100000000"])
def test_a_bound_that_is_not_met_changes_nothing(staleread: Program, size: str) -> None:
    bounded = staleread("analyze", "--format", "json", "--memory", size, COUNTER)
    assert bounded == staleread("analyze", "--format", "json", COUNTER)
    assert json.loads(bounded.out)["traces"][0]["forgotten"] == NOTHING


@pytest.mark.parametrize("size", ["0", "2X", "-1G", "lots", "", "99999999999999999999"])
def test_what_is_no_size_is_refused(staleread: Program, size: str) -> None:
    outcome = staleread("analyze", f"--memory={size}", COUNTER)
    assert outcome.status == 2
    assert f"`--memory {size}` means nothing; it is like 500M or 2G" in outcome.err


CELLS = 20_000


def crowded(path: Path) -> Path:
    """Two lost updates: of a cell that is written before and after many others, and of one that is written after them."""
    scene = Scene()
    one, other, writer = scene.task("one"), scene.task("other"), scene.task("writer")
    with scene.step(one):
        scene.read("early", 0)
        scene.pause()
    with scene.step(other):
        scene.put("early", 5)
    with scene.step(writer):
        for number in range(CELLS):
            scene.put(f"cell{number}", 1)
    with scene.step(one):
        scene.update("early", 1)
        scene.read("late", 0)
        scene.pause()
    with scene.step(other):
        scene.put("late", 5)
    with scene.step(one):
        scene.update("late", 1)
    path.write_bytes(scene.bytes())
    return path


def found(report: str) -> set[str]:
    return {finding["cell"]["text"] for finding in json.loads(report)["findings"]}


def test_what_was_forgotten_is_told(staleread: Program, tmp_path: Path) -> None:
    trace = crowded(tmp_path / "crowded.srt")
    whole = staleread("analyze", "--format", "json", trace)
    assert found(whole.out) == {"State.early", "State.late"}
    bounded = staleread("analyze", "--format", "json", "--memory", "1M", trace)
    assert found(bounded.out) == {"State.late"}
    assert json.loads(bounded.out)["traces"][0]["forgotten"]["cells"] > CELLS // 2
    assert "To stay within" in staleread("analyze", "--memory", "1M", trace).out
    assert "To stay within" not in staleread("analyze", trace).out


def test_the_same_is_forgotten_each_time(staleread: Program, tmp_path: Path) -> None:
    trace = crowded(tmp_path / "crowded.srt")
    reports = {staleread("analyze", "--format", "json", "--memory", "1M", trace).out for _ in range(3)}
    assert len(reports) == 1
