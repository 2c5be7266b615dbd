"""A slice of the exploration, the same every time: nothing observed may be missed or made up, and what is predicted
must be about as good as it was when last measured (see docs/ground-truth.md). And what that stands on.
"""

from __future__ import annotations

import pytest
from compare import Case, compare, new_scores, prepare, report
from cuts import cuts, is_well_formed
from explore import Campaign, tell
from generate import Generator, generate
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from loop import Schedule
from model import Cell, Check, Locked, Program, Read, Statement, Wait, Write
from render import render
from truth import Bounds, explore

X = Cell("attribute", "x")
BOUNDS = Bounds(120)
precision_least = 0.90
recall_least = 0.95


def program(*bodies: list[Statement]) -> Program:
    names = [f"task{place}" for place in range(len(bodies))]
    return Program([X], {"lock": "Lock"}, dict(zip(names, bodies, strict=True)), names)


def update(wait: str) -> list[Statement]:
    return [Read("v", X), Wait(wait), Write(X, "v", 1)]


def possible(made: Program, bounds: Bounds = BOUNDS) -> set[str]:
    text = render(made, "p")
    truth = explore(made, text, bounds, 0)
    assert truth.complete
    return {kind for kind, _, _ in truth.possible}


def reported(made: Program) -> Case:
    case = prepare(made, "p", 1, BOUNDS)
    report([case])
    return case


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    slice_of_all = Campaign(1, BOUNDS)
    slice_of_all.run(120)
    return slice_of_all


def test_all_that_was_observed_is_reported_and_no_more(campaign: Campaign) -> None:
    scores = {key: score for key, score in campaign.scores.items() if key[1] == "observed"}
    assert sum(score.right for score in scores.values()) > 50
    assert all(score.wrong == score.missed == 0 for score in scores.values()), campaign.table()


def test_what_is_predicted_is_mostly_possible_and_mostly_complete(campaign: Campaign) -> None:
    score = campaign.scores["lost-update", "predicted", "high"]
    assert score.right > 20, campaign.table()
    assert score.precision() >= precision_least, campaign.table()
    assert score.recall() >= recall_least, campaign.table()


programs = st.randoms(use_true_random=False).map(lambda random: Generator(random).make())


@settings(
    max_examples=5,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(programs, min_size=1, max_size=12))
def test_what_hypothesis_makes_is_told_as_it_was_observed(made: list[Program]) -> None:
    """Every choice of the generator is Hypothesis's; several programs share a recording. What fails is made smaller by
    shrink.py, which tries many cuts in each recording, where Hypothesis would need one for each."""
    cases = [prepare(each, f"h{number}", number, Bounds(1)) for number, each in enumerate(made)]
    report(cases)
    for case in cases:
        wrong = [found for found in compare(case, new_scores()) if found.status == "observed"]
        assert not wrong, tell(case, wrong)


def test_a_wait_lets_a_rival_in_and_a_lock_does_not() -> None:
    racy = program(update("timer"), update("timer"))
    clean = program([Locked("lock", update("timer"))], [Locked("lock", update("timer"))])
    assert possible(racy) == {"lost-update"}
    assert possible(clean) == set()


def test_the_ready_queue_keeps_its_order() -> None:
    """The second task's write comes two turns later, whatever timers do: the first one's window is over then."""
    late: list[Statement] = [Wait("yield"), Wait("yield"), Write(X, "", 5)]
    assert possible(program(update("yield"), late)) == set()
    assert possible(program(update("timer"), late)) == {"lost-update"}


def test_a_check_that_is_made_again_is_no_window() -> None:
    act: list[Statement] = [Write(X, "", 7)]
    stale: list[Statement] = [Check(X, "", 0, [Wait("timer"), *act])]
    again: list[Statement] = [Check(X, "", 0, [Wait("timer"), Check(X, "", 0, list(act))])]
    rival: list[Statement] = [Wait("timer"), Write(X, "", 3)]
    assert possible(program(stale, rival)) == {"check-then-act"}
    assert possible(program(again, rival)) == set()


def test_a_difference_is_told() -> None:
    """The comparison itself: a report that is withheld or made up does not go unnoticed."""
    case = reported(program(update("yield"), update("yield")))
    assert compare(case, new_scores()) == []
    key = next(iter(case.reported))
    finding = case.reported.pop(key)
    assert [found.label() for found in compare(case, new_scores())] == ["missed observed lost-update"]
    case.reported.update({key: finding, ("check-then-act", 1, 2): finding})
    assert [found.label() for found in compare(case, new_scores())] == ["wrong observed check-then-act high"]


def test_every_schedule_is_run_once() -> None:
    seen = set()
    answers: list[int] | None = []
    while answers is not None:
        schedule = Schedule(answers)
        first = schedule(2)
        seen.add((first, schedule(3) if first else None))
        answers = schedule.next()
    assert seen == {(0, None), (1, 0), (1, 1), (1, 2)}


@pytest.mark.parametrize("seed", range(20))
def test_cuts_are_programs(seed: int) -> None:
    made = generate(seed)
    assert is_well_formed(made)
    for cut in cuts(made):
        compile(str(render(cut, "p")), "p.py", "exec")
