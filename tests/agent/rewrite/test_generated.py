"""Programs made at random from the forms that are rewritten: they end as the plain ones do."""

from __future__ import annotations

import textwrap
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from rewriting import rewrite

PRELUDE = """
class Box:
    shared = 3
    def __init__(self, log):
        self.log, self.a, self.b = log, 1, 2
        self.items, self.rows = {0: 0, 1: 1, 2: 2}, [3, 4, 5]
    def get(self, key, other=0):
        self.log.append(("get", key))
        return self.a + other
    def note(self, value):
        self.log.append(value)
        return value
TOTAL = 0
"""

simple = st.sampled_from(
    ["0", "1", "2", "x", "y", "self.a", "self.b", "TOTAL", "self.shared", "len(self.rows)"]
)


def deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def form(text: str, parts: int = 1) -> st.SearchStrategy[str]:
        return st.tuples(*[inner] * parts).map(lambda given: text.format(*given))

    return st.one_of(
        form("({} + {})", 2),
        form("self.note({})"),
        form("self.get({}, other={})", 2),
        form("self.items[{} % 3]"),
        form("self.items.get({}, {})", 2),
        form("self.items.setdefault({}, {})", 2),
        form("self.rows[{} % 3:][0]"),
        form("({} if {} in self.items else {})", 3),
        form("({} or {} and not {})", 3),
        form("(x := {})"),
        form("sum([z + {} for z in self.rows if z != {}])", 2),
        form("max(*self.rows, {})"),
        form("(lambda k: k + {})(x)"),
        form("int(0 < {} in self.items)"),
        form("getattr(self, 'a', {})"),
        form("next(v + {} for v in [self.a])"),
    )


expressions = st.recursive(simple, deeper, max_leaves=5)
statements = st.recursive(
    st.one_of(
        st.tuples(
            st.sampled_from(
                [
                    "self.a = {}",
                    "self.a += {}",
                    "x = {}",
                    "y += {}",
                    "TOTAL += {}",
                    "self.items[{} % 3] = self.b",
                    "self.items[1] = self.items[2] = {}",
                    "self.items[{} % 3] += 1",
                    "self.rows[0], self.b = {}, x",
                    "self.rows[1:2] = [{}]",
                    "self.items.pop({}, None)",
                    "del self.items[{} % 3]",
                    "self.note({})",
                    "setattr(self, 'b', {})",
                    "assert {} != 4",
                    "(y := {})",
                ]
            ),
            expressions,
        ).map(lambda given: given[0].format(given[1])),
        st.sampled_from(["continue", "break", "return x", "raise KeyError(x)", "pass"]),
    ),
    lambda inner: st.tuples(
        st.sampled_from(
            [
                "if {}:\n{}\nelse:\n{}",
                "for x in self.rows:\n{}\nelse:\n{}\nself.note({})",
                "while self.rows and {}:\n    self.rows.pop()\n{}\n{}",
                "try:\n{}\nexcept KeyError:\n{}\nself.note({})",
                "try:\n{}\nfinally:\n{}\nself.note({})",
                "with open_quietly({}):\n{}\n{}",
            ]
        ),
        expressions,
        st.lists(inner, min_size=1, max_size=3),
        st.lists(inner, min_size=1, max_size=2),
    ).map(lambda given: filled(*given)),
    max_leaves=6,
)


def filled(form: str, expression: str, first: list[str], second: list[str]) -> str:
    blocks = [textwrap.indent("\n".join(block), "    ") for block in (first, second)]
    if form.startswith(("if", "while", "with")):
        parts = [expression, *blocks]
        if not form.startswith("if"):
            parts[2] = "\n".join(second)
    else:
        parts = [*blocks, expression]
    return form.format(*parts)


def end_of(code: Any) -> tuple[Any, ...]:
    log: list[Any] = []
    names: dict[str, Any] = {"__name__": "subject", "open_quietly": Quiet}
    exec(code, names)
    box = names["Box"](log)
    try:
        ended: Any = ("returned", names["run"](box, 1, 2))
    except Exception as problem:
        line = problem.__traceback__.tb_next.tb_lineno if problem.__traceback__.tb_next else 0  # type: ignore[union-attr]
        ended = (type(problem).__name__, str(problem), line)
    return ended, log, box.a, box.b, box.items, box.rows, names["TOTAL"]


class Quiet:
    def __init__(self, value: object) -> None:
        self.value = value

    def __enter__(self) -> object:
        return self

    def __exit__(self, *_: object) -> None:
        return None


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(statements, min_size=1, max_size=6))
def test_a_generated_program_ends_as_the_plain_one(body: list[str]) -> None:
    text = "\n".join(body)
    # One pass of an outer loop, so that `break` and `continue` are allowed everywhere.
    function = "def run(self, x, y):\n    global TOTAL\n    for _ in (0,):\n"
    source = PRELUDE + function + textwrap.indent(text, "        ") + "\n    return x, y\n"
    subject = rewrite(source)
    assert end_of(subject.code) == end_of(compile(source, "subject.py", "exec"))
