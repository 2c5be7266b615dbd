"""What became of each test: a plugin of pytest that writes it down, and the comparison of two such runs.

As a plugin (`-p outcomes`) this runs among the tests, recorded or not; it must not need anything but pytest.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FILE = "STALEREAD_SUITES_OUTCOMES"
"""The environment variable that names the file to write."""

Outcomes = dict[str, str]
"""A test's pytest id → passed, failed, skipped, xfailed, xpassed, or error (around the test)."""

_seen: Outcomes = {}


def pytest_runtest_logreport(report: Any) -> None:
    outcome: str = report.outcome
    if hasattr(report, "wasxfail"):
        outcome = "xfailed" if outcome == "skipped" else "xpassed"
    elif outcome == "failed" and report.when != "call":
        outcome = "error"
    if report.when == "call" or outcome != "passed":
        _seen[report.nodeid] = outcome


def pytest_collectreport(report: Any) -> None:
    if report.failed:
        _seen[report.nodeid] = "error"


def pytest_sessionfinish() -> None:
    if FILE in os.environ:
        Path(os.environ[FILE]).write_text(json.dumps(_seen, indent=0))


def differing(plain: Iterable[Outcomes], recorded: Iterable[Outcomes]) -> dict[str, tuple[str, str]]:
    """The tests that ended in another way when recorded, with what they did in all plain and all recorded runs.

    Tests that end now so, now so when nobody looks on are no measure: a test differs when no run of one side
    ended like any of the other.
    """
    before, after = _by_test(plain), _by_test(recorded)
    absent = frozenset({"absent"})
    return {
        test: ("/".join(sorted(before.get(test, absent))), "/".join(sorted(after.get(test, absent))))
        for test in before.keys() | after.keys()
        if not before.get(test, absent) & after.get(test, absent)
    }


def _by_test(runs: Iterable[Outcomes]) -> dict[str, frozenset[str]]:
    ended: dict[str, frozenset[str]] = {}
    for run in runs:
        for test, outcome in run.items():
            ended[test] = ended.get(test, frozenset()) | {outcome}
    return ended
