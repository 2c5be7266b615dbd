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

class Kept:
    def __set_name__(self, owner, name):
        self.name = "_" + name
    def __get__(self, instance, owner=None):
        return self if instance is None else say(vars(instance).get(self.name, 0))
    def __set__(self, instance, given):
        vars(instance)[self.name] = say(given)

class Slots:
    __slots__ = ("value", "other", "items", "_table", "rows", "inner")
    def __init__(self, value):
        self.value = self.other = value
        self.items, self._table, self.rows, self.inner = {0: value}, {}, [value], None
    def note(self, *given):
        return given[0] if given else self.value
    get = note
    twice = property(lambda self: self.value)

class Meta(type):
    made = 0
    @classmethod
    def __prepare__(meta, name, bases, **named):
        return {"prepared": say(name)}
    def __new__(meta, name, bases, space, **named):
        meta.made += 1
        return super().__new__(meta, name, bases, space)
    def __call__(cls, *given):
        cls.last = made = super().__call__(*given)
        return made
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
