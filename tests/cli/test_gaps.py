"""What stands behind a gap: nothing that was lost makes a finding.

In: traces written by hand, with a frame missing. Out: what `analyze` finds in the rest.
"""

from __future__ import annotations

from pathlib import Path

import tool
from small_trace import OBJECT, VALUE, WRITE_SITE, integer, opening, tables
from trace_writer import Event, TraceWriter

NEW = (20, 21, 22)


def made() -> list[Event]:
    """A task that lived through the gap makes others."""
    tasks = []
    for actor in NEW:
        tasks += [
            Event("actor", actor=actor, actor_kind=1, string=10, loop=1, function=1),
            Event("schedule", token=actor, how=3, loop=1),
        ]
    return [Event("begin", actor=2, token=1), *tasks, Event("end", microseconds=1)]


def step(actor: int) -> list[Event]:
    """All that such a task does, on the loop's thread."""
    return [
        Event("begin", actor=actor, token=actor),
        Event("enter", function=1),
        Event("write", site=WRITE_SITE, object=OBJECT, key=VALUE, value=integer(actor)),
        Event("leave"),
        Event("finish", actor=actor),
        Event("end", microseconds=1),
    ]


def another_thread() -> list[Event]:
    """Without one nobody asks for the order between threads."""
    return [
        Event("actor", thread=1, actor=99, actor_kind=3),
        Event("begin", thread=1, actor=99),
        Event("write", thread=1, site=WRITE_SITE, object=OBJECT + 1, key=VALUE, value=integer(0)),
    ]


def test_a_step_whose_begin_was_lost_ends_no_thread(tmp_path: Path) -> None:
    writer = TraceWriter()
    writer.tables(tables())
    writer.events([*opening(), *another_thread()])
    writer.next_number += 1  # the frame in which a task's step began
    writer.events([Event("end", microseconds=1), *made(), *step(20), *step(21), *step(22)])
    writer.end()
    trace = tmp_path / "gap.srt"
    trace.write_bytes(writer.bytes())
    report = tool.analyze(trace)
    assert report["traces"][0]["damaged_frames"] == 1
    assert report["findings"] == []
