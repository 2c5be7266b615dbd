"""Steps that hold their loop for too long: for how long, where, and what does not count. Time passes here as a test says.

With clocks and threads as they are: order/test_blocked.py."""

from __future__ import annotations

import pytest
from looked_at import LookedAt


def test_a_step_that_sleeps() -> None:
    (told,) = LookedAt("""
        def step():
            compute(40)
            sleep(400)
            compute(10)
    """).run("step")
    assert told.where == "step: sleep(400)"
    assert (told.ms, told.computing_ms) == (450, 50)
    assert 360 <= told.waiting_ms <= 400


def test_a_step_that_computes() -> None:
    (told,) = LookedAt("""
        def work():
            for turn in range(6):
                compute(20)
                compute(40)
        def step():
            work()
    """).run("step")
    assert told == ("work: compute(40)", 360, 360, 0)


def test_a_step_may_take_as_long_as_the_limit() -> None:
    program = "def step(): sleep(99)\ndef longer(): sleep(100)"
    assert not LookedAt(program).run("step")
    assert LookedAt(program).run("longer")
    assert not LookedAt(program, limit_ms=101).run("longer")
    assert not LookedAt(program, limit_ms=0).run("longer")


def test_each_step_is_judged_by_itself() -> None:
    program = LookedAt("""
        def short():
            sleep(60)
        def long():
            sleep(120)
    """)
    assert not program.run("short")
    assert [told.ms for told in program.run("long")] == [120]
    assert not program.run("short")
    program.watchdog.loop_ends()
    assert not program.run("long")


def test_a_call_that_never_lets_others_run() -> None:
    (told,) = LookedAt("""
        def step():
            compute(40)
            keep_on(300)
            compute(40)
    """).run("step")
    assert told == ("step: keep_on(300)", 380, 380, 0)


def test_such_a_call_that_is_given_what_a_hook_returns() -> None:
    (told,) = LookedAt("""
        class Box:
            append = staticmethod(keep_on)
        def step():
            Box().append(int('300'))
    """).run("step")
    assert told == ("step: Box().append(int('300'))", 300, 300, 0)


def test_what_comes_after_a_computation_did_not_take_so_long() -> None:
    """Nobody could look before a function began, a hook was called, or a loop went on: that line is another."""
    program = LookedAt("""
        def items():
            yield 1
        def function():
            going = items()
            next(going)
            keep_on_until(300, going.gi_frame)
            compute(40)
        class Box:
            value = None
        def hook():
            reading_takes(300)
            box = Box()
            return len([box.value])
    """)
    assert program.run("function") == [("the step", 340, 340, 0)]
    assert program.run("hook") == [("the step", 300, 300, 0)]


def test_where_most_of_the_time_was_not_looked_at_no_line_is_told() -> None:
    """However often the rest was."""
    program = LookedAt("""
        def items():
            yield 1
        def step(before, after):
            compute(before)
            going = items()
            next(going)
            keep_on_until(200, going.gi_frame)
            compute(after)
        def less():
            step(80, 100)
        def more():
            step(120, 140)
    """)
    assert [told.where for told in program.run("less")] == ["the step"]
    assert [told.where for told in program.run("more")] == ["step: compute(after)"]


def test_time_in_which_the_machine_stood_still_does_not_count() -> None:
    program = LookedAt("""
        def step():
            sleep(40)
            stand_still(600)
            sleep(20)
        def long():
            sleep(140)
            stand_still(600)
    """)
    assert not program.run("step")
    assert [(told.where, told.ms) for told in program.run("long")] == [("long: sleep(140)", 160)]


def test_who_is_kept_from_running_does_not_wait() -> None:
    (told,) = LookedAt("""
        def step():
            be_kept(200)
    """).run("step")
    assert told == ("step: be_kept(200)", 200, 0, 0)


@pytest.mark.parametrize(
    "step, where",
    [
        ("unwatched(sleep, 300)", "step: unwatched(sleep, 300)"),
        ("[sleep(300) for _ in range(1)]", "step: [sleep(300) for _ in range(1)]"),
        ("(lambda: sleep(300))()", "step.<locals>.<lambda>: (lambda: sleep(300))()"),
    ],
)
def test_the_innermost_watched_line_is_told(step: str, where: str) -> None:
    (told,) = LookedAt(f"def step():\n    {step}").run("step")
    assert told.where == where


def test_of_unwatched_code_the_name_is_told() -> None:
    (told,) = LookedAt("import functools; step = functools.partial(unwatched, sleep, 300)").run("step")
    assert (told.where, told.ms) == ("_unwatched", 300)
