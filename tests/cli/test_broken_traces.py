"""The files under traces/broken: what is wrong is said, what is whole is read."""

from __future__ import annotations

from typing import Any

import pytest
import tool
import yaml

BROKEN = tool.ROOT / "traces" / "broken"
ROWS: list[dict[str, Any]] = yaml.safe_load((BROKEN / "expected.yaml").read_text(encoding="utf-8"))


@pytest.fixture(params=ROWS, ids=lambda row: row["file"])
def row(request: pytest.FixtureRequest) -> dict[str, Any]:
    described: dict[str, Any] = request.param
    return described


def test_it_is_judged_as_described(row: dict[str, Any]) -> None:
    result = tool.run(tool.ANALYZER, "analyze", row["file"], cwd=BROKEN)
    assert result.returncode == row["status"], result.stderr
    if "says" in row:
        assert result.stderr == f"staleread: {row['file']}: {row['says']}\n"
        assert result.stdout == ""
    else:
        (facts,) = tool.analyze(BROKEN / row["file"])["traces"]
        assert {name: facts[name] for name in ("complete", "damaged_frames", "events")} == {
            name: row[name] for name in ("complete", "damaged_frames", "events")
        }


@pytest.mark.parametrize("command", ["dump", "info"])
def test_other_commands_survive_it(row: dict[str, Any], command: str) -> None:
    result = tool.run(tool.ANALYZER, command, row["file"], cwd=BROKEN)
    assert result.returncode == (2 if row["status"] == 2 else 0), result.stderr


def test_every_file_is_described() -> None:
    assert {path.name for path in BROKEN.glob("*.srt")} == {row["file"] for row in ROWS}
