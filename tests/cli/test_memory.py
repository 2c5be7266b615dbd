"""`analyze --memory`: a bound that is never met changes nothing, one that is met is kept and told, what is none is refused.

In: a committed trace, ones that write many cells. Out: the report under a bound, compared with the one without.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Program
from scene import Scene
from trace_writer import TraceWriter

COUNTER = ROOT / "traces" / "racy" / "counter.srt"
NOTHING = {"cells": 0, "writes": 0, "windows": 0, "actors": 0}


@pytest.mark.parametrize("size", ["2G", "500M", "1T", "100000000"])
def test_a_bound_that_is_not_met_changes_nothing(staleread: Program, size: str) -> None:
    bounded = staleread("analyze", "--format", "json", "--memory", size, COUNTER)
    assert bounded == staleread("analyze", "--format", "json", COUNTER)
    assert json.loads(bounded.out)["traces"][0]["forgotten"] == NOTHING


@pytest.mark.parametrize("size", ["0", "2X", "-1G", "lots", "", "99999999999999999999"])
def test_what_is_no_size_is_refused(staleread: Program, size: str) -> None:
    outcome = staleread("analyze", f"--memory={size}", COUNTER)
    assert outcome.status == 2
    assert f"`--memory {size}` means nothing; it is like 500M or 2G" in outcome.err


CELLS = 20_000


def crowded(path: Path) -> Path:
    """Two lost updates: of a cell that is written before and after many others, and of one that is written after them."""
    scene = Scene()
    one, other, writer = scene.task("one"), scene.task("other"), scene.task("writer")
    with scene.step(one):
        scene.read("early", 0)
        scene.pause()
    with scene.step(other):
        scene.put("early", 5)
    with scene.step(writer):
        for number in range(CELLS):
            scene.put(f"cell{number}", 1)
    with scene.step(one):
        scene.update("early", 1)
        scene.read("late", 0)
        scene.pause()
    with scene.step(other):
        scene.put("late", 5)
    with scene.step(one):
        scene.update("late", 1)
    path.write_bytes(scene.bytes())
    return path


def found(report: str) -> set[str]:
    return {finding["cell"]["text"] for finding in json.loads(report)["findings"]}


def test_what_was_forgotten_is_told(staleread: Program, tmp_path: Path) -> None:
    trace = crowded(tmp_path / "crowded.srt")
    whole = staleread("analyze", "--format", "json", trace)
    assert found(whole.out) == {"State.early", "State.late"}
    bounded = staleread("analyze", "--format", "json", "--memory", "1M", trace)
    assert found(bounded.out) == {"State.late"}
    assert json.loads(bounded.out)["traces"][0]["forgotten"]["cells"] > CELLS // 2
    assert "To stay within" in staleread("analyze", "--memory", "1M", trace).out
    assert "To stay within" not in staleread("analyze", trace).out


def test_the_same_is_forgotten_each_time(staleread: Program, tmp_path: Path) -> None:
    trace = crowded(tmp_path / "crowded.srt")
    reports = {staleread("analyze", "--format", "json", "--memory", "1M", trace).out for _ in range(3)}
    assert len(reports) == 1


SLOTS, RETIRED, EVENTS_OF_A_FRAME = 1 << 16, 40, 8000


def test_tasks_that_nobody_waited_for_are_told(staleread: Program, tmp_path: Path) -> None:
    """Each wrote a cell that remembers it, so that its slot is used again beyond the horizon only."""
    scene, made = Scene(), TraceWriter()
    for number in range(SLOTS + RETIRED - 1):  # and the thread
        task = scene.task("forgotten")
        with scene.step(task):
            scene.put(f"cell{number}", 1)
            scene.say("finish", actor=task)
    made.tables(scene.records)
    for first in range(0, len(scene.events), EVENTS_OF_A_FRAME):
        made.events(scene.events[first : first + EVENTS_OF_A_FRAME])
    made.end()
    (tmp_path / "many.srt").write_bytes(made.bytes())
    report = json.loads(staleread("analyze", "--format", "json", tmp_path / "many.srt").out)
    assert report["traces"][0]["forgotten"] == {**NOTHING, "actors": RETIRED}
    assert f"Nobody waited for {RETIRED} actors" in staleread("analyze", tmp_path / "many.srt").out


# Under a bound less may be found, and nothing else. Pairs of actors share cells in several ways, right and wrong ones.
# Between their steps many other cells are written.

Step = tuple[str, list[Callable[[], None]]]
"""Who runs, and does what."""

PAIRS, ROUNDS = 30, 4
FINDS = {"lost": True, "late": True, "locked": False, "flagged": False}


def acts(scene: Scene, way: str, cell: str, lock: int, chosen: int) -> list[Step]:
    """What the two do in one round; `other` comes in between."""
    read, update, put = (
        partial(scene.read, cell, 3),
        partial(scene.update, cell, 4),
        partial(scene.put, cell, chosen),
    )
    if way == "lost":
        return [("one", [read, scene.pause]), ("other", [put]), ("one", [update])]
    if way == "late":
        return [("one", [read, scene.pause]), ("one", [update]), ("other", [put])]
    if way == "locked":
        acquire, release = partial(scene.acquire, lock), partial(scene.release, lock)
        return [
            ("one", [acquire, read, scene.pause]),
            ("one", [update, release]),
            ("other", [acquire, put, release]),
        ]
    free, taken = partial(scene.read, f"of {cell}", 0), partial(scene.read, f"of {cell}", 1)
    take, leave = partial(scene.act, f"of {cell}", 1), partial(scene.put, f"of {cell}", 0)
    return [
        ("one", [free, take, read, scene.pause]),
        ("other", [taken, scene.pause]),
        ("one", [update, leave]),
        ("other", [free, take, put, scene.pause]),
        ("other", [leave]),
    ]


def pair(scene: Scene, number: int, choice: random.Random) -> Iterator[Callable[[], None]]:
    way, lock = choice.choice(list(FINDS)), scene.lock()
    actors = {role: scene.task(f"{role}{number}") for role in ("one", "other")}

    def run(actor: int, done: list[Callable[[], None]]) -> None:
        with scene.step(actor):
            for act in done:
                act()

    for _ in range(ROUNDS):
        for role, done in acts(scene, way, f"{way}{number}", lock, choice.randrange(9)):
            yield partial(run, actors[role], done)


def mixture(path: Path, seed: int) -> Path:
    choice, scene, fillers = random.Random(seed), Scene(), 0
    filler = scene.task("filler")
    pairs = [pair(scene, number, choice) for number in range(PAIRS)]
    while pairs:
        turn = choice.choice(pairs)
        step = next(turn, None)
        if step is None:
            pairs.remove(turn)
            continue
        step()
        with scene.step(filler):
            for _ in range(choice.randrange(40)):
                fillers += 1
                scene.put(f"cell{fillers}", 1)
    path.write_bytes(scene.bytes())
    return path


def statuses(trace: dict[str, Any]) -> dict[str, bool]:
    """Whether it was observed, of each."""
    return {finding["id"]: finding["status"] == "observed" for finding in trace["findings"]}


@pytest.mark.parametrize("seed", range(4))
def test_under_a_bound_nothing_else_is_found(staleread: Program, tmp_path: Path, seed: int) -> None:
    trace = mixture(tmp_path / "mixture.srt", seed)
    words = ("analyze", "--format", "json", "--confidence", "low")
    whole = json.loads(staleread(*words, trace).out)
    ways = {finding["cell"]["attribute"].rstrip("0123456789") for finding in whole["findings"]}
    assert ways == {way for way, finds in FINDS.items() if finds}
    all_found, counts = statuses(whole), []
    for size in ("60K", "200K", "500K", "1M"):
        bounded = json.loads(staleread(*words, "--memory", size, trace).out)
        found = statuses(bounded)
        assert found.keys() <= all_found.keys()
        assert all(all_found[each] for each, is_observed in found.items() if is_observed)
        assert bounded["traces"][0]["forgotten"]["cells"] > 0
        counts.append(len(found))
    assert counts[0] < len(all_found)
