"""Rules files as `analyze --rules` takes them: the page that describes them, and what they do to a report."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Program
from test_report_schema import VALIDATOR, racy_trace


@pytest.fixture
def trace(tmp_path: Path) -> str:
    return racy_trace(tmp_path).name


def report_with(staleread: Program, trace: str, rules: str, status: int) -> dict[str, Any]:
    (staleread.folder / "rules.yaml").write_text(rules)
    outcome = staleread("analyze", trace, "--format", "json", "--rules", "rules.yaml")
    assert outcome.status == status, outcome.err
    report: dict[str, Any] = json.loads(outcome.out)
    VALIDATOR.validate(report)
    return report


def suppress(reason: str = "known", **fields: str) -> str:
    lines = [f"    {key}: {json.dumps(value)}" for key, value in {**fields, "reason": reason}.items()]
    return "version: 1\nsuppress:\n" + "\n".join(lines).replace("    ", "  - ", 1) + "\n"


def test_the_example_on_the_page_is_read(staleread: Program, trace: str) -> None:
    page = (ROOT / "formats" / "rules.md").read_text()
    example = re.search(r"```yaml\n(.*?)```", page, re.S)
    assert example is not None
    report = report_with(staleread, trace, example[1], status=1)
    unused = report["rules"]["unused_suppressions"]
    assert [(row["number"], row["id"], row["cell"]) for row in unused] == [
        (1, "SR-0123456789ab", None),
        (2, None, "Cache._data*"),
    ]


def test_the_error_on_the_page_is_real(staleread: Program, trace: str) -> None:
    page = (ROOT / "formats" / "rules.md").read_text()
    (staleread.folder / "rules.yaml").write_text("version: 1\n" + "\n" * 9 + "suppress:\n  - cell: X.y\n")
    outcome = staleread("analyze", trace, "--rules", "rules.yaml")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err in page


def test_a_suppressed_finding_is_counted_not_shown(staleread: Program, trace: str) -> None:
    found = json.loads(staleread("analyze", trace, "--format", "json").out)["findings"][0]
    for fields in (
        {"id": found["id"]},
        {"cell": found["cell"]["text"]},
        {"cell": "*.x"},
        {"file": "*.py"},
        {"function": "other"},
        {"kind": "lost-*"},
    ):
        report = report_with(staleread, trace, suppress(**fields), status=0)
        assert report["findings"] == []
        assert report["summary"]["suppressed"] == 1
        assert report["rules"]["unused_suppressions"] == []


def test_text_names_what_is_unused(staleread: Program, trace: str) -> None:
    (staleread.folder / "rules.yaml").write_text(suppress(cell="Nobody.*", reason="gone"))
    outcome = staleread("analyze", trace, "--rules", "rules.yaml")
    assert outcome.status == 1
    assert "suppression 1, line 3 (cell `Nobody.*`, reason `gone`) matched nothing" in " ".join(
        outcome.out.split()
    )


def test_the_command_line_wins_over_thresholds(staleread: Program, trace: str) -> None:
    (staleread.folder / "rules.yaml").write_text("version: 1\nthresholds: {fail-on: never}\n")
    assert staleread("analyze", trace, "--rules", "rules.yaml").status == 0
    assert staleread("analyze", trace, "--rules", "rules.yaml", "--fail-on", "observed").status == 1


@pytest.mark.parametrize(
    "content", ["", "version: 2\n", "version: 1\nwatch: *a\n", "\0", "[" * 100_000, "version: 1\nx: 1\n"]
)
def test_a_wrong_file_is_an_error_not_a_crash(staleread: Program, trace: str, content: str) -> None:
    (staleread.folder / "rules.yaml").write_text(content)
    outcome = staleread("analyze", trace, "--rules", "rules.yaml")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("staleread: rules.yaml: ")
    assert outcome.err.count("\n") == 1
