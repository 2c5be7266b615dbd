"""What a failure of ours means: the agent is off, unless the program is at a limit of its own."""

from __future__ import annotations

import pytest
from staleread._options import Options
from staleread._record.hooks import make_pass_throughs
from staleread._record.recorder import Recorder
from staleread._record.rows import SiteRows
from staleread._rewrite.rewriter import Rewriter
from staleread._rewrite.sites import SiteTable
from staleread._trace.tables import FUNCTION, SITE, Tables


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def recorder(told: list[str]) -> Recorder:
    return Recorder(Options("none", "/"), told.append)


def at_depth(calls: int, recorder: Recorder) -> None:
    if calls:
        at_depth(calls - 1, recorder)
    else:
        recorder.fail(RecursionError())


def test_deep_down_it_is_the_program_that_recurses(recorder: Recorder, told: list[str]) -> None:
    at_depth(300, recorder)
    assert told == []


def test_elsewhere_it_is_the_agent(recorder: Recorder, told: list[str]) -> None:
    recorder.fail(RecursionError())
    assert told == ["RecursionError"]


def test_a_thread_of_ours_has_no_limit_of_the_programs(recorder: Recorder, told: list[str]) -> None:
    recorder.break_off(RecursionError())
    assert told == ["RecursionError"]


def test_rows_that_were_not_told_are_told_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    rewriter, tables = Rewriter(SiteTable(), make_pass_throughs()), Tables()
    rewriter.compile(b"def work(box):\n    return box.value\n", "work.py", "work", "work.py")
    rows = SiteRows(rewriter.sites, tables, tells_strings=True)
    with monkeypatch.context() as patching:
        patching.setattr(SiteRows, "_site", lambda self, row: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            rows.add({1}, {1})
    tables.take()
    rows.add({1}, {1})
    assert {FUNCTION, SITE} <= {record[0] for record in tables.take()}
