"""Small programs that say what must come before what, and what need not."""

from __future__ import annotations

import textwrap
from pathlib import Path

import tool
from recording import TraceOf
from trace_order import Order
from trace_reader import read_trace

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


def check(trace_of: TraceOf, case: Case, start: str) -> None:
    program, ordered, unordered = case
    order = Order(trace_of(HEAD + textwrap.dedent(program) + start))
    for pair in ordered.split():
        first, second = pair.split("<")
        assert order.before(first, second), f"{first} is before {second}"
        assert not order.before(second, first), f"{second} is not before {first}"
    for pair in unordered.split():
        first, second = pair.split("|")
        assert order.unordered(first, second), f"{first} and {second} are unordered"


def record_together(cases: dict[str, Case], imports: str, folder: Path, *options: str) -> Order:
    """Programs that each have an `async def main()`, in one recording: starting Python is what takes the time.

    Their marks are told apart by the number of their case: `assert_order` knows.
    """
    parts = [HEAD, imports, "def mark(name):\n    setattr(marks, f'{case}_{name}', 1)\n"]
    for number, (program, _, _) in enumerate(cases.values()):
        parts += [f"\ncase = {number}\n", textwrap.dedent(program), "\nasyncio.run(main())\n"]
    (folder / "program.py").write_text("".join(parts))
    done = tool.record(folder / "program.py", folder / "trace.srt", options=("--quiet", *options))
    assert (done.returncode, done.stderr) == (0, "")
    return Order(read_trace(folder / "trace.srt"))


def assert_order(order: Order, number: int, case: Case) -> None:
    """The pairs of the case of this number."""
    _, ordered, unordered = case
    for pair in ordered.split():
        first, second = (f"{number}_{name}" for name in pair.split("<"))
        assert order.before(first, second), f"{pair}: not ordered"
        assert not order.before(second, first), f"{pair}: the other way round"
    for pair in unordered.split():
        first, second = (f"{number}_{name}" for name in pair.split("|"))
        assert order.unordered(first, second), f"{pair}: ordered"
