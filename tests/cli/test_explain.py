"""`staleread explain`: every kind that a report may have, in words that fit a terminal."""

from __future__ import annotations

import ast
import re
import textwrap

import pytest
from conftest import Program
from test_report_schema import SCHEMA

KINDS: list[str] = SCHEMA["$defs"]["finding"]["properties"]["kind"]["enum"]
SECTIONS = ["For example", "What cures it", "What is none"]


def test_without_a_word_it_lists_the_kinds(staleread: Program) -> None:
    outcome = staleread("explain")
    assert (outcome.status, outcome.err) == (0, "")
    listed = re.findall(r"^  ([a-z-]+)  +\w", outcome.out, re.MULTILINE)
    assert listed == KINDS
    assert max(map(len, outcome.out.splitlines())) <= 80


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_page(staleread: Program, kind: str) -> None:
    outcome = staleread("explain", kind)
    assert (outcome.status, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0].startswith(f"{kind}: ")
    assert lines[0].partition(": ")[2] in staleread("explain").out
    assert [line for line in lines if line in SECTIONS] == SECTIONS
    assert max(map(len, lines)) <= 80
    assert not any(line.endswith(" ") for line in lines)


@pytest.mark.parametrize("kind", KINDS)
def test_every_example_is_python(staleread: Program, kind: str) -> None:
    page = staleread("explain", kind).out
    example = page.partition("For example\n")[2].partition("What cures it")[0]
    ast.parse("async def example(self):\n" + textwrap.indent(textwrap.dedent(example), "    "))


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        (
            "lost-updat",
            "there is no kind `lost-updat`; did you mean `lost-update`? (`staleread explain` lists all)",
        ),
        ("deadlocks", "there is no kind `deadlocks`; `staleread explain` lists all"),
        ("", "there is no kind ``; `staleread explain` lists all"),
        ("\x1b[1m", "there is no kind `\\x1b[1m`; `staleread explain` lists all"),
        ("x" * 1000, f"there is no kind `{'x' * 1000}`; `staleread explain` lists all"),
    ],
)
def test_a_wrong_kind_is_answered(staleread: Program, word: str, sentence: str) -> None:
    outcome = staleread("explain", word)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == f"staleread: explain: {sentence}\n"
