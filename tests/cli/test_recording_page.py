"""The programs of docs/recording.md are run, and print what the page shows."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import tool
from test_readme import commands, pattern, session

PAGE = tool.ROOT / "docs" / "recording.md"


def files(page: str) -> dict[str, str]:
    """The blocks that begin with the name of a file."""
    blocks = re.findall(r"^```(?:python|yaml)\n(# (\S+)\n.*?)^```", page, re.MULTILINE | re.DOTALL)
    return {name: text for text, name in blocks}


def test_every_program_does_what_the_page_shows(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, text in files(page).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    path = os.pathsep.join([str(tmp_path / "bin"), str(tool.ANALYZER.parent), os.environ["PATH"]])
    typed = commands(page)
    assert len(typed) >= 10
    setting = f"export PYTHONPATH={tool.AGENT} PATH={path}"
    printed = session([setting, *(command for command, _ in typed)], tmp_path)
    for (command, shown), actual in zip(typed, printed[1:], strict=True):
        assert re.fullmatch(pattern(shown), actual.strip("\n")), f"$ {command}\n{actual}"
