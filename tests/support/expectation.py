"""What must be found in a program (`NAME.expected.yaml`), compared with what a report says.

    python: "3.11"           the first Python that runs the program (default: any)
    findings:
      - kind: lost-update
        status: observed
        cell: Counter.value
        first: value = self.value          the source line of the read or check
        other: self.value = value + 1      of the write in between
        last: self.value = value + 1       of the dependent write or act
        count: 999                         optional; also ">=3"
        advice: asyncio.Lock               optional; the primitive
        optional: true                     may be found, need not be

A list stands for alternatives. Whatever is reported and matches no row is wrong, too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

Finding = dict[str, Any]


def load(path: Path) -> dict[str, Any]:
    expected: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return expected


def supported(expected: dict[str, Any], version: tuple[int, int]) -> bool:
    major, minor = str(expected.get("python", "3.10")).split(".")
    return version >= (int(major), int(minor))


def differences(expected: dict[str, Any], report: dict[str, Any]) -> list[str]:
    """One sentence for each expected finding that is missing and each finding that nobody expected."""
    left = list(report["findings"])
    sentences = []
    for row in expected["findings"]:
        matching = [finding for finding in left if _matches(row, finding)]
        for finding in matching:
            left.remove(finding)
        if not matching and not row.get("optional"):
            sentences.append(f"missing: {_row_text(row)}")
        if len(matching) > 1:
            sentences.append(f"reported {len(matching)} times under different ids: {_row_text(row)}")
    return sentences + [f"unexpected: {finding_text(finding)}" for finding in left]


def _matches(row: dict[str, Any], finding: Finding) -> bool:
    seen = {
        "kind": finding["kind"],
        "status": finding["status"],
        "cell": finding["cell"]["text"],
        "first": finding["first"]["source"],
        "other": finding["other"]["source"],
        "last": finding["last"]["source"],
    }
    if any(seen[name] not in _alternatives(row[name]) for name in seen):
        return False
    if "advice" in row and finding["advice"]["primitive"] not in _alternatives(row["advice"]):
        return False
    return _count_matches(row.get("count"), finding["count"])


def _alternatives(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _count_matches(wanted: int | str | None, count: int) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, str):
        return count >= int(wanted.removeprefix(">="))
    return count == wanted


def _row_text(row: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value!r}" for name, value in row.items())


def finding_text(finding: Finding) -> str:
    places = " | ".join(
        f"{name} {place['line']}: {place['source']}"
        for name in ("first", "window", "other", "last")
        if (place := finding[name]) and place["line"]
    )
    head = f"{finding['kind']} {finding['status']} {finding['confidence']} {finding['count']}x"
    return f"{head} {finding['cell']['text']} ({(finding['advice'] or {}).get('primitive')}) {places}"


def misplaced(report: dict[str, Any], folder: Path) -> list[str]:
    """Places whose line does not hold the source text they claim: the report must point at the program."""
    sentences = []
    for finding in report["findings"]:
        for name in ("first", "window", "other", "last"):
            place = finding[name]
            if place is None or place["source"] is None:
                continue
            lines = (folder / place["file"]).read_text(encoding="utf-8").splitlines()
            if lines[place["line"] - 1].strip() != place["source"]:
                sentences.append(f"{name}: {place['file']}:{place['line']} is not {place['source']!r}")
    return sentences
