"""Every command in README.md is run, in a copy of the checkout, and prints what the page shows.

A fenced `console` block is a session: lines with `$ ` are typed, the others are what is shown. `...` stands for
anything, also for whole lines. A command without shown lines prints nothing. Blocks share one shell.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import tool

README = tool.ROOT / "README.md"
SECONDS_MAX = 240
MARK = "=-= command {} =-="
NOT_COPIED = shutil.ignore_patterns("build", ".git", ".venv", "__pycache__", ".*_cache", ".hypothesis")

Command = tuple[str, list[str]]


def commands(page: str) -> list[Command]:
    found: list[Command] = []
    for block in re.findall(r"^```console\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def links(page: str) -> list[str]:
    return [link for link in re.findall(r"\]\(([^)]+)\)", page) if "://" not in link]


def session(typed: list[str], folder: Path) -> list[str]:
    """What one shell prints for each of the commands."""
    script = "".join(
        f"{command}\necho; echo '{MARK.format(number)}'\n" for number, command in enumerate(typed)
    )
    environment = {
        name: text for name, text in os.environ.items() if name not in ("PYTHONPATH", "STALEREAD_PROGRAM")
    }
    result = subprocess.run(
        ["bash", "-c", f"exec 2>&1\n{script}"],
        cwd=folder,
        env={**environment, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    printed = re.split(r"\n?=-= command \d+ =-=\n", result.stdout)
    assert len(printed) == len(typed) + 1, result.stdout
    return printed[:-1]


def pattern(shown: list[str]) -> str:
    """The regular expression of the shown lines."""
    lines = [".*" if line == "..." else re.escape(line).replace(re.escape("..."), "[^\n]*") for line in shown]
    expression = "\n".join(lines)
    return expression.replace(".*\n", "(?s:.*\n)?").replace("\n.*", "(?s:\n.*)?")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone as its user has it, with the packages already installed."""
    folder = tmp_path_factory.mktemp("readme") / "staleread"
    shutil.copytree(tool.ROOT, folder, ignore=NOT_COPIED)
    (folder / ".venv").symlink_to(tool.ROOT / ".venv")
    return folder


@pytest.mark.skipif(not (tool.ROOT / ".venv").is_dir(), reason="./dev setup has not run")
def test_every_command_prints_what_the_page_shows(copy: Path) -> None:
    page = commands(README.read_text(encoding="utf-8"))
    assert len(page) >= 5
    printed = session([command for command, _ in page], copy)
    for (command, shown), actual in zip(page, printed, strict=True):
        assert re.fullmatch(pattern(shown), actual.strip("\n")), f"$ {command}\n{actual}"


def test_every_link_leads_somewhere() -> None:
    for page in [README, *tool.ROOT.glob("*/*.md"), *tool.ROOT.glob("*.md")]:
        if "build" in page.parts or ".venv" in page.parts:
            continue
        for link in links(page.read_text(encoding="utf-8")):
            target = page.parent / link.partition("#")[0]
            assert target.exists(), f"{page.relative_to(tool.ROOT)}: {link}"
