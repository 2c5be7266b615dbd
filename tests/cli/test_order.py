"""Must-happen-before, edge by edge: with the edge a rival's write is ordered away from the window, without it predicted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from scene import SEMAPHORE, SOON, TIMER, Scene


def is_predicted(scene: Scene, folder: Path) -> bool:
    found = [each for each in scene.findings(folder) if each[0] != "data-race"]
    assert found in ([], [("lost-update", "predicted", "high", 1)]), found
    return bool(found)


def window(scene: Scene, actor: int, token: int = 0) -> None:
    with scene.step(actor, token):
        scene.read("x", 0)
        scene.pause()
    with scene.step(actor):
        scene.update("x", 1)


Edge = Callable[[Scene, int, int], None]


def before(scene: Scene, edge: Edge) -> None:
    """The rival writes, then there is an edge (or not), then comes the window."""
    rival, one = scene.task("rival"), scene.task("one")
    scene.begin(rival)
    scene.put("x", 5)
    edge(scene, rival, one)


def no_edge(scene: Scene, _rival: int, one: int) -> None:
    scene.end()
    window(scene, one)


def scheduled(scene: Scene, _rival: int, one: int) -> None:
    token = scene.schedule()
    scene.end()
    window(scene, one, token)


def woken_by_a_lock(scene: Scene, _rival: int, one: int) -> None:
    token = scene.token()
    scene.say("wake", token=token, loop=1)
    scene.end()
    window(scene, one, token)


def sent(scene: Scene, _rival: int, one: int) -> None:
    token = scene.send()
    scene.end()
    with scene.step(one):
        scene.receive(token)
    window(scene, one)


def sent_before_the_write_in_the_same_step(scene: Scene, _rival: int, one: int) -> None:
    token = scene.send()
    scene.put("x", 6)
    scene.end()
    with scene.step(one):
        scene.receive(token)
    window(scene, one)


def sent_now_before_the_write(scene: Scene, _rival: int, one: int) -> None:
    token = scene.send("send_now")
    scene.put("x", 6)
    scene.end()
    with scene.step(one):
        scene.receive(token)
    window(scene, one)


def merged_among_others(scene: Scene, rival: int, one: int) -> None:
    token = scene.token()
    scene.say("merge", token=token)
    scene.end()
    third = scene.task("third")
    with scene.step(third):
        scene.say("merge", token=token)
    with scene.step(one):
        scene.receive(token)
    window(scene, one)


def sent_over_by_another(scene: Scene, rival: int, one: int) -> None:
    token = scene.send()
    scene.end()
    third = scene.task("third")
    with scene.step(third):
        scene.say("send", token=token)
    with scene.step(one):
        scene.receive(token)
    window(scene, one)


def through_a_third(scene: Scene, rival: int, one: int) -> None:
    first = scene.schedule()
    scene.end()
    third = scene.task("third")
    with scene.step(third, first):
        second = scene.schedule()
    window(scene, one, second)


def by_the_loops_end(scene: Scene, rival: int, one: int) -> None:
    scene.end()
    with scene.step(one):
        scene.say("loop_close", loop=1)
    window(scene, one)


ORDERED = {
    no_edge: False,
    scheduled: True,
    woken_by_a_lock: False,
    sent: True,
    sent_before_the_write_in_the_same_step: True,
    sent_now_before_the_write: False,
    merged_among_others: True,
    sent_over_by_another: False,
    through_a_third: True,
    by_the_loops_end: True,
}


@pytest.mark.parametrize("edge", ORDERED, ids=lambda edge: edge.__name__)
def test_edge_before_the_window(tmp_path: Path, edge: Edge) -> None:
    scene = Scene()
    before(scene, edge)
    assert is_predicted(scene, tmp_path) != ORDERED[edge]


@pytest.mark.parametrize("joined", [False, True], ids=["unjoined", "joined"])
def test_edge_after_the_window(tmp_path: Path, joined: bool) -> None:
    scene = Scene()
    one, rival = scene.task("one"), scene.task("rival")
    with scene.step(one):
        scene.read("x", 0)
        scene.pause()
    with scene.step(one):
        scene.update("x", 1)
        token = scene.send()
    with scene.step(rival):
        if joined:
            scene.receive(token)
        scene.put("x", 5)
    assert is_predicted(scene, tmp_path) != joined


def fifo(scene: Scene, rival_how: int, window_how: int, *, one_creator: bool) -> None:
    """The rival's handle and the window's are queued one after the other; the window's second step waits for a timer."""
    rival, one = scene.task("rival"), scene.task("one")
    first, second = scene.task("first"), scene.task("second")
    scene.begin(first)
    rival_token = scene.schedule(how=rival_how)
    if not one_creator:
        scene.end()
        scene.begin(second)
    window_token = scene.schedule(how=window_how)
    scene.end()
    with scene.step(rival, rival_token):
        scene.put("x", 5)
    window(scene, one, window_token)


@pytest.mark.parametrize(
    ("rival_how", "window_how", "one_creator", "ordered"),
    [
        (SOON, SOON, True, True),
        (SOON, SOON, False, False),
        (TIMER, TIMER, True, False),
        (TIMER, SOON, True, False),
    ],
    ids=["call_soon twice", "by unordered code", "timers", "a timer and call_soon"],
)
def test_the_fifo_promise(
    tmp_path: Path, rival_how: int, window_how: int, one_creator: bool, ordered: bool
) -> None:
    scene = Scene()
    fifo(scene, rival_how, window_how, one_creator=one_creator)
    assert is_predicted(scene, tmp_path) != ordered


def test_fifo_carries_over_chains_of_handles(tmp_path: Path) -> None:
    """Two tasks that each give way once: everything is ordered, whoever wrote last."""
    scene = Scene()
    rival, one = scene.task("rival"), scene.task("one")
    rival_token = scene.schedule()
    one_token = scene.schedule()
    with scene.step(rival, rival_token):
        rival_next = scene.schedule()
    with scene.step(one, one_token):
        one_next = scene.schedule()
    with scene.step(rival, rival_next):
        scene.put("x", 5)
    window(scene, one, one_next)
    assert not is_predicted(scene, tmp_path)


@pytest.mark.parametrize("merged", [True, False])
def test_fifo_carries_over_what_several_send_together(tmp_path: Path, merged: bool) -> None:
    """One queues a handle and tells a third, whom another tells, too: what that one queues then runs after the handle."""
    scene = Scene()
    queuer, other, third = scene.task("queuer"), scene.task("other"), scene.task("third")
    rival, one = scene.task("rival"), scene.task("one")
    token = scene.token()
    with scene.step(queuer):
        first = scene.schedule()
        if merged:
            scene.say("merge", token=token)
    with scene.step(other):
        scene.schedule()
        scene.say("merge", token=token)
    with scene.step(third):
        scene.receive(token)
        second = scene.schedule()
    with scene.step(rival, first):
        scene.put("x", 5)
    window(scene, one, second)
    assert is_predicted(scene, tmp_path) is not merged


def test_a_semaphore_released_by_others_is_a_signal(tmp_path: Path) -> None:
    for permits, signalled in ((0, True), (3, False)):
        scene = Scene()
        semaphore = scene.lock(SEMAPHORE, permits)
        rival, one = scene.task("rival"), scene.task("one")
        with scene.step(rival):
            scene.put("x", 5)
            scene.release(semaphore)
        with scene.step(one):
            scene.acquire(semaphore)
        window(scene, one)
        assert is_predicted(scene, tmp_path) != signalled, f"permits: {permits}"


def test_thread_start_and_join(tmp_path: Path) -> None:
    for joined in (False, True):
        scene = Scene()
        one = scene.task("one")
        worker = scene.actor("worker", kind=3, loop=0)
        start = scene.send("send_now")
        with scene.on_thread(1, worker, start):
            scene.put("x", 5)
            done = scene.send("send_now")
            scene.end()
        with scene.step(one):
            if joined:
                scene.receive(done)
        window(scene, one)
        assert is_predicted(scene, tmp_path) != joined, f"joined: {joined}"


def test_an_order_that_puts_the_rival_inside_makes_it_happen_in_every_run(tmp_path: Path) -> None:
    scene = Scene()
    one = scene.task("one")
    child = scene.task("child")
    with scene.step(one):
        scene.read("x", 0)
        token = scene.schedule()
        scene.pause()
    with scene.step(child, token):
        scene.put("x", 5)
        done = scene.schedule()
    with scene.step(one, done):
        scene.update("x", 1)
    assert scene.findings(tmp_path) == [("lost-update", "observed", "high", 1)]
    assert scene.found[0]["every_run"]


def test_a_rival_that_is_there_in_every_run_may_be_hidden_in_this_one(tmp_path: Path) -> None:
    """Another write, which may as well come later, has put the value back."""
    scene = Scene()
    one, rival, other = scene.task("one"), scene.task("rival"), scene.task("other")
    with scene.step(one):
        scene.read("x", 0)
        scene.pause()
        token = scene.schedule()
    with scene.step(rival, token):
        scene.put("x", 5)
        token = scene.schedule()
    with scene.step(other):
        scene.put("x", 0)
    with scene.step(one, token):
        scene.update("x", 1)
    assert scene.findings(tmp_path) == [("lost-update", "predicted", "high", 1)]


@pytest.mark.parametrize("inevitable", [True, False])
def test_a_lock_asked_for_while_it_is_held_comes_after_its_release(tmp_path: Path, inevitable: bool) -> None:
    """`one` takes the lock, `rival` asks for it and waits. Where both happens before `one` lets go in every run, what
    `rival` does then is later than the release; where `rival` may be early or late, it is not."""
    scene = Scene()
    lock = scene.lock()
    one, rival = scene.task("one"), scene.task("rival")
    with scene.step(one):
        scene.acquire(lock)
        scene.read("x", 0)
        scene.pause()
        asked = scene.schedule()
    with scene.step(rival, asked if inevitable else 0):
        scene.pause()
        answered = scene.schedule()
    with scene.step(one, answered if inevitable else 0):
        scene.update("x", 1)
        scene.release(lock)
        woken = scene.token()
        scene.say("wake", token=woken, loop=1)
    with scene.step(rival, woken):
        scene.acquire(lock)
        scene.release(lock)
        later = scene.schedule()
    with scene.step(rival, later):
        scene.put("x", 5)
    assert is_predicted(scene, tmp_path) == (not inevitable)


def test_initialisation_before_anything_was_spawned_is_no_rival(tmp_path: Path) -> None:
    scene = Scene()
    scene.put("x", 0)
    one = scene.task("one")
    window(scene, one, scene.schedule(loop=1))
    assert scene.findings(tmp_path) == []
