"""What a recording did not exercise and could not see reaches the reader of its report."""

from __future__ import annotations

import sys
from pathlib import Path

import tool

PROGRAM = """\
import asyncio
import sys


class Feed:
    def __init__(self):
        self.items = []

    async def fill(self):
        await asyncio.sleep(0)
        self.items.append(1)

    async def close(self):
        await asyncio.sleep(0)
        self.items.clear()


async def main():
    feed = Feed()
    await feed.fill()
    if "all" in sys.argv:
        await feed.close()


asyncio.run(main())
"""
NOTHING_UNSEEN = "- The agent knows of nothing that it did not see."


def report(folder: Path, *words: str) -> list[str]:
    """The last two lines of the report in Markdown, which does not fold them."""
    (folder / "feed.py").write_text(PROGRAM)
    trace = folder / "feed.srt"
    result = tool.run(sys.executable, "-m", "staleread", "record", "-o", trace, "feed.py", *words, cwd=folder)
    assert result.returncode == 0, result.stderr
    return tool.run(tool.ANALYZER, "analyze", trace, "--format", "markdown").stdout.splitlines()[-2:]


def test_what_did_not_run_is_named(tmp_path: Path) -> None:
    assert report(tmp_path) == [
        "- Of 3 watched coroutine functions 1 never ran: `Feed.close`; what did not run was not judged.",
        NOTHING_UNSEEN,
    ]


def test_what_ran_as_a_whole_is_said_to_have(tmp_path: Path) -> None:
    assert report(tmp_path, "all") == [
        "- All 3 watched coroutine functions ran; branches that were not taken were not judged.",
        NOTHING_UNSEEN,
    ]
