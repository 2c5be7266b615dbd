"""Baselines: what an earlier report has is known, and only what is new counts."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from conftest import Program
from scene import Scene
from test_report_schema import VALIDATOR, racy_trace

KNOWN = "1 known finding of `base.json` is not shown (`--known` shows it)."


def other_trace(folder: Path) -> Path:
    """Another lost update than that of `racy_trace`: of another cell."""
    scene = Scene()
    one, other = scene.task("one"), scene.task("other")
    with scene.step(one):
        scene.read("y", 0)
        scene.pause()
    with scene.step(other):
        scene.put("y", 5)
    with scene.step(one):
        scene.update("y", 1)
    path = folder / "other.srt"
    path.write_bytes(scene.bytes())
    return path


@pytest.fixture
def base(staleread: Program) -> Program:
    """A folder with scene.srt, its baseline base.json, and other.srt."""
    racy_trace(staleread.folder)
    other_trace(staleread.folder)
    outcome = staleread("analyze", "scene.srt", "--write-baseline", "base.json")
    assert (outcome.status, outcome.err) == (1, "")
    assert "1 finding:" in outcome.out
    return staleread


def report(staleread: Program, *words: str) -> tuple[int, dict[str, Any]]:
    outcome = staleread("analyze", *words, "--format", "json")
    found: dict[str, Any] = json.loads(outcome.out)
    VALIDATOR.validate(found)
    return outcome.status, found


def test_what_is_written_is_the_json_report(base: Program) -> None:
    _, expected = report(base, "scene.srt")
    assert json.loads((base.folder / "base.json").read_text()) == expected


def test_what_is_known_does_not_count(base: Program) -> None:
    outcome = base("analyze", "scene.srt", "--baseline", "base.json")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.endswith("No new findings.\n")
    assert KNOWN in outcome.out
    markdown = base("analyze", "scene.srt", "--baseline", "base.json", "--format", "markdown").out
    assert f"- {KNOWN}" in markdown and "### lost-update" not in markdown


def test_it_is_shown_when_asked_for(base: Program) -> None:
    outcome = base("analyze", "scene.srt", "--baseline", "base.json", "--known")
    assert outcome.status == 0
    assert "Known: `base.json` has it." in outcome.out
    assert "1 finding: 1 lost-update" in outcome.out


def test_what_is_new_comes_first_and_counts(base: Program) -> None:
    status, found = report(base, "scene.srt", "other.srt", "--baseline", "base.json")
    assert status == 1
    assert [(row["cell"]["attribute"], row["baseline"]) for row in found["findings"]] == [
        ("y", "new"),
        ("x", "known"),
    ]
    assert (found["summary"]["findings"], found["summary"]["known"]) == (2, 1)
    assert found["baseline"] == {"path": "base.json", "findings": 1, "gone": []}
    text = base("analyze", "scene.srt", "other.srt", "--baseline", "base.json").out
    assert "State.y" in text and "State.x" not in text
    assert "1 new finding: 1 lost-update; 1 observed." in text


def test_the_list_is_cut_behind_what_is_new(base: Program) -> None:
    (base.folder / "rules.yaml").write_text("version: 1\nthresholds: {max-findings: 1}\n")
    words = ("scene.srt", "other.srt", "--rules", "rules.yaml", "--baseline", "base.json")
    _, found = report(base, *words)
    assert [row["baseline"] for row in found["findings"]] == ["new"]
    base("analyze", *words, "--write-baseline", "all.json")
    assert len(json.loads((base.folder / "all.json").read_text())["findings"]) == 2


def test_without_a_baseline_nothing_is_said(base: Program) -> None:
    _, found = report(base, "scene.srt")
    assert (found["baseline"], found["findings"][0]["baseline"], found["summary"]["known"]) == (None, None, 0)
    assert "known finding" not in base("analyze", "scene.srt").out


def test_what_does_not_occur_any_more_is_told(base: Program) -> None:
    outcome = base("analyze", "other.srt", "--baseline", "base.json")
    assert outcome.status == 1
    assert "1 finding of `base.json` did not occur in this run." in outcome.out
    _, found = report(base, "other.srt", "--baseline", "base.json")
    (known,) = json.loads((base.folder / "base.json").read_text())["findings"]
    assert found["baseline"]["gone"] == [known["id"]]


def test_what_is_suppressed_occurs_all_the_same(base: Program) -> None:
    (base.folder / "rules.yaml").write_text("version: 1\nsuppress: [{cell: State.x, reason: known}]\n")
    outcome = base("analyze", "scene.srt", "--rules", "rules.yaml", "--baseline", "base.json")
    assert outcome.status == 0
    assert "did not occur" not in outcome.out


def test_a_baseline_may_go_over_the_old_one(base: Program) -> None:
    """And keeps what was known, so that it can be done every night."""
    words = ("scene.srt", "other.srt", "--baseline", "base.json", "--write-baseline", "base.json")
    assert base("analyze", *words).status == 1
    assert base("analyze", *words).status == 0
    assert sorted(path.name for path in base.folder.iterdir()) == ["base.json", "other.srt", "scene.srt"]


def test_a_baseline_of_no_findings(staleread: Program) -> None:
    racy_trace(staleread.folder)
    (staleread.folder / "base.json").write_text('{"schema": "staleread-report/1", "findings": []}')
    outcome = staleread("analyze", "scene.srt", "--baseline", "base.json")
    assert outcome.status == 1
    assert "1 new finding:" in outcome.out


WHAT_TO_DO = "`staleread analyze --write-baseline FILE` writes a baseline"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", f"no JSON, from byte 0 on; {WHAT_TO_DO}"),
        ('{"schema": "staleread-report/1", "find', f"no JSON, from byte 34 on; {WHAT_TO_DO}"),
        ("{}", f"JSON, but no report of staleread; {WHAT_TO_DO}"),
        (
            '{"schema": "staleread-report/2", "findings": []}',
            "its schema `staleread-report/2` is newer than this program, which knows staleread-report/1: use the "
            "staleread that wrote it, or write it anew with --write-baseline",
        ),
        (
            '{"schema": "staleread-report/1", "findings": [{"id": "\x1b[1m"}]}',
            f"finding 1 has no id; {WHAT_TO_DO}",
        ),
        ("[" * 100_000, f"no report of staleread: nested too deep at byte 32; {WHAT_TO_DO}"),
    ],
)
def test_a_wrong_baseline_is_an_error(base: Program, content: str, sentence: str) -> None:
    (base.folder / "base.json").write_text(content)
    outcome = base("analyze", "scene.srt", "--baseline", "base.json")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == f"staleread: base.json: {sentence}\n"


def test_a_baseline_that_is_not_there(base: Program) -> None:
    outcome = base("analyze", "scene.srt", "--baseline", "none.json")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == f"staleread: none.json: there is no such baseline; {WHAT_TO_DO}\n"


@pytest.mark.parametrize("target", ["no/where.json", "."])
def test_a_baseline_that_cannot_be_written(base: Program, target: str) -> None:
    outcome = base("analyze", "scene.srt", "--write-baseline", target)
    assert outcome.status == 2
    assert outcome.err.startswith(f"staleread: {target}: cannot be written: ")
    assert "lost-update" in outcome.out


def test_half_a_baseline_is_none(base: Program) -> None:
    before = (base.folder / "base.json").read_bytes()
    outcome = base("analyze", "missing.srt", "other.srt", "--write-baseline", "base.json")
    assert outcome.status == 2
    assert (
        "staleread: base.json: not written, because not every trace could be read" in outcome.err.splitlines()
    )
    assert (base.folder / "base.json").read_bytes() == before


def test_what_is_read_is_not_written_over(base: Program) -> None:
    (base.folder / "rules.yaml").write_text("version: 1\n")
    for words in (
        ("--write-baseline", "scene.srt"),
        ("--write-baseline", "rules.yaml", "--rules", "rules.yaml"),
        ("-o", "base.json", "--baseline", "base.json"),
        ("-o", "same.json", "--write-baseline", "same.json"),
    ):
        before = {path: path.read_bytes() for path in base.folder.iterdir()}
        outcome = base("analyze", "scene.srt", *words)
        assert (outcome.status, outcome.out) == (2, "")
        assert {path: path.read_bytes() for path in base.folder.iterdir()} == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_told(base: Program) -> None:
    outcome = base("analyze", "scene.srt", "--write-baseline", "/dev/full")
    assert outcome.status == 2
    assert outcome.err == "staleread: /dev/full: cannot be written: No space left on device\n"


def test_a_link_stays_one(base: Program) -> None:
    os.rename(base.folder / "base.json", base.folder / "real.json")
    (base.folder / "base.json").symlink_to("real.json")
    base("analyze", "other.srt", "--write-baseline", "base.json")
    assert (base.folder / "base.json").is_symlink()
    assert '"y"' in (base.folder / "real.json").read_text()
