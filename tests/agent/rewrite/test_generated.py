"""Programs made at random from the whole of Python's grammar: instrumented they do what they did before."""

from __future__ import annotations

import ast
import warnings

import pytest
from differ import differences, is_valid
from differential import Campaign, program_of
from grammar_program import Program, make_program
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from staleread._record.hooks import make_pass_throughs

pytestmark = pytest.mark.filterwarnings("ignore")


@st.composite
def programs(draw: st.DrawFn) -> Program:
    return make_program(lambda below: draw(st.integers(0, below - 1)), functions=1)


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)
@given(programs(), st.randoms(use_true_random=False))
def test_a_generated_program_does_what_it_did(program: Program, choices: object) -> None:
    assume(is_valid(program.text))
    assert [str(found) for found in differences(program, choices)] == []  # type: ignore[arg-type]


@pytest.mark.parametrize("first", range(0, 16, 8))
def test_larger_programs_do_what_they_did(first: int) -> None:
    campaign = Campaign()
    campaign.run(range(first, first + 8))
    assert [str(found) for _, _, found in campaign.found] == []
    assert campaign.programs >= 7


def test_the_grammar_is_covered() -> None:
    """Every kind of statement, expression and pattern of this Python comes up."""
    seen: set[str] = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in range(120):
            program, _ = program_of(seed)
            if is_valid(program.text):
                seen |= {type(node).__name__ for node in ast.walk(ast.parse(program.text))}
    bases = (
        ast.expr,
        ast.stmt,
        ast.pattern,
        ast.operator,
        ast.unaryop,
        ast.boolop,
        ast.cmpop,
        ast.excepthandler,
    )
    kinds = {kind.__name__ for base in bases for kind in base.__subclasses__()} - {
        "AugLoad",
        "AugStore",
        "Param",
    }
    kinds -= {"Num", "Str", "Bytes", "NameConstant", "Ellipsis", "Suite"}  # what was before 3.8
    assert kinds - seen == set()


BROKEN = {
    "_sr_read": lambda subject, site: site,
    "_sr_item": lambda container, key, site: None,
    "_sr_iter": lambda iterable, site: list(iterable),
    "_sr_leave": lambda kind, value, trace: kind is not None,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_hook_that_changes_something_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> dict[str, object]:
        return {**make_pass_throughs(), name: BROKEN[name]}

    monkeypatch.setattr("differ.make_pass_throughs", broken)
    campaign = Campaign()
    for seed in range(30):
        campaign.run(range(seed, seed + 1))
        if campaign.found:
            break
    assert campaign.found
