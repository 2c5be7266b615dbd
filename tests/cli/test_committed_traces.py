"""The committed traces under traces/, analyzed: the same text as before, to the byte.

STALEREAD_GOLDEN=write pytest tests/cli/test_committed_traces.py      writes the texts anew
"""

from __future__ import annotations

import os
from pathlib import Path

import expectation
import pytest
import tool
import trace_frames

TRACES = tool.ROOT / "traces"
GOLDEN = Path(__file__).resolve().parent / "golden"
COMMITTED = sorted([*TRACES.glob("racy/*.srt"), *TRACES.glob("clean/*.srt")])


@pytest.fixture(params=COMMITTED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def trace(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_the_text_is_the_golden_one(trace: Path) -> None:
    result = tool.run(tool.ANALYZER, "analyze", trace.relative_to(TRACES), cwd=TRACES)
    assert result.returncode in (0, 1), result.stderr
    golden = GOLDEN / f"{trace.parent.name}-{trace.stem}.txt"
    if os.environ.get("STALEREAD_GOLDEN") == "write":
        golden.write_text(result.stdout, encoding="utf-8")
    assert result.stdout == golden.read_text(encoding="utf-8")


def test_it_finds_what_stands_beside_the_program(trace: Path) -> None:
    expected = expectation.load(trace.with_suffix(".expected.yaml"))
    wrong = expectation.differences(expected, tool.analyze(trace))
    assert not wrong, "\n".join(["", *wrong])


def test_it_names_no_machine(trace: Path) -> None:
    (meta, *_) = (
        frame for frame in trace_frames.frames(trace.read_bytes()) if frame.kind == trace_frames.META
    )
    facts = trace_frames.pairs(meta.inflated())
    assert facts["root"] == "/srv/app"
    assert not any(text.count("/") > 2 for text in facts.values())
