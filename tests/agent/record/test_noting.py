"""Without the accelerator Python tells the interpreter where coroutines are to be noted; `test_same_bytes.py` compares."""

from __future__ import annotations

import sys
from _thread import get_ident
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from staleread._record import noting as noting_module
from staleread._record.noting import Noting

depth = sys.get_coroutine_origin_tracking_depth


@pytest.fixture
def noting() -> Iterator[Noting]:
    before = depth()
    made = Noting()
    made.is_selective = True
    sys.set_coroutine_origin_tracking_depth(1)
    yield made
    sys.set_coroutine_origin_tracking_depth(before)


def running(actor: int) -> SimpleNamespace:
    return SimpleNamespace(actor=actor)


def test_steps_note_where_watched_code_waits(noting: Noting) -> None:
    ident = get_ident()
    noting.know(7)
    noting.take_up(ident, running(7), is_watched=False)
    assert depth() == 1
    noting.take_up(ident, running(8), is_watched=False)
    assert depth() == 0
    noting.take_up(ident, running(9), is_watched=True)
    assert depth() == 1
    noting.forget(7)
    noting.take_up(ident, running(7), is_watched=False)
    assert depth() == 0
    noting.rest()
    assert depth() == 1


def test_a_step_goes_on_behind_a_loop_of_its_own(noting: Noting) -> None:
    ident = get_ident()
    noting.take_up(ident, running(7), is_watched=False)
    outer = noting.interrupt(ident)
    noting.take_up(ident, running(8), is_watched=False)
    noting.go_on(ident, outer)
    assert noting.at_work == {ident: running(7)} and depth() == 1


def test_nothing_is_changed_where_the_program_asked_itself(noting: Noting) -> None:
    noting.is_selective = False
    noting.take_up(get_ident(), running(7), is_watched=False)
    noting.end()
    assert depth() == 1 and not noting.at_work


def test_more_actors_than_can_be_known_are_all_noted(noting: Noting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noting_module, "_ACTORS_MAX", 3)
    noting.take_up(get_ident(), running(1), is_watched=False)
    assert depth() == 0
    for actor in range(2, 7):
        noting.know(actor)
    assert depth() == 1 and not noting.is_selective and not noting.at_work and not noting.inside
