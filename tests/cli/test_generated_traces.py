"""The traces that the benchmark generates: good ones, the same each time, with nothing to find but what was put there.

In: seeds. Out: whether `info` and `analyze` take them for what they are.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import tool

GENERATE = tool.ANALYZER.parent / "tests" / "bench" / "generate"
EVENTS = 20_000

pytestmark = pytest.mark.skipif(not GENERATE.exists(), reason="the generator was not built")


def generated(
    folder: Path, kind: str, form: str, *, size: int = EVENTS, calls: int = 1, seed: int = 1
) -> Path:
    path = folder / f"{kind}-{form}-{calls}-{seed}"
    result = tool.run(GENERATE, kind, form, str(size), str(calls), str(seed), path)
    assert result.returncode == 0, result.stderr
    return path


@pytest.mark.parametrize(("kind", "form"), [("mixed", "trace"), ("forgotten", "trace"), ("mixed", "std")])
def test_a_seed_gives_the_same_bytes(tmp_path: Path, kind: str, form: str) -> None:
    first = generated(tmp_path, kind, form).read_bytes()
    assert generated(tmp_path, kind, form).read_bytes() == first
    assert generated(tmp_path, kind, form, seed=2).read_bytes() != first


@pytest.mark.parametrize(
    ("kind", "size"), [("mixed", EVENTS), ("short", EVENTS), ("forgotten", EVENTS), ("cells", EVENTS // 10)]
)
def test_a_generated_trace_is_whole(tmp_path: Path, kind: str, size: int) -> None:
    report = tool.analyze(generated(tmp_path, kind, "trace", size=size))
    (trace,) = report["traces"]
    assert trace["complete"]
    assert trace["events"] >= EVENTS


def test_what_races_is_found_and_nothing_else(tmp_path: Path) -> None:
    mixed = tool.analyze(generated(tmp_path, "mixed", "trace", calls=40, size=5 * EVENTS))
    readers = {finding["first"]["function"] for finding in mixed["findings"]}
    assert readers == {"part00.Service.move_at_once", "part01.Service.move_at_once"}
    for kind in ("short", "forgotten"):
        assert tool.analyze(generated(tmp_path, kind, "trace"))["findings"] == []


def test_threads_fork_before_they_do_anything_and_hold_locks_alone(tmp_path: Path) -> None:
    known: set[str] = {"T1"}
    holders: dict[str, str] = {}
    for line in generated(tmp_path, "mixed", "std").read_text().splitlines():
        thread, operation, _ = line.split("|")
        name, operand = operation.rstrip(")").split("(")
        assert thread in known
        if name == "fork":
            known.add(operand)
        elif name == "acq":
            assert holders.setdefault(operand, thread) == thread
        elif name == "rel":
            assert holders.pop(operand) == thread
        else:
            assert name in ("r", "w", "join")
