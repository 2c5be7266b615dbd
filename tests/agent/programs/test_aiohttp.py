"""A real application: an aiohttp service under load, its own modules watched (examples/booking)."""

from __future__ import annotations

import sys
from pathlib import Path

import expectation
import pytest
import tool

pytest.importorskip("aiohttp")

PROGRAM = tool.ROOT / "examples" / "booking" / "load.py"
OVERSOLD = {
    "findings": [
        {
            "kind": "lost-update",
            "status": "observed",
            "cell": "Theatre.seats",
            "first": "left = self.seats - count",
            "other": "self.seats = left",
            "last": "self.seats = left",
            "count": ">=100",
            "advice": "asyncio.Lock",
        }
    ]
}


def test_the_service_behaves_as_before_and_its_race_is_named(tmp_path: Path) -> None:
    trace = tmp_path / "booking.srt"
    plain = tool.run(sys.executable, PROGRAM.name, cwd=PROGRAM.parent)
    result = tool.record(PROGRAM, trace)
    assert plain.returncode == 0, plain.stderr
    assert (result.stdout, result.returncode) == (plain.stdout, 0), result.stderr
    report = tool.analyze(trace)
    (facts,) = report["traces"]
    assert facts["complete"]
    assert facts["lost_events"] == 0
    wrong = expectation.differences(OVERSOLD, report) + expectation.misplaced(report, PROGRAM.parent)
    assert not wrong, "\n".join(["", *wrong])


def test_the_library_can_be_watched_too(tmp_path: Path) -> None:
    trace = tmp_path / "booking.srt"
    plain = tool.run(sys.executable, PROGRAM.name, cwd=PROGRAM.parent)
    result = tool.record(PROGRAM, trace, options=("--watch", "aiohttp"))
    assert plain.returncode == 0, plain.stderr
    assert (result.stdout, result.returncode) == (plain.stdout, 0), result.stderr
    report = tool.analyze(trace)
    assert report["traces"][0]["complete"]
    assert any(finding["cell"]["text"] == "Theatre.seats" for finding in report["findings"])
