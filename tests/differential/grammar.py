"""What making programs at random stands on: choices, and the place something is made for.

In: a function that chooses a number below another one (Hypothesis, or a seeded `Random`). Out: what was chosen. The first
choice is always the plainest, so that Hypothesis can make a program smaller by choosing lower.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

Thing = TypeVar("Thing")
Choose = Callable[[int], int]
Block = list[str]
"""Lines of source text, not indented."""

FUNCTION, GENERATOR, COROUTINE, ASYNC_GENERATOR = "function", "generator", "coroutine", "async generator"

since_311 = sys.version_info >= (3, 11)
since_312 = sys.version_info >= (3, 12)
since_313 = sys.version_info >= (3, 13)
since_314 = sys.version_info >= (3, 14)


@dataclass(frozen=True)
class Place:
    """Where an expression or a statement stands, and what is allowed there."""

    kind: str = FUNCTION
    """Of the function around."""
    in_class: bool = False
    in_loop: bool = False
    in_except_star: bool = False
    """No `break`, `continue` or `return` out of it."""
    in_comprehension: bool = False
    in_iterable: bool = False
    """Of a comprehension, where no walrus may stand."""
    in_generic: bool = False
    """Of the header of a generic function or class."""
    in_literal: int = 0
    """How many f-strings are around."""
    depth: int = 3
    """How much deeper it may become."""
    names: tuple[str, ...] = ("a", "b", "c")
    """Variables that can be read."""
    stored: tuple[str, ...] = ()
    """Variables that may be bound."""
    outer: tuple[str, ...] = ()
    """Variables of functions around, which a nested function may declare `nonlocal`."""
    function: str = ""
    """The name of the function around, where it has one that can be called."""

    @property
    def awaits(self) -> bool:
        return self.kind in (COROUTINE, ASYNC_GENERATOR) and not self.in_class

    @property
    def yields(self) -> bool:
        return self.kind in (GENERATOR, ASYNC_GENERATOR) and not (self.in_comprehension or self.in_class)

    def deeper(self) -> Place:
        return replace(self, depth=self.depth - 1)

    def knowing(self, *names: str) -> Place:
        return replace(self, names=(*self.names, *names))


@dataclass
class Made:
    """The functions made so far, which those made later may call."""

    kinds: dict[str, str] = field(default_factory=dict)
    classes: list[str] = field(default_factory=list)
    nested: int = 0


class Maker:
    """What all makers share."""

    def __init__(self, choose: Choose) -> None:
        self.choose = choose
        self.made = Made()

    def pick(self, options: Sequence[Thing]) -> Thing:
        return options[self.choose(len(options))]

    def seldom(self, one_in: int = 4) -> bool:
        return self.choose(one_in) == one_in - 1

    def some(self, make: Callable[[], Thing], least: int, most: int) -> list[Thing]:
        return [make() for _ in range(least + self.choose(most - least + 1))]

    def new_name(self, prefix: str) -> str:
        self.made.nested += 1
        return f"{prefix}{self.made.nested}"


def indented(block: Block) -> Block:
    return textwrap.indent("\n".join(block), "    ").split("\n")
