"""Many small patterns at once: each class of a racy program has its finding, the other programs have none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import expectation
import pytest
import tool
import yaml

PATTERNS = Path(__file__).resolve().parent / "patterns"
RACY = sorted(PATTERNS.glob("*racy.py"))
CLEAN = sorted(set(PATTERNS.glob("*.py")) - {*RACY, PATTERNS / "shared_state.py"})


def report_on(program: Path, trace: Path) -> dict[str, Any]:
    result = tool.record(program, trace)
    assert (result.stdout, result.returncode) == ("OK\n", 0), result.stderr
    return tool.analyze(trace)


@pytest.mark.parametrize("program", RACY, ids=lambda path: path.stem)
def test_each_racy_pattern_is_found_and_nothing_else(program: Path, tmp_path: Path) -> None:
    report = report_on(program, tmp_path / "racy.srt")
    found = {(finding["kind"], finding["cell"]["text"], finding["status"]) for finding in report["findings"]}
    rows = yaml.safe_load(program.with_suffix(".expected.yaml").read_text(encoding="utf-8"))
    wanted = {(row["kind"], row["cell"], "observed") for row in rows}
    assert (wanted - found, found - wanted) == (set(), set())


@pytest.mark.parametrize("program", CLEAN, ids=lambda path: path.stem)
def test_nothing_is_found_in_clean_patterns(program: Path, tmp_path: Path) -> None:
    report = report_on(program, tmp_path / "clean.srt")
    assert not report["findings"], "\n".join(["", *map(expectation.finding_text, report["findings"])])
