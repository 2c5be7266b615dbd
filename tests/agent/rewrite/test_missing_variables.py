"""A variable without a value is missed where it stands, whatever of ours is beside it; also in code that ran often, which
CPython 3.11 changes so that two instructions are one."""

from __future__ import annotations

import textwrap
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from staleread._record.hooks import make_pass_throughs
from staleread._rewrite.rewriter import Rewriter
from staleread._rewrite.sites import SiteTable

runs = 20
"""So often a function runs that the interpreter changes it."""

HEAD = """\
from heapq import heappush

class Table(dict):
    def __getitem__(self, key): return Table()
    def __setitem__(self, key, value): pass
    def __delitem__(self, key): pass
    def __iadd__(self, other): return self
    def append(self, *given): pass
    def __bool__(self): return True

class Box:
    def __init__(self): self.a = Table(z=1)
    def __enter__(self): pass
    def __exit__(self, *_): pass

def made(*given): return Table()
def key(): return 'a'

def run(b, t):
"""

BODIES = [
    "try:\n    made()[1:] = t\nfinally:\n    x",
    "made()[1:] = t\nx",
    "while x < 3:\n    b.a\n    x = 5",
    "with b:\n    pass\nx",
    "made()[\n x] += 1",
    "made()[\n x:] += t",
    "made()[\n x:] = t",
    "del made()[\n x:]",
    "made()[\n x]",
    "made()[\n x] = key()",
    "del made()[\n x]",
    "setattr(made(),\n x, 1)",
    "setattr(b,\n key(),\n x)",
    "getattr(made(),\n x)",
    "getattr(b,\n key(), x)",
    "t.get(x)",
    "t.get(\n x)",
    "made().get(\n x, 1)",
    "made().get(\n key(), x, 1)",
    "b.a.setdefault(\n x, [])",
    "t.pop(\n x,\n 1)",
    "t.update(a=key(),\n b=x,\n c=key())",
    "b.a.append(\n x)",
    "x in\\\n made()",
    "heappush(made(),\n x)",
    "if made()[key()]:\n    x",
    "yield made(\n)[key()]\nx",
    "try:\n    {}[key()][1]\nexcept KeyError:\n    x",
    "match made()[key()]:\n    case 1:\n        pass\nx",
]


@pytest.mark.parametrize("body", BODIES)
def test_a_variable_without_a_value_is_missed_where_it_stands(body: str) -> None:
    text = HEAD + textwrap.indent(f"{body}\nx = 1\n", "    ")
    rewriter = Rewriter(SiteTable(), make_pass_throughs())
    plain = function_of(compile(text, "subject.py", "exec", dont_inherit=True))
    instrumented = function_of(rewriter.compile(text.encode(), "subject.py", "subject", "subject.py"))
    for _ in range(runs):
        assert missed_at(instrumented) == missed_at(plain)


def function_of(code: Any) -> Callable[[], object]:
    names: dict[str, Any] = {}
    exec(code, names)
    return lambda: list(names["run"](names["Box"](), names["Table"]()) or ())


def missed_at(run: Callable[[], object]) -> list[Any]:
    with pytest.raises(UnboundLocalError) as raised:
        run()
    last = traceback.extract_tb(raised.value.__traceback__)[-1]
    assert last.filename == "subject.py"
    return [last.lineno, *(getattr(last, name, 0) for name in ("end_lineno", "colno", "end_colno"))]
