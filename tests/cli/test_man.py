"""Manual pages: one for each command, in which tools that check such pages find nothing wrong."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import Program


@pytest.fixture
def pages(staleread: Program) -> dict[str, Path]:
    outcome = staleread("help", "--man-to", ".")
    assert (outcome.status, outcome.out, outcome.err) == (0, "", "")
    return {path.stem: path for path in staleread.folder.glob("*.1")}


def commands(staleread: Program) -> list[str]:
    return re.findall(r"^  (\w+) +\w", staleread("help").out, re.MULTILINE)


def words(text: str) -> str:
    return " ".join(text.split())


def test_every_command_has_its_page(staleread: Program, pages: dict[str, Path]) -> None:
    assert set(pages) == {"staleread", *(f"staleread-{command}" for command in commands(staleread))}
    for name, path in pages.items():
        command = name.removeprefix("staleread").removeprefix("-")
        assert staleread("help", "--man", *filter(None, [command])).out == path.read_text()


@pytest.mark.skipif(shutil.which("mandoc") is None, reason="no mandoc here")
def test_mandoc_finds_nothing_wrong(pages: dict[str, Path]) -> None:
    done = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "warning", *pages.values()],
        capture_output=True,
        text=True,
        check=False,
    )
    # There is no date, because the same program is to write the same pages.
    assert [line for line in done.stdout.splitlines() if "missing date" not in line] == []
    assert done.stderr == ""


@pytest.mark.skipif(shutil.which("mandoc") is None, reason="no mandoc here")
def test_a_page_says_what_help_says(staleread: Program, pages: dict[str, Path]) -> None:
    for command in commands(staleread):
        page = pages[f"staleread-{command}"]
        shown = subprocess.run(
            ["mandoc", "-T", "utf8", "-O", "width=200", page], capture_output=True, text=True, check=True
        ).stdout
        plain = words(re.sub(".\b", "", shown))
        told = staleread("help", command).out.replace("`", "")
        head, options = told.split("\nOptions:\n")
        _, details = head.split("\n\n", 1)
        assert words(details) in plain
        for option in re.split(r"\n  (?=[ -])(?! {20})", options):
            assert words(option) in plain


@pytest.mark.skipif(shutil.which("man") is None, reason="no man here")
def test_man_has_no_warnings(pages: dict[str, Path]) -> None:
    for path in pages.values():
        done = subprocess.run(
            ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", path],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")


def test_a_folder_that_is_not_there(staleread: Program) -> None:
    outcome = staleread("help", "--man-to", "nowhere")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == "staleread: nowhere/staleread.1: cannot be written: No such file or directory\n"
