"""Whichever library inflates: the same events come out, and the same damage is seen.

In: traces, whole and damaged. Out: whether the program with zlib says what the one with libdeflate says.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import small_trace
import tool

WITH_ZLIB = tool.ANALYZER.parent / "tests" / "unit" / "staleread_zlib"

pytestmark = pytest.mark.skipif(not WITH_ZLIB.exists(), reason="the build has nothing but zlib, or no tests")


def said(program: Path, trace: Path) -> tuple[int, str, str]:
    result = tool.run(program, "dump", trace)
    return result.returncode, result.stdout, result.stderr


def test_each_is_what_it_says() -> None:
    assert "inflates by zlib" in tool.run(WITH_ZLIB, "version").stdout
    assert "inflates by libdeflate" in tool.run(tool.ANALYZER, "version").stdout


@pytest.mark.parametrize("seed", range(8))
def test_both_say_the_same(tmp_path: Path, seed: int) -> None:
    content = bytearray(small_trace.writer().bytes())
    chance = random.Random(seed)
    for _ in range(seed):
        content[chance.randrange(32, len(content))] ^= 1 << chance.randrange(8)
    trace = tmp_path / "t.srt"
    trace.write_bytes(content)
    assert said(WITH_ZLIB, trace) == said(tool.ANALYZER, trace)
