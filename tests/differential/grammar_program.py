"""A whole program at random: a module with a class, functions of every kind and what they share.

In: choices. Out: its source text, and which functions are to be run.
"""

from __future__ import annotations

from dataclasses import dataclass

from grammar import ASYNC_GENERATOR, COROUTINE, FUNCTION, GENERATOR, Choose
from grammar_statements import StatementMaker

HEAD = """\
import heapq
from heapq import heappop
G = 5
TABLE = {0: 1, 'k': 2}
ROWS = [1, 2]
shared = Box(7)
"""


@dataclass(frozen=True)
class Program:
    text: str
    entries: tuple[str, ...]
    """Functions to be called with `a`, `b` and `c`."""


def make_program(choose: Choose, functions: int = 3) -> Program:
    maker = StatementMaker(choose)
    future = "from __future__ import annotations\n" if maker.seldom(8) else ""
    lines = (future + HEAD).splitlines()
    entries: list[str] = []
    for number in range(1 + choose(functions)):
        name = f"f{number}"
        kind = maker.pick([FUNCTION, FUNCTION, GENERATOR, COROUTINE, ASYNC_GENERATOR])
        lines += ["", *maker.function(name, kind, None)]
        maker.made.kinds[name] = kind
        entries.append(name)
    if maker.seldom(2):
        lines += ["", *maker.a_class("Thing", None)]
        entries.append("Thing(2).method")
    return Program("\n".join(lines) + "\n", tuple(entries))
