"""Lost wake-ups: events that are cleared unseen or replaced, notifies that nobody hears."""

from __future__ import annotations

from pathlib import Path

import pytest
from scene import ACT, AT_ONCE, ATTRIBUTE, AWAIT, OBJECT, OTHERWISE, PUT, READ, UPDATE, Scene

OBSERVED = [("lost-wakeup", "observed", "high", 1)]
PREDICTED = [("lost-wakeup", "predicted", "medium", 1)]


class Pair(Scene):
    """One waits for an event, another sets it; main made both."""

    def __init__(self) -> None:
        super().__init__()
        self.ready = self.event()
        self.one, self.other = self.task("one"), self.task("other")

    def begin_wait(self) -> None:
        with self.step(self.one):
            self.wait(self.ready)

    def wake(self, *, clear_at_once: bool = False) -> None:
        """The other one sets it, one goes on and then waits for something else."""
        with self.step(self.other):
            token = self.set(self.ready)
        with self.step(self.one, token):
            self.woken(self.ready)
            if clear_at_once:
                self.clear(self.ready)

    def announce(self, cell: str = "", before: bool = True) -> None:
        with self.step(self.other):
            if cell and before:
                self.put(cell, 7)
            self.set(self.ready)
            if cell and not before:
                self.put(cell, 7)

    def clear_and_wait(self, look: str = "", line: int = ACT, wait_line: int = AWAIT) -> None:
        with self.step(self.one):
            self.clear(self.ready, line)
            if look:
                self.read(look, 7)
            self.wait(self.ready, wait_line)


# An event that is cleared unseen


def test_what_is_set_before_the_clearing_is_lost(tmp_path: Path) -> None:
    scene = Pair()
    scene.begin_wait()
    scene.wake()
    scene.announce("x")
    scene.clear_and_wait()
    assert scene.findings(tmp_path) == OBSERVED
    (found,) = scene.found
    assert (found["form"], found["cell"]["text"]) == ("cleared-event", "State.ready")
    assert [(found[name]["function"], found[name]["line"]) for name in ("first", "other", "last")] == [
        ("one", AWAIT),
        ("other", PUT),
        ("one", ACT),
    ]
    assert found["advice"]["primitive"] == "asyncio.Event"


def test_a_wait_that_timed_out_counts_too(tmp_path: Path) -> None:
    scene = Pair()
    scene.begin_wait()
    with scene.step(scene.one):
        scene.woken(scene.ready, OTHERWISE)
    scene.announce()
    scene.clear_and_wait()
    assert scene.findings(tmp_path) == OBSERVED


def test_cleared_as_soon_as_it_wakes_nothing_is_lost(tmp_path: Path) -> None:
    scene = Pair()
    scene.begin_wait()
    scene.wake(clear_at_once=True)
    scene.announce()
    with scene.step(scene.one):
        scene.woken(scene.ready, AT_ONCE)
        scene.clear(scene.ready)
    with scene.step(scene.one):
        scene.wait(scene.ready)
    assert scene.findings(tmp_path) == []


@pytest.mark.parametrize("before", [True, False], ids=["written before", "written after"])
def test_who_looks_again_after_clearing_has_seen_it(tmp_path: Path, before: bool) -> None:
    scene = Pair()
    scene.begin_wait()
    scene.wake()
    scene.announce("x", before)
    scene.clear_and_wait(look="x")
    assert scene.findings(tmp_path) == []


def test_to_look_at_something_else_does_not_help(tmp_path: Path) -> None:
    scene = Pair()
    scene.begin_wait()
    scene.wake()
    scene.announce("x")
    scene.clear_and_wait(look="y")
    assert scene.findings(tmp_path) == OBSERVED


def test_to_ask_whether_it_is_set_is_to_see_it(tmp_path: Path) -> None:
    scene = Pair()
    scene.begin_wait()
    scene.wake()
    scene.announce()
    with scene.step(scene.one):
        key = scene.string("flag") << 2 | ATTRIBUTE
        scene.say("read", site=scene.site("one", READ), object=scene.ready, key=key, value=2 << 3 | 1)
        scene.clear(scene.ready)
        scene.wait(scene.ready)
    assert scene.findings(tmp_path) == []


def test_set_again_after_the_clearing_it_wakes(tmp_path: Path) -> None:
    scene = Pair()
    scene.begin_wait()
    scene.wake()
    scene.announce()
    with scene.step(scene.one):
        scene.clear(scene.ready)
    scene.announce()
    with scene.step(scene.one):
        scene.woken(scene.ready, AT_ONCE)
        scene.wait(scene.ready)
    assert scene.findings(tmp_path) == []


def test_who_does_not_wait_again_needs_it_no_more(tmp_path: Path) -> None:
    scene = Pair()
    scene.begin_wait()
    scene.wake()
    scene.announce()
    with scene.step(scene.one):
        scene.clear(scene.ready)
    assert scene.findings(tmp_path) == []


@pytest.mark.parametrize(
    ("clear", "wait", "confidence"), [(ACT, AWAIT, "high"), (UPDATE, ACT, "medium"), (READ, PUT, "low")]
)
def test_cleared_before_a_new_beginning_it_may_be_meant(
    tmp_path: Path, clear: int, wait: int, confidence: str
) -> None:
    scene = Pair()
    scene.begin_wait()
    scene.wake()
    scene.announce()
    scene.clear_and_wait(line=clear, wait_line=wait)
    assert scene.findings(tmp_path, "--confidence", "low") == [("lost-wakeup", "observed", confidence, 1)]


@pytest.mark.parametrize(("look", "found"), [("", PREDICTED), ("x", [])], ids=["blind", "looks again"])
def test_what_is_set_in_the_next_wait_could_have_come_before(
    tmp_path: Path, look: str, found: list[tuple[str, str, str, int]]
) -> None:
    scene = Pair()
    scene.begin_wait()
    scene.wake()
    scene.clear_and_wait(look)
    with scene.step(scene.other):
        scene.put("x", 7)
        token = scene.set(scene.ready)
    with scene.step(scene.one, token):
        scene.woken(scene.ready)
    assert scene.findings(tmp_path) == found


def test_what_was_set_twice_could_have_come_later(tmp_path: Path) -> None:
    scene = Pair()
    third = scene.task("third")
    scene.begin_wait()
    with scene.step(scene.other):
        token = scene.set(scene.ready)
    with scene.step(third):
        scene.set(scene.ready)
    with scene.step(scene.one, token):
        scene.woken(scene.ready)
    scene.clear_and_wait()
    assert scene.findings(tmp_path) == PREDICTED
    assert scene.found[0]["other"]["function"] == "third"


def test_an_answer_cannot_come_before_the_question(tmp_path: Path) -> None:
    scene = Pair()
    scene.begin_wait()
    scene.wake()
    with scene.step(scene.one):
        scene.clear(scene.ready)
        question = scene.schedule()
        scene.wait(scene.ready)
    with scene.step(scene.other, question):
        token = scene.set(scene.ready)
    with scene.step(scene.one, token):
        scene.woken(scene.ready)
    assert scene.findings(tmp_path) == []


# A notify that nobody hears


def condition(scene: Scene) -> int:
    scene.keep(900, "changed", kind=12)
    return 900


def unheard(scene: Scene, *, look: bool = False) -> tuple[int, int]:
    """Notified when nobody waits; then somebody waits."""
    changed, one, other = condition(scene), scene.task("one"), scene.task("other")
    with scene.step(other):
        scene.put("x", 7)
        scene.notify(changed, 0)
    with scene.step(one):
        if look:
            scene.read("x", 7)
        scene.wait(changed)
    return changed, one


def test_a_notify_before_the_wait_is_lost(tmp_path: Path) -> None:
    scene = Scene()
    unheard(scene)
    assert scene.findings(tmp_path) == OBSERVED
    (found,) = scene.found
    assert (found["form"], found["cell"]["text"]) == ("unheard-notify", "State.changed")
    assert (found["other"]["function"], found["last"]["function"]) == ("other", "one")
    assert found["advice"]["primitive"] == "asyncio.Condition"


def test_given_up_it_is_less_sure(tmp_path: Path) -> None:
    scene = Scene()
    changed, one = unheard(scene)
    with scene.step(one):
        scene.woken(changed, OTHERWISE)
    assert scene.findings(tmp_path) == [("lost-wakeup", "observed", "medium", 1)]


def test_who_looked_before_waiting_has_seen_it(tmp_path: Path) -> None:
    scene = Scene()
    unheard(scene, look=True)
    assert scene.findings(tmp_path) == []


@pytest.mark.parametrize("woken", [True, False], ids=["woken", "another was"])
def test_a_later_notify_makes_up_for_it(tmp_path: Path, woken: bool) -> None:
    scene = Scene()
    changed, one = unheard(scene)
    with scene.step(scene.task("third")):
        token = scene.notify(changed, 1)
    if woken:
        with scene.step(one, token):
            scene.woken(changed)
    assert ("lost-wakeup", "observed") not in [each[:2] for each in scene.findings(tmp_path)]


@pytest.mark.parametrize(
    ("look", "ordered", "found"),
    [(False, False, PREDICTED), (True, False, []), (False, True, [])],
    ids=["blind", "looks", "ordered"],
)
def test_the_only_notify_could_have_come_too_early(
    tmp_path: Path, look: bool, ordered: bool, found: list[tuple[str, str, str, int]]
) -> None:
    scene = Scene()
    changed, one, other = condition(scene), scene.task("one"), scene.task("other")
    with scene.step(one):
        if look:
            scene.read("x", 0)
        scene.wait(changed)
        token = scene.send()
    with scene.step(other):
        if ordered:
            scene.receive(token)
        scene.put("x", 7)
        token = scene.notify(changed, 1)
    with scene.step(one, token):
        scene.woken(changed)
    assert scene.findings(tmp_path) == found


def test_an_event_that_is_set_and_cleared_in_one_step_tells_only_those_who_wait(tmp_path: Path) -> None:
    scene = Pair()
    with scene.step(scene.other):
        scene.set(scene.ready)
        scene.clear(scene.ready)
    scene.begin_wait()
    assert scene.findings(tmp_path) == OBSERVED
    assert scene.found[0]["form"] == "unheard-notify"
    assert scene.found[0]["advice"]["primitive"] == "asyncio.Event"


# What is waited for is replaced


def replace(scene: Scene, actor: int, old: int, new: int) -> None:
    cell = {"object": OBJECT, "key": scene.string("ready") << 2 | ATTRIBUTE}
    with scene.step(actor):
        scene.say("read", site=scene.site(scene.names[actor], READ), **cell, value=old << 3 | 4)
        scene.say("write", site=scene.site(scene.names[actor], PUT), **cell, value=new << 3 | 4)


def test_who_waits_for_what_is_replaced_waits_for_ever(tmp_path: Path) -> None:
    scene = Pair()
    new = scene.event("fresh")
    scene.begin_wait()
    replace(scene, scene.other, scene.ready, new)
    assert scene.findings(tmp_path) == OBSERVED
    (found,) = scene.found
    assert (found["form"], found["cell"]["text"]) == ("replaced", "State.ready")
    assert (found["first"]["function"], found["last"]["function"]) == ("one", "other")


def test_woken_before_it_is_replaced(tmp_path: Path) -> None:
    scene = Pair()
    new = scene.event("fresh")
    scene.begin_wait()
    with scene.step(scene.other):
        token = scene.set(scene.ready)
    replace(scene, scene.other, scene.ready, new)
    with scene.step(scene.one, token):
        scene.woken(scene.ready)
    assert scene.findings(tmp_path) == []


def test_nobody_waits_for_what_is_replaced(tmp_path: Path) -> None:
    scene = Pair()
    replace(scene, scene.other, scene.ready, scene.event("fresh"))
    assert scene.findings(tmp_path) == []


# A future that is replaced


class Futures(Scene):
    """One awaits a future that is kept in an attribute; another puts a new one there."""

    def __init__(self) -> None:
        super().__init__()
        self.old, self.new = 801, 802
        for future in (self.old, self.new):
            self.keep(future, "waiter", kind=11)
        self.one, self.other = self.task("one"), self.task("other")

    def begin_wait(self) -> None:
        with self.step(self.one):
            self.wait(self.old)

    def complete(self, future: int) -> None:
        with self.step(self.other):
            key = self.string("state") << 2 | ATTRIBUTE
            self.say("write", site=self.site("other", PUT), object=future, key=key, value=2 << 3 | 1)


def replace_future(scene: Futures) -> None:
    cell = {"object": OBJECT, "key": scene.string("waiter") << 2 | ATTRIBUTE}
    with scene.step(scene.other):
        scene.say("read", site=scene.site("other", READ), **cell, value=scene.old << 3 | 4)
        scene.say("write", site=scene.site("other", PUT), **cell, value=scene.new << 3 | 4)


def test_who_awaits_a_future_that_is_replaced_waits_for_ever(tmp_path: Path) -> None:
    scene = Futures()
    scene.begin_wait()
    replace_future(scene)
    assert scene.findings(tmp_path) == OBSERVED
    assert (scene.found[0]["form"], scene.found[0]["cell"]["text"]) == ("replaced", "State.waiter")


def test_completed_before_it_is_replaced(tmp_path: Path) -> None:
    scene = Futures()
    scene.begin_wait()
    scene.complete(scene.old)
    replace_future(scene)
    assert scene.findings(tmp_path, "--confidence", "low") == []


@pytest.mark.parametrize(("by_hand", "confidence"), [(True, "medium"), (False, "low")])
def test_who_goes_on_may_have_been_cancelled(tmp_path: Path, by_hand: bool, confidence: str) -> None:
    scene = Futures()
    scene.begin_wait()
    replace_future(scene)
    if by_hand:
        scene.complete(scene.new)
    with scene.step(scene.one):
        scene.pause()
    assert scene.findings(tmp_path, "--confidence", "low") == [("lost-wakeup", "observed", confidence, 1)]


def test_many_futures_that_were_awaited(tmp_path: Path) -> None:
    scene = Futures()
    scene.begin_wait()
    replace_future(scene)
    for index in range(600):
        future = 10_000 + index
        scene.keep(future, f"other{index}", kind=11)
        with scene.step(scene.task("passer")):
            scene.wait(future)
        with scene.step(len(scene.names)):
            scene.pause()
    assert scene.findings(tmp_path) == OBSERVED
