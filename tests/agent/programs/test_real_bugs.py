"""Reduced bugs of public asyncio projects, where a collection of them lies beside the clone.

Each folder has a `case.yaml` that says of what kind the bug is and where its check and its act stand,
and either `buggy.py` and `fixed.py` or, for a correct program that only looks suspicious, `program.py`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import expectation
import pytest
import tool
import yaml

CASES = Path(os.environ.get("STALEREAD_CASES", tool.ROOT.parent / "shared" / "cases"))
BUILT_KINDS = {"lost-update", "check-then-act", "double-init"}
BUILT_PATTERNS = {"R-W-W", "R-W-R"}  # a blind store is a kind of its own
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


def points_at(finding: dict[str, Any], functions: dict[str, Any]) -> bool:
    """The check or the act stands where the bug's description has it."""
    return any(
        (finding[place]["file"], finding[place]["line"]) == (functions[end]["file"], functions[end]["line"])
        for place, end in (("first", "check"), ("last", "act"))
    )


def rival_ran(trace: Path, functions: dict[str, Any]) -> bool:
    """Whether the other access is in the trace: a statement of its own, or the act by somebody else."""
    dump = tool.run(tool.ANALYZER, "dump", trace).stdout
    rival = functions.get("rival", functions["act"])["func"]
    calls = len(re.findall(rf"enter function={re.escape(rival)}\b", dump))
    return calls >= (1 if "rival" in functions else 2)


@pytest.mark.parametrize("folder", folders("buggy.py"))
def test_the_bug_is_found_where_it_is(folder: Path, tmp_path: Path) -> None:
    case = described(folder)
    told_as = TOLD_AS.get(case["kind"])
    if told_as is None and (case["kind"] not in BUILT_KINDS or case["pattern"] not in BUILT_PATTERNS):
        pytest.xfail(f"no detector yet for {case['kind']} by {case['pattern']}")
    trace = tmp_path / "buggy.srt"
    report = report_on(folder / "buggy.py", trace)
    if case["manifests"] == "latent" and not rival_ran(trace, case["functions"]):
        pytest.xfail("only what ran can be replayed, and the rival did not run")
    assert any(
        points_at(finding, case["functions"]) or finding["cell"]["text"] in case.get("cells_also", ())
        for finding in report["findings"]
        if told_as in (None, finding["kind"])
    ), "\n".join([f"not found: {case['cell']}", *map(expectation.finding_text, report["findings"])])


@pytest.mark.parametrize("folder", folders("fixed.py"))
def test_the_fixed_program_is_silent(folder: Path, tmp_path: Path) -> None:
    report = report_on(folder / "fixed.py", tmp_path / "fixed.srt")
    assert not report["findings"], "\n".join(["", *map(expectation.finding_text, report["findings"])])


@pytest.mark.parametrize("folder", folders("program.py"))
def test_a_correct_program_is_silent(folder: Path, tmp_path: Path) -> None:
    report = report_on(folder / "program.py", tmp_path / "program.srt")
    assert not report["findings"], "\n".join(["", *map(expectation.finding_text, report["findings"])])
