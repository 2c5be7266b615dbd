"""Every program under traces/: it runs recorded as it runs plain, and the report says what stands beside it."""

from __future__ import annotations

import functools
import subprocess
import sys
import tempfile
from pathlib import Path

import expectation
import pytest
import tool

PROGRAMS = sorted((tool.ROOT / "traces").glob("racy/*.py")) + sorted(
    (tool.ROOT / "traces").glob("clean/*.py")
)


@functools.cache
def recorded(program: Path) -> tuple[subprocess.CompletedProcess[str], Path]:
    """Records a program once for all tests of it."""
    folder = Path(tempfile.mkdtemp(prefix="staleread-programs-"))
    trace = folder / f"{program.parent.name}-{program.stem}.srt"
    return tool.record(program, trace), trace


@pytest.fixture(params=PROGRAMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def program(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    if not expectation.supported(expectation.load(path.with_suffix(".expected.yaml")), sys.version_info[:2]):
        pytest.skip("needs a newer Python")
    return path


def test_a_recorded_program_behaves_as_before(program: Path) -> None:
    plain = tool.run(sys.executable, program.name, cwd=program.parent)
    result, trace = recorded(program)
    assert (result.stdout, result.returncode) == (plain.stdout, plain.returncode), result.stderr
    assert trace.stat().st_size > 0


def test_its_trace_is_whole(program: Path) -> None:
    _, trace = recorded(program)
    (facts,) = tool.analyze(trace)["traces"]
    assert facts["complete"]
    assert facts["lost_events"] == 0
    assert facts["events"] > 0


def test_the_report_says_what_is_expected(program: Path) -> None:
    _, trace = recorded(program)
    report = tool.analyze(trace)
    expected = expectation.load(program.with_suffix(".expected.yaml"))
    wrong = expectation.differences(expected, report) + expectation.misplaced(report, program.parent)
    assert not wrong, "\n".join(["", *wrong])


def test_every_racy_program_has_a_clean_twin() -> None:
    names = {
        folder: {path.stem for path in PROGRAMS if path.parent.name == folder} for folder in ("racy", "clean")
    }
    twins = {"threads_shared_lock": "threads_counter"}
    assert {twins.get(name, name) for name in names["racy"]} <= names["clean"]
