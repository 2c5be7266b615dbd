"""Two runs, or two reports: what differs, and where the schedules part.

STALEREAD_GOLDEN=write pytest tests/cli/test_diff.py      writes the texts anew
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import referencing
from conftest import ROOT, Program
from reports import Trace, finding, report
from scene import Scene
from test_baseline import other_trace
from test_markdown import page_of
from test_report_schema import SCHEMA, racy_trace

GOLDEN = Path(__file__).resolve().parent / "golden"
TRACES = ROOT / "traces"
REGISTRY: Any = referencing.Registry().with_resource(
    "report.schema.json", referencing.Resource.from_contents(SCHEMA)
)
VALIDATOR = jsonschema.Draft202012Validator(
    json.loads((ROOT / "formats" / "diff.schema.json").read_text()), registry=REGISTRY
)


def diff(staleread: Program, one: str | Path, other: str | Path, *options: str) -> tuple[int, dict[str, Any]]:
    outcome = staleread("diff", one, other, "--format", "json", *options)
    assert outcome.err == ""
    found: dict[str, Any] = json.loads(outcome.out)
    VALIDATOR.validate(found)
    return outcome.status, found


# ---- findings ----


def write_report(folder: Path, name: str, *findings: dict[str, Any]) -> str:
    (folder / name).write_text(json.dumps(report([Trace(1, "a", 1)], list(findings))))
    return name


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["id"][-1] for row in rows]


def test_reports(staleread: Program) -> None:
    folder = staleread.folder
    before = write_report(
        folder,
        "before.json",
        finding(1, "observed", "high", {0: 1}),
        finding(2, "observed", "high", {0: 2}),
        finding(3, "predicted", "medium", {0: 3}),
        finding(4, "predicted", "low", {0: 4}),
        finding(5, "predicted", "low", {0: 5}),
        finding(6, "predicted", "low", {0: 6}),
    )
    after = write_report(
        folder,
        "after.json",
        finding(7, "observed", "high", {0: 7}),
        finding(2, "observed", "high", {0: 2}),
        finding(3, "observed", "medium", {0: 30}),
        finding(4, "predicted", "high", {0: 4}),
        finding(6, "predicted", "low", {0: 7}),
        finding(8, "predicted", "low", {0: 8}),
    )
    status, found = diff(staleread, before, after)
    assert status == 1
    assert (ids(found["new"]), ids(found["gone"])) == (["7"], ["1"])
    assert [row["after"]["id"][-1] for row in found["changed"]] == ["3", "4"]
    assert found["summary"] == {"new": 1, "gone": 1, "changed": 2, "same": 1}
    assert found["schedules"] is None
    status, found = diff(staleread, before, after, "--confidence", "low")
    assert (ids(found["new"]), ids(found["gone"])) == (["7", "8"], ["1", "5"])
    assert diff(staleread, after, after)[0] == 0
    text = staleread("diff", before, after).out
    assert "    predicted → observed, 3 times → 30 times\n" in text
    assert "    low → high\n" in text
    assert text.endswith("\nFindings: 1 new, 1 gone, 2 changed, 1 the same.\n")


def test_a_trace_and_a_report(staleread: Program) -> None:
    racy_trace(staleread.folder)
    other_trace(staleread.folder)
    staleread("analyze", "scene.srt", "--format", "json", "-o", "scene.json")
    status, found = diff(staleread, "scene.json", "scene.srt")
    assert (status, found["summary"]) == (0, {"new": 0, "gone": 0, "changed": 0, "same": 1})
    assert staleread("diff", "scene.srt", "scene.json").out == "Both have the same finding.\n"
    status, found = diff(staleread, "other.srt", "scene.json")
    assert (status, found["summary"]) == (1, {"new": 1, "gone": 1, "changed": 0, "same": 0})


def test_rules_let_stand(staleread: Program) -> None:
    racy_trace(staleread.folder)
    other_trace(staleread.folder)
    staleread("analyze", "scene.srt", "--format", "json", "-o", "scene.json")
    (staleread.folder / "rules.yaml").write_text("version: 1\nsuppress:\n- cell: '*.x'\n  reason: known\n")
    status, found = diff(staleread, "other.srt", "scene.srt", "--rules", "rules.yaml")
    assert (status, found["summary"]["new"]) == (1, 0)
    assert diff(staleread, "other.srt", "scene.json", "--rules", "rules.yaml")[1]["summary"]["new"] == 0


@pytest.mark.parametrize("words", [("nowhere.srt", "scene.srt"), ("scene.srt", "x.json"), ("-", "scene.srt")])
def test_what_cannot_be_read(staleread: Program, words: tuple[str, str]) -> None:
    racy_trace(staleread.folder)
    (staleread.folder / "x.json").write_text("{}")
    outcome = staleread("diff", *words)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith(f"staleread: {next(word for word in words if word != 'scene.srt')}: ")


# ---- schedules ----


def write_scene(folder: Path, name: str, steps: list[int], *, tasks: int = 6) -> str:
    """Tasks that each run as often as they come; they have other numbers in each trace."""
    scene = Scene()
    made = [scene.task(f"task{number}") for number in range(tasks)]
    for number in steps:
        with scene.step(made[number]):
            scene.pause()
    (folder / name).write_bytes(scene.bytes())
    return name


@pytest.mark.parametrize("seed", range(12))
def test_a_step_that_was_moved(staleread: Program, seed: int) -> None:
    """Two steps change places somewhere: that is where they part."""
    chance = random.Random(seed)
    steps = [chance.randrange(6) for _ in range(chance.choice([8, 60, 700]))]
    at = chance.choice([i for i in range(len(steps) - 1) if steps[i] != steps[i + 1]])
    moved = [*steps[:at], steps[at + 1], steps[at], *steps[at + 2 :]]
    good, bad = write_scene(staleread.folder, "a.srt", steps), write_scene(staleread.folder, "b.srt", moved)
    status, found = diff(staleread, good, bad)
    parted = found["schedules"]["parted"]
    assert (status, parted["common_steps"], found["schedules"]["common_steps"]) == (1, at, at)
    assert [step["actor"] for step in parted["last_in_common"]] == [
        f"task{n}" for n in steps[max(0, at - 3) : at]
    ]
    for side, order in (("from", steps), ("to", moved)):
        told = parted[side]["steps"]
        assert [step["actor"] for step in told] == [f"task{n}" for n in order[at : at + 5]]
        for step, index in zip(told, range(at, at + 5), strict=False):
            assert step["starts"] == (order[index] not in order[:index])
            assert (step["file"], step["function"]) == ("scene.py", step["actor"])
            if not step["starts"]:
                assert (step["line"], step["source"]) == (2, f"{step['actor']}:2")
    assert diff(staleread, good, good)[0] == diff(staleread, bad, bad)[0] == 0


def test_one_run_is_longer(staleread: Program) -> None:
    short = write_scene(staleread.folder, "short.srt", [0, 1, 0])
    long = write_scene(staleread.folder, "long.srt", [0, 1, 0, 2, 3, 2, 3, 2, 3, 2])
    for words, ends in (((short, long), "from"), ((long, short), "to")):
        status, found = diff(staleread, *words)
        parted = found["schedules"]["parted"]
        assert (status, parted["common_steps"], parted[ends]) == (1, 3, {"steps": [], "cut": False})
    assert "  nothing ran any more\n" in staleread("diff", short, long).out


def test_one_trace_is_cut(staleread: Program) -> None:
    """What is missing is no difference."""
    racy_trace(staleread.folder)
    whole = (staleread.folder / "scene.srt").read_bytes()
    (staleread.folder / "cut.srt").write_bytes(whole[:-20])
    outcome = staleread("diff", "cut.srt", "scene.srt")
    assert outcome.status == 0
    assert "The schedules are the same: 3 steps in the same order." in outcome.out
    assert outcome.out.startswith("`cut.srt` is incomplete: the recording did not end.")
    markdown = staleread("diff", "cut.srt", "scene.srt", "--format", "markdown").out
    assert "**Mind:**\n\n- `cut.srt` is incomplete" in markdown
    told = json.loads(staleread("diff", "cut.srt", "scene.srt", "--format", "json").out)["traces"]
    assert [row["complete"] for side in ("from", "to") for row in told[side]] == [False, True]
    scene = Scene()
    task = scene.task("task0")
    with scene.step(task):
        scene.pause()
    scene.say("lost", events=7)
    with scene.step(task):
        scene.pause()
    (staleread.folder / "lost.srt").write_bytes(scene.bytes())
    long = write_scene(staleread.folder, "long.srt", [0, 0, 0])
    outcome = staleread("diff", "lost.srt", long)
    assert outcome.status == 0
    assert "The schedules are the same up to where one of the traces ends: 1 step in" in outcome.out


def test_loops_of_threads_are_each_compared_for_themselves(staleread: Program) -> None:
    """How threads run beside each other is no difference."""

    def write(name: str, order: str, last: int = 0) -> str:
        scene = Scene()
        scene.say("loop", loop=1, string=scene.string("Loop"))
        tasks = [scene.task("one"), scene.task("other")]
        thread = scene.actor("thread", kind=3, loop=0)
        with scene.on_thread(1, thread):
            scene.say("loop", loop=2, string=scene.string("Loop"))
            there = [scene.task("there", loop=2), scene.task("elsewhere", loop=2)]
        for letter in order:
            if letter == "h":
                with scene.step(tasks[0]):
                    scene.pause()
            else:
                with scene.on_thread(1), scene.step(there[0]):
                    scene.pause()
        with scene.on_thread(1), scene.step(there[last]):
            scene.pause()
        (staleread.folder / name).write_bytes(scene.bytes())
        return name

    one, other = write("one.srt", "hhhttt"), write("other.srt", "ththth")
    status, found = diff(staleread, one, other)
    assert (status, found["schedules"]) == (0, {"common_steps": 7, "parted": None})
    status, found = diff(staleread, one, write("third.srt", "thhtht", last=1))
    parted = found["schedules"]["parted"]
    assert (status, parted["common_steps"], parted["to"]["steps"][0]["actor"]) == (1, 3, "elsewhere")


PROGRAM = """
import asyncio, sys

class Till:
    def __init__(self):
        self.sold = 0

async def sell(till, delay):
    for _ in range(3):
        sold = till.sold
        await asyncio.sleep(delay)
        till.sold = sold + 1

async def main():
    till = Till()
    delays = [0, 0, 0.02, 0] if "slow" in sys.argv else [0, 0, 0, 0]
    await asyncio.gather(*(sell(till, delay) for delay in delays))

asyncio.run(main())
"""


def test_recorded_runs(staleread: Program) -> None:
    """A good run twice, and one in which a task is slower."""
    folder = staleread.folder
    (folder / "till.py").write_text(PROGRAM)
    record(folder, "good")
    record(folder, "again")
    record(folder, "bad", "slow")
    status, found = diff(staleread, "good.srt", "again.srt")
    assert (status, found["schedules"]["parted"]) == (0, None)
    assert found["schedules"]["common_steps"] > 15
    status, found = diff(staleread, "good.srt", "bad.srt")
    parted = found["schedules"]["parted"]
    assert (status, parted["common_steps"]) == (1, 7)
    good, bad = parted["from"]["steps"][0], parted["to"]["steps"][0]
    assert (good["actor"], bad["actor"]) == ("Task-4", "Task-5")
    for step in (good, bad):
        assert (step["file"], step["line"], step["starts"]) == ("till.py", 11, False)
        assert step["source"] == "await asyncio.sleep(delay)"


def record(folder: Path, name: str, *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "staleread", "record", "-o", f"{name}.srt", "till.py", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT / "pyagent")},
        stderr=subprocess.PIPE,
        check=True,
    )


# ---- as people see it ----


@pytest.mark.parametrize("format", ["text", "markdown", "json"])
def test_golden(staleread: Program, format: str) -> None:
    """The program of a race and its twin with the lock."""
    for kind in ("racy", "clean"):
        (staleread.folder / f"{kind}.srt").symlink_to(TRACES / kind / "cas_loop.srt")
    outcome = staleread("diff", "clean.srt", "racy.srt", "--format", format)
    assert (outcome.status, outcome.err) == (1, "")
    golden = GOLDEN / f"diff-cas_loop.{ {'text': 'txt', 'markdown': 'md', 'json': 'json'}[format] }"
    if os.environ.get("STALEREAD_GOLDEN") == "write":
        golden.write_text(outcome.out)
    assert outcome.out == golden.read_text()
    if format == "text":
        brief = staleread("diff", "clean.srt", "racy.srt", "--quiet").out.splitlines()
        assert [line for line in brief if line] == [
            "New in `racy.srt`",
            "  " + staleread("analyze", "racy.srt", "--quiet").out.splitlines()[0],
            "The schedules part after 7 steps in common.",
            outcome.out.splitlines()[-1],
        ]
    if format == "markdown":
        assert "New in `racy.srt`" in page_of(outcome.out).headings()


def test_markdown_is_no_longer_than_github_takes(staleread: Program) -> None:
    """However much is new, gone and changed."""
    found = [finding(number, "observed", "high", {0: 1}) for number in range(3000)]
    more = [finding(number, "observed", "high", {0: 2}) for number in range(1000, 4000)]
    write_report(staleread.folder, "a.json", *found)
    write_report(staleread.folder, "b.json", *more)
    outcome = staleread("diff", "a.json", "b.json", "--format", "markdown")
    assert outcome.status == 1
    page = page_of(outcome.out)
    assert page.headings()[1:] == ["New in `b.json`", "Gone, only in `a.json`", "Changed"]
    assert "Findings: 1,000 new, 1,000 gone, 2,000 changed, 0 the same." in outcome.out
    for all_of_it, part in zip((1000, 1000, 2000), outcome.out.split("### ")[1:], strict=True):
        (rest,) = re.findall(r"^- and ([\d,]+) more$", part, re.MULTILINE)
        assert part.count("`SR-") + int(rest.replace(",", "")) == all_of_it


def test_nothing_raw(staleread: Program) -> None:
    """Names that mean harm come out harmless."""
    for name, first in (("a.srt", 0), ("b.srt", 1)):
        scene = Scene()
        tasks = [scene.task("\x1b[31m<b>|`x`"), scene.task("other")]
        for number in (first, 1 - first):
            with scene.step(tasks[number]):
                scene.pause()
        (staleread.folder / name).write_bytes(scene.bytes())
    for format in ("text", "markdown", "json"):
        out = staleread("diff", "a.srt", "b.srt", "--format", format).out
        assert "\x1b" not in out
        assert "[31m<b>|" in out
    for line in staleread("diff", "a.srt", "b.srt", "--format", "markdown").out.splitlines():
        assert line.count("`") % 2 == 0
        assert "<b>" not in "".join(line.split("`")[::2])
