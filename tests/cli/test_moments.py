"""What follows no window: coroutines that nobody awaits, steps that block their loop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scene import AWAIT, READ, Scene
from trace_writer import function

COROUTINE, EXCEPTION, PENDING = 1, 2, 3
IS_COROUTINE = 1


def place(finding: dict[str, Any], name: str) -> tuple[str | None, int | None]:
    return finding[name]["function"], finding[name]["line"]


# Nobody awaits


def abandon(scene: Scene, what: int, maker: str | None, coroutine: str, task: int = 0) -> None:
    scene.say(
        "abandoned",
        what=what,
        function=0 if maker is None else scene.function(maker),
        line=0 if maker is None else READ,
        string=0 if maker is None else scene.string("self.check(pair)"),
        coroutine=scene.string(coroutine),
        actor=task,
    )


def coroutine_function(scene: Scene, name: str, line: int) -> None:
    row = len(scene.functions) + 1
    scene.functions[name] = row
    scene.records.append(
        function(row, scene.string(name), scene.string("scene.py"), line=line, flags=IS_COROUTINE)
    )


def test_a_coroutine_that_nobody_awaits(tmp_path: Path) -> None:
    scene = Scene()
    coroutine_function(scene, "Storage.check", 40)
    one = scene.task("one")
    for _ in range(3):
        with scene.step(one):
            abandon(scene, COROUTINE, "one", "Storage.check")
    assert scene.findings(tmp_path) == [("never-awaited", "observed", "high", 3)]
    (found,) = scene.found
    assert found["form"] == "dropped-coroutine"
    assert (found["cell"]["owner"], found["cell"]["attribute"]) == ("Storage", "check")
    assert (place(found, "first"), place(found, "last")) == (("Storage.check", 40), ("one", READ))
    assert found["last"]["source"] == "self.check(pair)"
    assert (found["other"]["line"], found["window"]) == (None, None)
    assert (found["advice"]["primitive"], found["advice"]["to_line"]) == ("await", READ)


def test_each_place_is_a_finding_of_its_own(tmp_path: Path) -> None:
    scene = Scene()
    for name in ("one", "other"):
        task = scene.task(name)
        with scene.step(task):
            abandon(scene, COROUTINE, name, "Storage.check")
    assert len(scene.findings(tmp_path)) == 2


@pytest.mark.parametrize(("known", "confidence"), [(True, "medium"), (False, "low")])
def test_made_by_code_that_is_not_watched(tmp_path: Path, known: bool, confidence: str) -> None:
    scene = Scene()
    if known:
        coroutine_function(scene, "Storage.check", 40)
    with scene.step(scene.task("one")):
        abandon(scene, COROUTINE, None, "Storage.check")
    assert scene.findings(tmp_path, "--confidence", "low") == [("never-awaited", "observed", confidence, 1)]
    assert place(scene.found[0], "last") == (None, None)


def test_an_exception_that_nobody_takes(tmp_path: Path) -> None:
    scene = Scene()
    one = scene.task("one")
    abandon(scene, EXCEPTION, "one", "one", task=one)
    assert scene.findings(tmp_path) == [("never-awaited", "observed", "high", 1)]
    assert (scene.found[0]["form"], scene.found[0]["last"]["actor"]) == ("unseen-exception", "one")


def test_a_task_that_is_destroyed_while_its_loop_runs(tmp_path: Path) -> None:
    scene = Scene()
    lost = scene.task("lost")
    with scene.step(scene.task("one")):
        abandon(scene, PENDING, "lost", "lost", task=lost)
    assert scene.findings(tmp_path) == [("never-awaited", "observed", "medium", 1)]
    assert scene.found[0]["form"] == "destroyed-task"


def test_a_task_that_is_left_over_at_the_end_is_a_hint_only(tmp_path: Path) -> None:
    scene = Scene()
    lost = scene.task("lost")
    abandon(scene, PENDING, "lost", "lost", task=lost)
    assert scene.findings(tmp_path) == []
    assert scene.findings(tmp_path, "--confidence", "low") == [("never-awaited", "observed", "low", 1)]


# Steps that block


def block(scene: Scene, milliseconds: int, computing: int, where: str | None = "one") -> None:
    scene.say(
        "blocked",
        function=0 if where is None else scene.function(where),
        line=0 if where is None else AWAIT,
        string=0 if where is None else scene.string("time.sleep(0.15)"),
        microseconds=1000 * milliseconds,
        cpu_microseconds=1000 * computing,
    )


def blocked(
    folder: Path, *options: str, rules: str = "", **block_for: Any
) -> list[tuple[str, str, str, int]]:
    scene = Scene()
    with scene.step(scene.task("one")):
        block(scene, **block_for)
    if rules:
        (folder / "rules.yaml").write_text(f"version: 1\nthresholds:\n  {rules}\n")
        options = (*options, "--rules", str(folder / "rules.yaml"))
    return scene.findings(folder, *options)


def test_a_step_that_sleeps_blocks_its_loop(tmp_path: Path) -> None:
    scene = Scene()
    with scene.step(scene.task("one")):
        block(scene, milliseconds=151, computing=1)
    assert scene.findings(tmp_path) == [("blocking-call", "observed", "high", 1)]
    (found,) = scene.found
    assert (place(found, "first"), place(found, "last")) == (("one", AWAIT), ("one", AWAIT))
    assert (found["form"], found["values"]["read"]) == ("sleeping", "151 ms")
    assert (found["last"]["actor"], found["cell"]["text"]) == ("one", "event loop")
    assert found["advice"]["primitive"] == "asyncio.sleep"


@pytest.mark.parametrize(("milliseconds", "confidence"), [(151, "low"), (600, "medium")])
def test_computing_must_take_much_longer(tmp_path: Path, milliseconds: int, confidence: str) -> None:
    found = blocked(tmp_path, "--confidence", "low", milliseconds=milliseconds, computing=milliseconds - 5)
    assert found == [("blocking-call", "observed", confidence, 1)]


def test_where_nothing_is_watched_there_is_nothing_to_point_at(tmp_path: Path) -> None:
    assert blocked(tmp_path, milliseconds=300, computing=1, where=None) == []


def test_below_the_threshold_it_is_none(tmp_path: Path) -> None:
    assert blocked(tmp_path, "--confidence", "low", milliseconds=99, computing=1) == []


@pytest.mark.parametrize(("threshold", "count"), [(50, 1), (200, 0)])
def test_rules_set_the_threshold(tmp_path: Path, threshold: int, count: int) -> None:
    found = blocked(tmp_path, milliseconds=99, computing=1, rules=f"blocking-ms: {threshold}")
    assert len(found) == count
