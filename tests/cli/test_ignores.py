"""Ignores in the source as `analyze` applies them: scenes whose tables have records of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Program
from scene import AWAIT, PUT, READ, UPDATE, Scene
from test_report_schema import VALIDATOR
from trace_writer import ignore

REACHED, VOID = 1, 2


def scene_with(*ignores: tuple[int, str, str, int], file: str = "scene.py", first: int = 0) -> Scene:
    """One lost update by `one`, whose function has its read on line 1; (line, kinds, reason, flags) of ignores."""
    scene = Scene()
    one, other = scene.task("one"), scene.task("other")
    with scene.step(one):
        scene.read("x", 0)
        scene.pause()
    with scene.step(other):
        scene.put("x", 5)
    with scene.step(one):
        scene.update("x", 1)
    for line, kinds, reason, flags in ignores:
        row = (scene.string(file), line, first or line, line, flags)
        scene.records.append(ignore(*row, scene.string(kinds), scene.string(reason)))
    return scene


def write(folder: Path, name: str, scene: Scene) -> str:
    (folder / name).write_bytes(scene.bytes())
    return name


def report(staleread: Program, *words: str) -> tuple[int, dict[str, Any]]:
    outcome = staleread("analyze", *words, "--format", "json")
    found: dict[str, Any] = json.loads(outcome.out)
    VALIDATOR.validate(found)
    return outcome.status, found


@pytest.mark.parametrize("line", [READ, AWAIT, UPDATE, PUT])
@pytest.mark.parametrize("kinds", ["", "lost-update", "stale-read,lost-update", " lost-update , x"])
def test_it_covers_each_place_of_a_finding(staleread: Program, line: int, kinds: str) -> None:
    trace = write(staleread.folder, "t.srt", scene_with((line, kinds, "why", REACHED)))
    status, found = report(staleread, trace)
    assert (status, found["findings"], found["summary"]["ignored"]) == (0, [], 1)
    assert [(row["line"], row["state"], row["findings"]) for row in found["ignores"]] == [(line, "used", 1)]


@pytest.mark.parametrize(
    ("line", "kinds", "file"), [(9, "", "scene.py"), (READ, "stale-read", "scene.py"), (READ, "", "other.py")]
)
def test_it_covers_nothing_else(staleread: Program, line: int, kinds: str, file: str) -> None:
    trace = write(staleread.folder, "t.srt", scene_with((line, kinds, "why", REACHED), file=file))
    status, found = report(staleread, trace)
    assert (status, len(found["findings"]), found["ignores"][0]["state"]) == (1, 1, "unused")
    assert f"`{file}:{line}`: `ignore" in staleread("analyze", trace).out


def test_it_covers_every_line_of_its_statement(staleread: Program) -> None:
    """The comment may stand far behind: what counts are the lines that the record says."""
    for first, expected in ((READ, 0), (PUT + 1, 1)):
        trace = write(staleread.folder, "t.srt", scene_with((9, "", "why", REACHED), first=first))
        assert report(staleread, trace)[0] == expected


def test_text_and_markdown_count_what_they_do_not_show(staleread: Program) -> None:
    trace = write(staleread.folder, "t.srt", scene_with((READ, "", "why", REACHED)))
    for form in ("text", "markdown"):
        out = staleread("analyze", trace, "--format", form).out
        assert "1 finding is ignored in the source (`# staleread: ignore`)." in out
        assert "matched nothing" not in out and "no reason" not in out


@pytest.mark.parametrize(
    ("flags", "state", "sentence"),
    [
        (
            REACHED,
            "unused",
            "`scene.py:9`: `ignore[lost-update]` matched nothing, though its line ran: it can go.",
        ),
        (0, "not-reached", ""),
        (
            VOID,
            "void",
            "`scene.py:9`: `ignore[lost-update]` covers nothing that is watched: it belongs on the line of the read, "
            "the await or the write, or right above it.",
        ),
    ],
)
def test_one_of_no_use(staleread: Program, flags: int, state: str, sentence: str) -> None:
    trace = write(staleread.folder, "t.srt", scene_with((9, "lost-update", "why", flags)))
    assert report(staleread, trace)[1]["ignores"][0]["state"] == state
    out = " ".join(staleread("analyze", trace).out.split())
    assert sentence in out if sentence else "ignore[" not in out


def test_one_without_a_reason_works_and_is_told(staleread: Program) -> None:
    trace = write(staleread.folder, "t.srt", scene_with((READ, "lost-update", "", REACHED)))
    outcome = staleread("analyze", trace)
    assert outcome.status == 0
    assert "`scene.py:1`: `ignore[lost-update]` gives no reason: say why behind it." in outcome.out


def test_a_misspelt_kind_hides_nothing(staleread: Program) -> None:
    trace = write(staleread.folder, "t.srt", scene_with((READ, "lost-updat,lock\x1b", "why", REACHED)))
    outcome = staleread("analyze", trace)
    assert outcome.status == 1
    assert "`scene.py:1`: there is no kind `lost-updat`; did you mean `lost-update`?" in outcome.out
    assert "`scene.py:1`: there is no kind `lock\\x1b`: `staleread explain` lists them." in outcome.out
    assert report(staleread, trace)[1]["ignores"][0]["unknown_kinds"] == ["lost-updat", "lock\x1b"]


def test_those_of_several_traces_come_together(staleread: Program) -> None:
    """The one that is unused here is used there; the one that did not run here ran there."""
    one = write(staleread.folder, "1.srt", scene_with((READ, "", "why", 0), (9, "", "why", 0)))
    quiet = Scene()
    quiet.records.append(ignore(quiet.string("scene.py"), READ, READ, READ, REACHED, 0, quiet.string("why")))
    quiet.records.append(ignore(quiet.string("scene.py"), 9, 9, 9, REACHED, 0, quiet.string("why")))
    two = write(staleread.folder, "2.srt", quiet)
    for words in ((one, two), (two, one)):
        status, found = report(staleread, *words)
        assert status == 0
        assert [(row["line"], row["state"]) for row in found["ignores"]] == [(1, "used"), (9, "unused")]


def test_a_rule_comes_first_and_both_count_as_used(staleread: Program) -> None:
    trace = write(staleread.folder, "t.srt", scene_with((READ, "", "why", REACHED)))
    (staleread.folder / "rules.yaml").write_text("version: 1\nsuppress: [{kind: lost-update, reason: x}]\n")
    _, found = report(staleread, trace, "--rules", "rules.yaml")
    assert (found["summary"]["suppressed"], found["summary"]["ignored"]) == (1, 0)
    assert found["ignores"][0]["state"] == "used"
    assert found["rules"]["unused_suppressions"] == []


def test_every_kind_of_the_page_is_one(staleread: Program) -> None:
    page = (ROOT / "formats" / "rules.md").read_text()
    row = re.search(r"^\| `kind` \| (.*) \|$", page, re.MULTILINE)
    assert row is not None
    kinds = re.findall(r"`([a-z-]+)`", row[1])
    trace = write(staleread.folder, "t.srt", scene_with((9, ",".join(kinds), "why", 0)))
    _, found = report(staleread, trace)
    assert found["ignores"][0]["unknown_kinds"] == []
    assert kinds == list(found["summary"]["by_kind"])
