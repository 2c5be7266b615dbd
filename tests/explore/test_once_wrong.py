"""Small programs on which the two sides once differed, each under several schedules: they must not differ again."""

from __future__ import annotations

import pytest
from compare import Case, compare, new_scores, prepare, report
from explore import tell
from model import (
    Augment,
    Cell,
    Check,
    Guarded,
    Locked,
    Program,
    Read,
    Remove,
    Repeat,
    Return,
    Statement,
    Wait,
    Write,
)
from truth import Bounds

X = Cell("attribute", "x")
E = Cell("entry", "e", "a")
ROWS = Cell("list", "rows")
schedules = range(6)


def update(wait: str, constant: int = 3) -> list[Statement]:
    return [Read("v", X), Wait(wait), Write(X, "v", constant)]


def once_wrong() -> dict[str, list[list[Statement]]]:
    """What is special -> the bodies of the tasks. Made anew for each use, because statements know their lines."""
    return {
        "set and reset in one step": [
            [Wait("timer"), Write(X, "", 1), Write(X, "", 0)],
            [Augment(X, 4, awaits=True)],
        ],
        "the act's flow writes over the rival's value first": [
            [Read("v", X), Wait("timer"), Write(X, "", 0), Write(X, "v", 3)],
            [Wait("timer"), Write(X, "", 1)],
        ],
        "the rival goes through the lock before it writes": [
            [Locked("lock", update("timer"))],
            [Wait("timer"), Locked("lock", [Read("v", X)]), Write(X, "", 5)],
        ],
        "the lock is handed over in every run": [
            [Locked("lock", [Wait("timer")]), *update("yield")],
            [Locked("lock", [Wait("yield"), Write(X, "", 9)])],
        ],
        "the lock is asked for while it is held in every run": [
            [Locked("lock", [Wait("timer"), Write(X, "", 1)])],
            [Locked("lock", []), *update("yield")],
        ],
        "a rival of every run is hidden by another": [
            update("timer"),
            [Write(X, "", 2), Wait("timer"), Write(X, "", 0)],
        ],
        "two steps write at one site": [
            update("timer"),
            [Repeat(2, [Wait("timer"), Write(X, "", 2), Write(X, "", 0)])],
        ],
        "an entry gets the value that it had": [
            [Write(E, "", 1), Check(E, "", 0, [Wait("timer"), Write(E, "", 9)], how="in")],
            [Wait("timer"), Write(E, "", 1)],
        ],
        "two permits are no lock that is released between": [
            [
                Locked("two", [Read("v", X)]),
                Check(None, "v", 0, [Wait("timer"), Locked("two", [Write(X, "", 1)])]),
            ],
            [Wait("timer"), Write(X, "", 5)],
        ],
        "what finally does is not decided in the body": [
            [Guarded([Check(X, "", 5, [Return()]), Wait("timer")], [Write(X, "", 3)])],
            [Wait("timer"), Write(X, "", 7)],
        ],
        "the check decides only whether to wait": [
            [Check(X, "", 0, [Wait("timer")]), Write(X, "", 9)],
            [Wait("yield"), Write(X, "", 4)],
        ],
        "the list is as long as before": [
            [Check(ROWS, "", 0, [Wait("timer"), Augment(ROWS, 1)])],
            [Wait("timer"), Augment(ROWS, 1), Remove(ROWS)],
        ],
    }


@pytest.fixture(scope="module")
def cases() -> dict[str, list[Case]]:
    """All of them in one recording."""
    made: dict[str, list[Case]] = {}
    for number, name in enumerate(once_wrong()):
        for seed in schedules:
            bodies = once_wrong()[name]
            names = [f"task{place}" for place in range(len(bodies))]
            program = Program(
                [X, E, ROWS], {"lock": "Lock", "two": "Two"}, dict(zip(names, bodies, strict=True)), names
            )
            case = prepare(program, f"w{number}_{seed}", seed, Bounds(500))
            assert case.truth.complete
            made.setdefault(name, []).append(case)
    report([case for each in made.values() for case in each])
    return made


@pytest.mark.parametrize("name", once_wrong())
def test_they_agree(cases: dict[str, list[Case]], name: str) -> None:
    for case in cases[name]:
        differing = compare(case, new_scores())
        assert not differing, tell(case, differing)
