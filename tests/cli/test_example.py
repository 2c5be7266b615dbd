"""formats/example.md is a real file: its bytes are put together, read, dumped and analyzed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tool

PAGE = tool.ROOT / "formats" / "example.md"
ROW = re.compile(r"^([0-9a-f]{4})  ((?:[0-9a-f]{2} )*[0-9a-f]{2})(?:  |$)", re.MULTILINE)


@pytest.fixture
def example(tmp_path: Path) -> Path:
    content = bytearray()
    for offset, row in ROW.findall(PAGE.read_text(encoding="utf-8")):
        assert int(offset, 16) == len(content), f"the row {offset} does not follow the one before"
        content += bytes.fromhex(row)
    path = tmp_path / "example.srt"
    path.write_bytes(content)
    return path


def test_it_is_a_whole_trace(example: Path) -> None:
    (facts,) = tool.analyze(example)["traces"]
    assert facts["complete"]
    assert facts["damaged_frames"] == 0


def test_its_dump_is_the_one_in_the_page(example: Path) -> None:
    result = tool.run(tool.ANALYZER, "dump", example)
    assert result.returncode == 0, result.stderr
    assert f"```\n{result.stdout}```\n" in PAGE.read_text(encoding="utf-8")


def test_the_lost_update_is_found(example: Path) -> None:
    (finding,) = tool.analyze(example)["findings"]
    assert (finding["kind"], finding["status"], finding["cell"]["text"]) == (
        "lost-update",
        "observed",
        "Counter.value",
    )
    assert [finding[place]["line"] for place in ("first", "window", "other", "last")] == [6, 7, 8, 8]
    assert [finding[place]["actor"] for place in ("first", "other", "last")] == ["B", "A", "B"]
