"""A loop that is suspended tells that it goes on with its container, and nothing else of the program changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from recording import Record
from trace_reader import Trace

TraceOf = Callable[..., Trace]
GOES_ON = 8

LOOPS = {
    "{'a': 1, 'b': 2}": "for x in box: await sleep(0)",
    "{'a': 1, 'c': 2}": "for x in box.items(): await sleep(0)",
    "{1, 2}": "for x in box: await sleep(0)",
    "[1, 2]": "for i, x in enumerate(box): await sleep(0)",
    "collections.deque('ab')": "[await sleep(0) for x in box]",
    "collections.OrderedDict(a=1, b=2)": "for x in box.values(): await sleep(0)",
    "collections.Counter('ab')": "for x in box: await sleep(0)",
    "Heir((1, 2))": "for x in box: await sleep(0)",
}

PROGRAM = """
    import collections
    from asyncio import run, sleep
    class Heir(list): pass
    class Own(list):
        def __iter__(self):
            return iter((1, 2))
    class Holder:
        def __init__(self):
            self.box = {made}
        async def work(self):
            box = self.box
            {loop}
    run(Holder().work())
"""


def structure_reads(trace: Trace) -> list[bool]:
    """Of the reads of a structure in a loop, in turn: whether they go on with it."""
    reads = [event for event in trace.of("read") if trace.sites[event.site].operation == 6]
    return [bool(trace.sites[event.site].flags & GOES_ON) for event in reads]


@pytest.mark.parametrize("made", LOOPS)
def test_each_further_element_is_a_read_that_goes_on(made: str, trace_of: TraceOf) -> None:
    trace = trace_of(PROGRAM.format(made=made, loop=LOOPS[made]))
    assert structure_reads(trace) == [False, True, True]
    assert len({event.object for event in trace.of("read") if trace.sites[event.site].operation == 6}) == 1


@pytest.mark.parametrize(
    ("made", "loop", "reads"),
    [
        ("[1, 2]", "for x in list(box): await sleep(0)", 2),  # of what is copied, and of the copy
        ("[1, 2]", "for x in box: pass", 1),
        ("Own((1, 2))", "for x in box: await sleep(0)", 1),
        ("(1, 2)", "for x in box: await sleep(0)", 0),
        ("'ab'", "for x in box: await sleep(0)", 0),
        ("iter([1, 2])", "for x in box: await sleep(0)", 0),
    ],
)
def test_copies_and_what_is_no_plain_container_do_not_go_on(
    made: str, loop: str, reads: int, trace_of: TraceOf
) -> None:
    assert structure_reads(trace_of(PROGRAM.format(made=made, loop=loop))) == [False] * reads


CHANGED = """
    import asyncio
    import traceback
    class Hub:
        def __init__(self):
            self.rows = {1: 1, 2: 2}
        async def send(self):
            for key, row in self.rows.items():
                await asyncio.sleep(0)
        async def close(self):
            del self.rows[2]
    async def main():
        hub = Hub()
        problem, _ = await asyncio.gather(hub.send(), hub.close(), return_exceptions=True)
        frames = traceback.extract_tb(problem.__traceback__)
        print(repr(problem), [frame.line for frame in frames])
    asyncio.run(main())
"""


def test_a_dict_that_changed_while_it_was_gone_through_fails_as_ever(record: Record) -> None:
    recording = record(CHANGED)
    assert recording.stdout == (
        "RuntimeError('dictionary changed size during iteration') " "['for key, row in self.rows.items():']\n"
    )
    assert True in structure_reads(recording.trace)  # told before it failed


LET_GO = """
    import asyncio
    import weakref
    class Item: pass
    async def main():
        items = [Item(), Item()]
        for item in items:
            await asyncio.sleep(0)
            seen = weakref.ref(item)
            items[items.index(item)] = None
            del item
            print(seen())
    asyncio.run(main())
"""


def test_elements_live_no_longer_than_they_would(record: Record) -> None:
    assert record(LET_GO).stdout == "None\nNone\n"
