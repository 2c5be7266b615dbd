"""What of a rules file matters while recording: `watch`, `ignore` and `primitives`.

In: a file. Out: patterns and primitives, or a sentence with the line. Everything else in the file is the analyzer's, and
not looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from staleread._primitives import ROLES, Primitive, PrimitiveError, primitive
from staleread._yaml import Line, Value, YamlError, lines_of, section, value_of


class RulesError(Exception):
    """A sentence for the user."""


@dataclass(frozen=True)
class Rules:
    watch: list[str] = field(default_factory=list)
    ignore: list[str] = field(default_factory=list)
    primitives: list[Primitive] = field(default_factory=list)


def read_rules(path: str) -> Rules:
    try:
        lines = lines_of(Path(path).read_text("utf-8"))
    except OSError as error:
        raise RulesError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RulesError(f"{path}: this is not text") from None
    try:
        return Rules(_patterns(lines, "watch"), _patterns(lines, "ignore"), _primitives(lines, path))
    except YamlError as error:
        raise RulesError(f"{path}: {error}") from None


def _patterns(lines: Sequence[Line], key: str) -> list[str]:
    found = section(lines, key)
    if found is None:
        return []
    head, below = found
    value = value_of(head, below)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        at = below[0].number if below else head.number
        raise YamlError(at, "`watch` and `ignore` are lists, one `- pattern` a line")
    return [str(item) for item in value]


def _primitives(lines: Sequence[Line], path: str) -> list[Primitive]:
    found = section(lines, "primitives")
    if found is None:
        return []
    head, below = found
    rules = value_of(head, below)
    if rules is None:
        return []
    if not isinstance(rules, list):
        raise YamlError(head.number, "`primitives` is a list, one `- lock: …` for each")
    starts = [line.number for line in below if line.indent == below[0].indent]
    numbers = starts if len(starts) == len(rules) else [head.number] * len(rules)
    return [_primitive(rule, number, path) for rule, number in zip(rules, numbers, strict=True)]


def _primitive(rule: Value, number: int, path: str) -> Primitive:
    if not isinstance(rule, dict) or len(rule) != 1:
        raise YamlError(number, f"a primitive is one of {', '.join(ROLES)}, and what its methods are")
    ((kind, said),) = rule.items()
    if not isinstance(said, dict):
        raise YamlError(number, f"`{kind}` wants keys and values: its `class`, and what its methods are")
    try:
        return primitive(kind, said, f"{path}: line {number}")
    except PrimitiveError as error:
        raise YamlError(number, str(error)) from None
