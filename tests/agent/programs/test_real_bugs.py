"""Reduced bugs of public asyncio projects, where a collection of them lies beside the clone.

Each folder has a `case.yaml` that says of what kind the bug is and where its check and its act stand,
and either `buggy.py` and `fixed.py` or, for a correct program that only looks suspicious, `program.py`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import expectation
import pytest
import tool
import yaml

CASES = Path(os.environ.get("STALEREAD_CASES", tool.ROOT.parent / "shared" / "cases"))
# What others call the same; all other kinds have one name.
OUR_KIND = {"double-init": "check-then-act", "forgotten-await": "never-awaited"}
# Kinds without a window, as reports call them.
TOLD_AS = {"lost-wakeup": "lost-wakeup", "blocking-call": "blocking-call", "forgotten-await": "never-awaited"}

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="no collection of real bugs beside the clone")


def described(folder: Path) -> dict[str, Any]:
    case: dict[str, Any] = yaml.safe_load((folder / "case.yaml").read_text(encoding="utf-8"))
    return case


def folders(wanted: str) -> list[Any]:
    found = sorted(path.parent for path in CASES.glob("*/case.yaml") if (path.parent / wanted).is_file())
    return [pytest.param(folder, id=folder.name) for folder in found]


def report_on(program: Path, trace: Path) -> dict[str, Any]:
    result = tool.record(program, trace)
    assert result.returncode == 0, result.stderr
    return tool.analyze(trace)


def is_found(finding: dict[str, Any], case: dict[str, Any]) -> bool:
    """The finding is of the bug's kind, and its check or act stands where the bug's description has it."""
    if finding["kind"] != OUR_KIND.get(case["kind"], case["kind"]):
        return False
    ends = {(case["functions"][end]["file"], case["functions"][end]["line"]) for end in ("check", "act")}
    places = {(finding[place]["file"], finding[place]["line"]) for place in ("first", "other", "last")}
    return not ends.isdisjoint(places) or finding["cell"]["text"] in case.get("cells_also", ())


@pytest.mark.parametrize("folder", folders("buggy.py"))
def test_the_bug_is_found_where_it_is(folder: Path, tmp_path: Path) -> None:
    case = described(folder)
    report = report_on(folder / "buggy.py", tmp_path / "buggy.srt")
    assert any(is_found(finding, case) for finding in report["findings"]), "\n".join(
        [f"not found: {case['kind']} of {case['cell']}", *map(expectation.finding_text, report["findings"])]
    )


@pytest.mark.parametrize("folder", folders("fixed.py"))
def test_the_fixed_program_is_silent(folder: Path, tmp_path: Path) -> None:
    report = report_on(folder / "fixed.py", tmp_path / "fixed.srt")
    assert not report["findings"], "\n".join(["", *map(expectation.finding_text, report["findings"])])


@pytest.mark.parametrize("folder", folders("program.py"))
def test_a_correct_program_is_silent(folder: Path, tmp_path: Path) -> None:
    report = report_on(folder / "program.py", tmp_path / "program.srt")
    assert not report["findings"], "\n".join(["", *map(expectation.finding_text, report["findings"])])
