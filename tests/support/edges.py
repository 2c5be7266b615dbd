"""Small programs that say what must come before what, and what need not."""

from __future__ import annotations

import textwrap

from recording import TraceOf
from trace_order import Order

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
