"""Annotations of GitHub Actions, read as its runner reads workflow commands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT, Program
from test_report_schema import GOLDEN, racy_trace

RACY = ROOT / "traces" / "racy"


@dataclass(frozen=True)
class Annotation:
    level: str
    properties: dict[str, str]
    message: str


def unescaped(text: str, *, is_property: bool) -> str:
    for escape, character in (
        ("%0D", "\r"),
        ("%0A", "\n"),
        *((("%3A", ":"), ("%2C", ",")) if is_property else ()),
    ):
        text = text.replace(escape, character)
    return text.replace("%25", "%")


def annotation(line: str) -> Annotation:
    """One line of a log; it is a command, and none but this one."""
    assert line.startswith("::")
    head, separator, message = line[2:].partition("::")
    assert separator
    level, _, rest = head.partition(" ")
    properties = [pair.split("=", 1) for pair in rest.split(",") if pair]
    return Annotation(
        level,
        {name: unescaped(value, is_property=True) for name, value in properties},
        unescaped(message, is_property=False),
    )


def annotations(text: str) -> list[Annotation]:
    assert text.endswith("\n")
    found = [annotation(line) for line in text[:-1].split("\n")]
    for one in found:
        assert one.level in ("error", "warning", "notice")
        assert set(one.properties) <= {"file", "line", "col", "endColumn", "title"}
        assert one.properties["title"]
        assert len(one.message) <= 4096
    assert all(count <= 10 for count in Counter(one.level for one in found).values())
    return found


def analyzed(staleread: Program, *words: str | Path, status: int = 1) -> list[Annotation]:
    outcome = staleread("analyze", "--format", "github", *words)
    assert (outcome.status, outcome.err) == (status, "")
    return annotations(outcome.out)


@pytest.mark.parametrize("name", ["full.github", "empty.github"])
def test_golden_reports_are_read(name: str) -> None:
    """The C tests hold the program to these files."""
    annotations((GOLDEN / name).read_text())


def test_a_finding_is_an_annotation(staleread: Program) -> None:
    finding, summary = analyzed(staleread, RACY / "counter.srt")
    assert finding.level == "error"
    assert finding.properties == {
        "file": "counter.py",
        "line": "13",
        "col": "9",
        "endColumn": "19",
        "title": "lost-update · observed · Counter.value",
    }
    assert (RACY / "counter.py").read_text().splitlines()[12][8:18] == "self.value"
    lines = finding.message.split("\n")
    assert lines[1] == "  `Task-3` reads at `counter.py:11`: `value = self.value`"
    assert lines[-1].startswith("SR-")
    assert (summary.level, summary.properties) == ("notice", {"title": "staleread"})


def test_what_could_happen_is_a_warning(staleread: Program) -> None:
    assert analyzed(staleread, RACY / "latent.srt")[0].level == "warning"


def test_that_there_is_nothing_is_told(staleread: Program) -> None:
    (summary,) = analyzed(staleread, ROOT / "traces" / "clean" / "counter.srt", status=0)
    assert summary.message.startswith("No findings.")


def test_ten_of_each_level_and_a_count(staleread: Program) -> None:
    """The worst ones have annotations; how many have none is told."""
    found = analyzed(staleread, "--confidence", "low", *sorted(RACY.glob("*.srt")))
    assert Counter(one.level for one in found)["error"] == 10
    assert found[0].level == "error"
    total = int(found[-1].message.split("\n")[1].split(" ")[0])
    assert found[-1].message.startswith(f"{total - (len(found) - 1)} findings have no annotation")


def test_an_incomplete_trace_is_a_warning(staleread: Program) -> None:
    whole = racy_trace(staleread.folder).read_bytes()
    (staleread.folder / "torn.srt").write_bytes(whole[:-20])
    first, *_ = annotations(staleread("analyze", "--format", "github", "torn.srt").out)
    assert (first.level, first.properties) == ("warning", {"title": "staleread"})
    assert "is incomplete" in first.message


def test_names_are_no_commands(staleread: Program) -> None:
    name = "a%0A::error::b%25\n::error file=x,line=1::c\r, d: ##[error]e"
    racy_trace(staleread.folder, name, "x,line=9::y")
    finding, _ = analyzed(staleread, "scene.srt")
    assert finding.properties["title"] == "lost-update · observed · State.x,line=9::y"
    assert finding.properties["line"] == "3"
    assert name.replace("\n", r"\n").replace("\r", r"\r") in finding.message


def test_files_are_where_the_repository_has_them(staleread: Program) -> None:
    trace = RACY / "counter.srt"  # of /srv/app
    for pair, file in [(".=services/api", "services/api/counter.py"), ("/srv=.", "app/counter.py")]:
        first, *_ = analyzed(staleread, trace, "--path-map", pair)
        assert first.properties["file"] == file
