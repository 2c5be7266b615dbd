"""What follows no window: coroutines that nobody awaits, steps that block their loop, locks that are misused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scene import AWAIT, LOCK, READ, REENTRANT, SEMAPHORE, THREAD_LOCK, UPDATE, Scene
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


def block(
    scene: Scene, milliseconds: int, computing: int, where: str | None = "one", waiting: int | None = None
) -> None:
    scene.say(
        "blocked",
        function=0 if where is None else scene.function(where),
        line=0 if where is None else AWAIT,
        string=0 if where is None else scene.string("time.sleep(0.15)"),
        microseconds=1000 * milliseconds,
        cpu_microseconds=1000 * computing,
        waiting_microseconds=1000 * (milliseconds - computing if waiting is None else waiting),
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


@pytest.mark.parametrize(
    ("milliseconds", "events", "confidence"),
    [(151, 1, "medium"), (151, 20_000, "low"), (600, 20_000, "medium")],
)
def test_what_recording_costs_is_not_held_against_a_step(
    tmp_path: Path, milliseconds: int, events: int, confidence: str
) -> None:
    scene = Scene()
    with scene.step(scene.task("one")):
        for _ in range(events):
            scene.read("x", 0)
        block(scene, milliseconds=milliseconds, computing=milliseconds - 5)
    assert scene.findings(tmp_path, "--confidence", "low") == [("blocking-call", "observed", confidence, 1)]


@pytest.mark.parametrize(("milliseconds", "confidence"), [(151, "low"), (600, "medium")])
def test_who_is_kept_from_running_does_not_wait(tmp_path: Path, milliseconds: int, confidence: str) -> None:
    found = blocked(tmp_path, "--confidence", "low", milliseconds=milliseconds, computing=1, waiting=20)
    assert found == [("blocking-call", "observed", confidence, 1)]


def test_where_nothing_is_watched_there_is_nothing_to_point_at(tmp_path: Path) -> None:
    assert blocked(tmp_path, milliseconds=300, computing=1, where=None) == []


def test_below_the_threshold_it_is_none(tmp_path: Path) -> None:
    assert blocked(tmp_path, "--confidence", "low", milliseconds=99, computing=1) == []


@pytest.mark.parametrize(("threshold", "count"), [(50, 1), (200, 0)])
def test_rules_set_the_threshold(tmp_path: Path, threshold: int, count: int) -> None:
    found = blocked(tmp_path, milliseconds=99, computing=1, rules=f"blocking-ms: {threshold}")
    assert len(found) == count


# Locks on two loops, on foreign threads


@pytest.mark.parametrize("in_turn", [False, True], ids=["side by side", "in turn"])
def test_one_lock_on_two_loops(tmp_path: Path, in_turn: bool) -> None:
    scene = Scene()
    lock = scene.lock(name="gate")
    one, other = scene.task("one", loop=1), scene.task("other", loop=2)
    with scene.step(one):
        scene.acquire(lock, READ)
        scene.release(lock)
        token = scene.send("send_now")
    with scene.on_thread(1), scene.step(other):
        if in_turn:
            scene.receive(token)
        scene.acquire(lock, READ)
    assert scene.findings(tmp_path) == ([] if in_turn else [("lock-misuse", "observed", "high", 1)])
    if not in_turn:
        (found,) = scene.found
        assert (found["form"], found["cell"]["text"]) == ("two-loops", "State.gate")
        assert (place(found, "first"), place(found, "last")) == (("one", READ), ("other", READ))


def test_a_threading_lock_may_serve_two_loops(tmp_path: Path) -> None:
    scene = Scene()
    lock = scene.lock(THREAD_LOCK)
    for index, name in enumerate(("one", "other")):
        with scene.on_thread(index), scene.step(scene.task(name, loop=1 + index)):
            scene.acquire(lock, READ)
            scene.release(lock)
    assert scene.findings(tmp_path) == []


def test_a_primitive_used_on_a_foreign_thread(tmp_path: Path) -> None:
    scene = Scene()
    scene.keep(77, "ready", kind=10)
    worker = scene.actor("worker", kind=3, loop=0)
    with scene.on_thread(1, worker):
        scene.say(
            "foreign",
            object=77,
            loop=1,
            function=scene.function("worker"),
            line=READ,
            string=scene.string("self.ready.set()"),
            operation=scene.string("Event.set"),
        )
    assert scene.findings(tmp_path) == [("lock-misuse", "observed", "high", 1)]
    (found,) = scene.found
    assert (found["form"], found["cell"]["text"]) == ("foreign-thread", "State.ready")
    assert (place(found, "last"), found["last"]["actor"]) == (("worker", READ), "worker")
    assert (found["values"]["read"], found["advice"]["primitive"]) == ("Event.set", "call_soon_threadsafe")


# Opposite orders

DEADLOCK = [("lock-misuse", "predicted", "high", 1)]
INVERSION = [("lock-misuse", "predicted", "low", 1)]


def both(scene: Scene, actor: int, first: int, second: int, *, gate: int = 0, waits: bool = True) -> None:
    """Takes one lock and, in a later step, the other."""
    scene.begin(actor)
    if gate:
        scene.acquire(gate)
    scene.acquire(first, READ)
    if waits:
        scene.pause()
        scene.end()
        scene.begin(actor)
    scene.acquire(second, UPDATE)
    for lock in (second, first, gate):
        if lock:
            scene.release(lock)
    scene.end()


def two_locks(scene: Scene, kind: int = LOCK) -> tuple[int, int]:
    return scene.lock(kind, name="a"), scene.lock(kind, name="b")


def inversions(scene: Scene, folder: Path) -> list[tuple[str, str, str, int]]:
    return scene.findings(folder, "--confidence", "low")


def test_opposite_orders_can_deadlock(tmp_path: Path) -> None:
    scene = Scene()
    a, b = two_locks(scene)
    one, other = scene.task("one"), scene.task("other")
    both(scene, one, a, b)
    both(scene, other, b, a)
    assert inversions(scene, tmp_path) == DEADLOCK
    (found,) = scene.found
    assert (found["form"], found["cell"]["text"]) == ("deadlock", "State.a and State.b")
    assert (found["cell"]["owner"], found["cell"]["attribute"]) == ("State", "a")
    assert (place(found, "first"), place(found, "last")) == (("one", READ), ("one", UPDATE))
    assert place(found, "other") == ("other", UPDATE)
    assert found["locks"] == {"first": [], "last": ["State.a"], "other": ["State.b"]}


def test_who_closes_the_circle_does_not_matter_to_the_id(tmp_path: Path) -> None:
    ids = []
    for turn in (1, -1):
        scene = Scene()
        a, b = two_locks(scene)
        pairs = [(scene.task("one"), a, b), (scene.task("other"), b, a)]
        for actor, first, second in pairs[::turn]:
            both(scene, actor, first, second)
        assert inversions(scene, tmp_path) == DEADLOCK
        ids.append(scene.found[0]["id"])
    assert ids[0] == ids[1]


def test_one_order_is_none(tmp_path: Path) -> None:
    scene = Scene()
    a, b = two_locks(scene)
    for name in ("one", "other"):
        both(scene, scene.task(name), a, b)
    assert inversions(scene, tmp_path) == []


def test_one_actor_waits_for_nobody(tmp_path: Path) -> None:
    scene = Scene()
    a, b = two_locks(scene)
    one = scene.task("one")
    both(scene, one, a, b)
    both(scene, one, b, a)
    assert inversions(scene, tmp_path) == INVERSION
    assert scene.found[0]["form"] == "inversion"


def test_a_gate_around_both_keeps_them_apart(tmp_path: Path) -> None:
    scene = Scene()
    gate = scene.lock(name="gate")
    a, b = two_locks(scene)
    both(scene, scene.task("one"), a, b, gate=gate)
    both(scene, scene.task("other"), b, a, gate=gate)
    assert inversions(scene, tmp_path) == INVERSION


def test_what_is_ordered_cannot_meet(tmp_path: Path) -> None:
    scene = Scene()
    a, b = two_locks(scene)
    one, other = scene.task("one"), scene.task("other")
    both(scene, one, a, b)
    with scene.step(one):
        token = scene.send()
    with scene.step(other):
        scene.receive(token)
    both(scene, other, b, a)
    assert inversions(scene, tmp_path) == INVERSION


@pytest.mark.parametrize(
    ("third", "found"), [(False, INVERSION), (True, [("lock-misuse", "predicted", "medium", 1)])]
)
def test_both_locks_in_one_step(tmp_path: Path, third: bool, found: list[tuple[str, str, str, int]]) -> None:
    """Undisturbed, unless somebody else makes them wait in between."""
    scene = Scene()
    a, b = two_locks(scene)
    if third:
        with scene.step(scene.task("third")):
            scene.acquire(b)
            scene.release(b)
    both(scene, scene.task("one"), a, b, waits=False)
    both(scene, scene.task("other"), b, a, waits=False)
    assert inversions(scene, tmp_path) == found


@pytest.mark.parametrize("kind", [THREAD_LOCK, SEMAPHORE])
def test_locks_of_threads_and_semaphores_count_too(tmp_path: Path, kind: int) -> None:
    scene = Scene()
    a, b = two_locks(scene, kind)
    both(scene, scene.task("one"), a, b)
    both(scene, scene.task("other"), b, a)
    assert inversions(scene, tmp_path) == DEADLOCK


def test_a_semaphore_of_several_blocks_nobody(tmp_path: Path) -> None:
    scene = Scene()
    a, b = scene.lock(SEMAPHORE, permits=2), scene.lock()
    both(scene, scene.task("one"), a, b)
    both(scene, scene.task("other"), b, a)
    assert inversions(scene, tmp_path) == []


def test_to_take_a_lock_once_more_is_no_order(tmp_path: Path) -> None:
    scene = Scene()
    a, b = scene.lock(REENTRANT), scene.lock(THREAD_LOCK)
    one = scene.actor("one", kind=3, loop=0)
    with scene.on_thread(1, one):
        scene.acquire(a)
        scene.acquire(b)
        scene.acquire(a)
    assert inversions(scene, tmp_path) == []


@pytest.mark.parametrize(("count", "found"), [(3, DEADLOCK), (4, DEADLOCK), (5, [])])
def test_circles_of_several_locks(tmp_path: Path, count: int, found: list[tuple[str, str, str, int]]) -> None:
    scene = Scene()
    forks = [scene.lock(name=f"fork{index}") for index in range(count)]
    for index in range(count):
        both(scene, scene.task(f"philosopher{index}"), forks[index], forks[(index + 1) % count])
    assert inversions(scene, tmp_path) == found
    if count == 3:
        assert scene.found[0]["cell"]["text"] == "State.fork0, State.fork1 and State.fork2"
