"""What the agent makes of the YAML of a rules file is what a YAML library makes of it, or an error with a line."""

from __future__ import annotations

import random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from staleread._yaml import Line, YamlError, lines_of, section, value_of

RULES = """\
version: 1
watch: [a, "b.*", '*/c.py'] # both
ignore:
- x#y
- 'it is'
primitives:
  - lock: {class: "a.b.C", acquire: [one, two], release: give}
  # a comment
  - event:
      class: kit.Flag
      set: fire # once
      wait:
        - fired
        - "waited"
  -
    queue: {class: k.Q, put: put}
suppress:
  - id: SR-0123456789ab
    reason: |
      watch: me
"""
KEYS = ("watch", "ignore", "primitives")


def read(text: str, key: str) -> Any:
    found = section(lines_of(text), key)
    return None if found is None else value_of(*found)


def plain(value: Any) -> Any:
    """All texts, as the agent has them; what says nothing is None."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return None if value in ("", "~", "null") else value


def test_everything_that_is_meant_to_be_read() -> None:
    expected = yaml.load(RULES, yaml.BaseLoader)
    assert {key: read(RULES, key) for key in KEYS} == {key: expected[key] for key in KEYS}


@given(st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_whatever_is_read_is_read_right(seed: int) -> None:
    """Of the file with a few characters changed: a quoted text that says nothing is the one thing that may differ."""
    chance = random.Random(seed)
    text = RULES
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(text))
        text = (
            text[:at]
            + chance.choice(["", *" \n-:,[]{}#'\"&*!|>~x?%@`\t\\"])
            + text[at + chance.randint(0, 1) :]
        )
    try:
        expected = yaml.load(text, yaml.BaseLoader)
    except yaml.YAMLError:
        return  # The analyzer, which has a YAML library, refuses the whole file.
    for key in KEYS if isinstance(expected, dict) else ():
        try:
            assert plain(read(text, key)) == plain(expected.get(key)), text
        except YamlError:
            continue


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("primitives: {a: 1\n", 1),
        ("primitives:\n  - lock: [a b, ]c\n", 2),
        ("primitives:\n  - lock:\n      class: &x a\n", 3),
        ("primitives:\n  - lock:\n      class: |\n        a\n", 4),
        ("primitives:\n  - lock:\n      class: a\n       b\n", 4),
        ("primitives:\n  - lock: {a: b, a: c}\n", 2),
        ("primitives:\n  - lock:\n      a: b\n      a: c\n", 4),
        ('primitives:\n  - lock: "a\\n"\n', 2),
    ],
)
def test_what_is_not_understood_is_said_with_its_line(text: str, line: int) -> None:
    with pytest.raises(YamlError, match=f"line {line}: "):
        read(text, "primitives")


def test_a_line_is_without_what_is_around_it() -> None:
    assert lines_of("---\n  a: 'b # c' # d\n\n# e\n") == [Line(2, 2, "a: 'b # c'")]
