"""Many small patterns at once: each class of patterns/racy.py has its finding, patterns/clean.py has none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import expectation
import tool
import yaml

PATTERNS = Path(__file__).resolve().parent / "patterns"


def report_on(program: Path, trace: Path) -> dict[str, Any]:
    result = tool.record(program, trace)
    assert (result.stdout, result.returncode) == ("OK\n", 0), result.stderr
    return tool.analyze(trace)


def test_each_racy_pattern_is_found_and_nothing_else(tmp_path: Path) -> None:
    report = report_on(PATTERNS / "racy.py", tmp_path / "racy.srt")
    found = {(finding["kind"], finding["cell"]["text"], finding["status"]) for finding in report["findings"]}
    rows = yaml.safe_load((PATTERNS / "racy.expected.yaml").read_text(encoding="utf-8"))
    wanted = {(row["kind"], row["cell"], "observed") for row in rows}
    assert (wanted - found, found - wanted) == (set(), set())


def test_nothing_is_found_in_clean_patterns(tmp_path: Path) -> None:
    report = report_on(PATTERNS / "clean.py", tmp_path / "clean.srt")
    assert not report["findings"], "\n".join(["", *map(expectation.finding_text, report["findings"])])
