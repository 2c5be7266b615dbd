"""Small programs that say what must come before what, and what need not."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import tool
from recording import TraceOf
from trace_order import Order
from trace_reader import Trace, read_trace

HEAD = """
import asyncio, concurrent.futures, queue, threading, time

class Marks:
    pass

marks = Marks()

def mark(name):
    setattr(marks, name, 1)

async def marked(name, turns=0):
    for _ in range(turns):
        await asyncio.sleep(0)
    mark(name)

"""

# Each: the program, pairs that are ordered, pairs that are not.
Case = tuple[str, str, str]


IN_A_LOOP = "\nasyncio.run(main())\n"
IN_A_THREAD = "\nmain()\n"


def parameters(cases: dict[str, Case], since: tuple[int, int] = (3, 10)) -> list[Any]:
    """For `pytest.mark.parametrize`; what the cases are about came with this Python."""
    skip = pytest.mark.skipif(sys.version_info < since, reason=f"came with Python {since[0]}.{since[1]}")
    return [pytest.param(case, id=name, marks=skip) for name, case in cases.items()]


def check(trace_of: TraceOf, case: Case, start: str) -> None:
    """Of a case in a recording of its own, which `start` starts."""
    assert_order(Order(trace_of(HEAD + textwrap.dedent(case[0]) + start)), case)


def recorded(folder: Path, program: str, *options: str) -> Trace:
    """Of a program that has to end well and without a word."""
    (folder / "program.py").write_text(program)
    done = tool.record(folder / "program.py", folder / "trace.srt", options=("--quiet", *options))
    assert (done.returncode, done.stderr) == (0, "")
    return read_trace(folder / "trace.srt")


def record_together(cases: dict[str, Case], imports: str, folder: Path, *options: str) -> Order:
    """Programs that each have an `async def main()`, in one recording, where `imports` takes long.

    Their marks are told apart by the number of their case: `check_together` knows.
    """
    parts = [HEAD, imports, "def mark(name):\n    setattr(marks, f'{case}_{name}', 1)\n"]
    for number, (program, _, _) in enumerate(cases.values()):
        parts += [f"\ncase = {number}\n", textwrap.dedent(program), IN_A_LOOP]
    return Order(recorded(folder, "".join(parts), *options))


def check_together(order: Order, cases: dict[str, Case], name: str) -> None:
    """Of one of them."""
    assert_order(order, cases[name], prefix=f"{list(cases).index(name)}_")


def assert_order(order: Order, case: Case, prefix: str = "") -> None:
    _, ordered, unordered = case
    for pair in ordered.split():
        first, second = (prefix + name for name in pair.split("<"))
        assert order.before(first, second), f"{pair}: not ordered"
        assert not order.before(second, first), f"{pair}: the other way round"
    for pair in unordered.split():
        first, second = (prefix + name for name in pair.split("|"))
        assert order.unordered(first, second), f"{pair}: ordered"
