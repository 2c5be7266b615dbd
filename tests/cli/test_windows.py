"""Which windows are findings: what was observed, what is predicted, and what protects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from scene import SEMAPHORE, THREAD_LOCK, TIMER, Scene

LOST_OBSERVED = [("lost-update", "observed", "high", 1)]
LOST_PREDICTED = [("lost-update", "predicted", "high", 1)]
CHECK_OBSERVED = [("check-then-act", "observed", "high", 1)]
CHECK_PREDICTED = [("check-then-act", "predicted", "high", 1)]


def interleaved(scene: Scene, finish: Callable[[str, int | None], None], rival: int = 5) -> None:
    """One reads and waits, another writes, one finishes."""
    one, other = scene.task("one"), scene.task("other")
    with scene.step(one):
        scene.read("x", 0)
        scene.pause()
    with scene.step(other):
        scene.put("x", rival)
    with scene.step(one):
        finish("x", 1)


def test_a_write_between_read_and_dependent_write_is_a_lost_update(tmp_path: Path) -> None:
    scene = Scene()
    interleaved(scene, scene.update)
    assert scene.findings(tmp_path) == LOST_OBSERVED


def test_a_write_between_check_and_act_is_check_then_act(tmp_path: Path) -> None:
    scene = Scene()
    interleaved(scene, scene.act)
    assert scene.findings(tmp_path) == CHECK_OBSERVED


def test_a_write_that_depends_on_nothing_is_no_finding(tmp_path: Path) -> None:
    scene = Scene()
    interleaved(scene, scene.put)
    assert scene.findings(tmp_path) == []


def test_a_rival_that_leaves_the_value_is_none(tmp_path: Path) -> None:
    scene = Scene()
    interleaved(scene, scene.update, rival=0)
    assert scene.findings(tmp_path) == []


def test_filling_in_what_is_there_is_no_finding(tmp_path: Path) -> None:
    scene = Scene()
    interleaved(scene, scene.act, rival=1)
    assert scene.findings(tmp_path) == []


@pytest.mark.parametrize("later", [False, True], ids=["rival first", "rival later"])
def test_what_could_fall_in_is_predicted(tmp_path: Path, later: bool) -> None:
    scene = Scene()
    one, other = scene.task("one"), scene.task("other")

    def window() -> None:
        with scene.step(one):
            scene.read("x", 0)
            scene.pause()
        with scene.step(one):
            scene.update("x", 1)

    def rival() -> None:
        with scene.step(other):
            scene.put("x", 5)

    for each in (window, rival) if later else (rival, window):
        each()
    assert scene.findings(tmp_path) == LOST_PREDICTED


@pytest.mark.parametrize("later", [False, True], ids=["rival first", "rival later"])
@pytest.mark.parametrize(("left", "found"), [(0, []), (7, LOST_PREDICTED)])
def test_what_a_step_leaves_is_what_counts(
    tmp_path: Path, later: bool, left: int, found: list[tuple[str, str, str, int]]
) -> None:
    """A rival that sets and resets without an await in between has changed nothing for others."""
    scene = Scene()
    one, other = scene.task("one"), scene.task("other")
    with scene.step(scene.task("maker")):
        scene.put("x", 0)
        tokens = [scene.schedule(how=TIMER), scene.schedule(how=TIMER)]

    def rival() -> None:
        with scene.step(other, tokens[0]):
            scene.put("x", 5)
            scene.put("x", left)

    if not later:
        rival()
    with scene.step(one, tokens[1]):
        scene.read("x", 0 if later else left)
        scene.pause()
    with scene.step(one):
        scene.update("x", 1)
    if later:
        rival()
    assert scene.findings(tmp_path) == found


def test_what_a_step_leaves_counts_also_where_another_step_wrote_before(tmp_path: Path) -> None:
    scene = Scene()
    one, other = scene.task("one"), scene.task("other")
    with scene.step(other):
        scene.put("x", 0)
        tokens = [scene.schedule(how=TIMER), scene.schedule(how=TIMER)]
    with scene.step(other, tokens[0]):
        scene.act("x", 5)
        scene.put("x", 0)
    with scene.step(one, tokens[1]):
        scene.read("x", 0)
        scene.pause()
    with scene.step(one):
        scene.update("x", 1)
    assert scene.findings(tmp_path) == []


def test_what_the_act_finds_is_what_others_left(tmp_path: Path) -> None:
    """Its own flow writes over the rival's value before it writes what it made of the stale one."""
    scene = Scene()

    def finish(cell: str, value: int | None) -> None:
        scene.put(cell, 0)
        scene.update(cell, value)

    interleaved(scene, finish)
    assert scene.findings(tmp_path) == LOST_OBSERVED


def test_a_rival_that_would_have_decided_otherwise_is_not_sure(tmp_path: Path) -> None:
    """It wrote because it found 9; in the window it would find 0."""
    scene = Scene()
    one, other = scene.task("one"), scene.task("other")
    with scene.step(one):
        scene.read("x", 0)
        scene.pause()
    with scene.step(one):
        scene.update("x", 9)
    with scene.step(other):
        scene.read("x", 9)
        scene.act("x", 5)
    assert scene.findings(tmp_path) == [("lost-update", "predicted", "medium", 1)]


def test_a_check_that_saw_the_very_write_is_not_sure(tmp_path: Path) -> None:
    scene = Scene()
    one, other = scene.task("one"), scene.task("other")
    with scene.step(other):
        scene.put("x", 5)
    with scene.step(one):
        scene.read("x", 5)
        scene.pause()
    with scene.step(one):
        scene.act("x", 1)
    assert scene.findings(tmp_path) == []
    assert scene.findings(tmp_path, "--confidence", "low") == [("check-then-act", "predicted", "low", 1)]


def test_one_step_is_atomic_on_its_loop(tmp_path: Path) -> None:
    scene = Scene()
    one, other = scene.task("one"), scene.task("other")
    with scene.step(one):
        scene.read("x", 0)
        scene.update("x", 1)
    with scene.step(other):
        scene.put("x", 5)
    assert scene.findings(tmp_path) == []


def test_one_step_is_not_atomic_for_another_loop(tmp_path: Path) -> None:
    scene = Scene()
    one, other = scene.task("one", loop=1), scene.task("other", loop=2)
    with scene.step(one):
        scene.read("x", 0)
        scene.update("x", 1)
    with scene.on_thread(1), scene.step(other):
        scene.read("x", 1)
        scene.update("x", 2)
    assert [each[:2] for each in scene.findings(tmp_path)] == [("lost-update", "predicted")]


def test_reading_again_in_the_step_of_the_act_makes_it_fresh(tmp_path: Path) -> None:
    scene = Scene()
    one, other = scene.task("one"), scene.task("other")
    with scene.step(one):
        scene.read("x", 0)
        scene.pause()
    with scene.step(other):
        scene.put("x", 5)
    with scene.step(one):
        scene.read("x", 5)
        scene.update("x", 6)
        scene.act("x", 7)
    assert scene.findings(tmp_path) == []


def test_a_cell_claimed_in_the_step_of_the_check_is_not_acted_on_again(tmp_path: Path) -> None:
    scene = Scene()
    one, other = scene.task("one"), scene.task("other")
    with scene.step(one):
        scene.read("x", 0)
        scene.act("x", 1)
        scene.pause()
    with scene.step(one):
        scene.act("x", 0)
    with scene.step(other):
        scene.read("x", 0)
        scene.act("x", 1)
    assert scene.findings(tmp_path) == []


def locked_pair(scene: Scene, lock: int, *, released: bool = False, rival_locks: bool = True) -> None:
    """Two tasks, each with a window under the lock, that happen not to overlap."""
    for name in ("one", "other"):
        task = scene.task(name)
        holds = rival_locks or name == "one"
        with scene.step(task):
            if holds:
                scene.acquire(lock)
            scene.read("x", 0)
            if holds and released:
                scene.release(lock)
            scene.pause()
        with scene.step(task):
            if holds and released:
                scene.acquire(lock)
            scene.update("x", 1 if name == "one" else 2)
            if holds:
                scene.release(lock)


def test_one_acquisition_over_the_window_protects(tmp_path: Path) -> None:
    scene = Scene()
    locked_pair(scene, scene.lock())
    assert scene.findings(tmp_path) == []


def test_two_acquisitions_do_not_protect(tmp_path: Path) -> None:
    scene = Scene()
    locked_pair(scene, scene.lock(), released=True)
    # Each window could take the other's write, so both are predicted.
    assert scene.findings(tmp_path) == [("lost-update", "predicted", "high", 1)] * 2
    assert all(each["released_between"] for each in scene.found)


def test_a_lock_that_the_rival_does_not_take_protects_from_nothing(tmp_path: Path) -> None:
    scene = Scene()
    locked_pair(scene, scene.lock(), rival_locks=False)
    assert [each[1] for each in scene.findings(tmp_path)] == ["predicted"] * 2


@pytest.mark.parametrize(("takes", "found"), [(True, []), (False, LOST_PREDICTED)])
def test_a_rival_that_went_through_the_lock_in_its_step_would_have_waited(
    tmp_path: Path, takes: bool, found: list[tuple[str, str, str, int]]
) -> None:
    scene = Scene()
    lock = scene.lock()
    one, other = scene.task("one"), scene.task("other")
    with scene.step(one):
        scene.acquire(lock)
        scene.read("x", 0)
        scene.pause()
    with scene.step(one):
        scene.update("x", 1)
        scene.release(lock)
    with scene.step(other):
        if takes:
            scene.acquire(lock)
            scene.release(lock)
        scene.put("x", 5)
    assert scene.findings(tmp_path) == found


def test_a_semaphore_of_one_is_a_lock_and_of_three_is_none(tmp_path: Path) -> None:
    for permits, found in ((1, 0), (3, 2)):
        scene = Scene()
        locked_pair(scene, scene.lock(SEMAPHORE, permits))
        assert len(scene.findings(tmp_path)) == found, f"permits: {permits}"


@pytest.mark.parametrize(("kind", "found"), [(1, 2), (THREAD_LOCK, 0)], ids=["asyncio", "threading"])
def test_only_a_threading_lock_protects_between_loops(tmp_path: Path, kind: int, found: int) -> None:
    scene = Scene()
    lock = scene.lock(kind)
    for thread, name in enumerate(("one", "other")):
        task = scene.task(name, loop=thread + 1)
        with scene.on_thread(thread):
            with scene.step(task):
                scene.acquire(lock)
                scene.read("x", 0)
                scene.pause()
            with scene.step(task):
                scene.update("x", thread + 1)
                scene.release(lock)
    assert [each[0] for each in scene.findings(tmp_path)].count("lost-update") == found


def test_a_flag_tested_and_set_in_one_step_is_a_lock(tmp_path: Path) -> None:
    def run(claim_late: bool) -> list[tuple[str, str, str, int]]:
        scene = Scene()
        for name in ("one", "other"):
            task = scene.task(name)
            with scene.step(task):
                scene.read("busy", 0)
                if not claim_late:
                    scene.act("busy", 1)
                scene.pause()
            with scene.step(task):
                if claim_late:
                    scene.act("busy", 1)
                scene.say("enter", function=scene.function("body"))
                scene.names[99] = "body"
                scene.running[0][-1] = 99
                scene.read("x", 0)
                scene.pause()
                scene.running[0][-1] = task
            with scene.step(task):
                scene.running[0][-1] = 99
                scene.update("x", 1)
                scene.say("leave")
                scene.running[0][-1] = task
                scene.put("busy", 0)
        return scene.findings(tmp_path)

    assert run(claim_late=False) == []
    assert ("lost-update", "predicted", "high", 2) in run(claim_late=True)


def test_a_hundred_tasks_are_one_finding_with_a_count(tmp_path: Path) -> None:
    scene = Scene()
    tasks = []
    scene.function("increment")
    for _ in range(100):
        tasks.append(scene.task("increment"))
    for task in tasks:
        with scene.step(task):
            scene.read("x", 0)
            scene.pause()
    for task in tasks:
        with scene.step(task):
            scene.update("x", 1)
    assert scene.findings(tmp_path) == [("lost-update", "observed", "high", 99)]
