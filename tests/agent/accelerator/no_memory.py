"""Has each allocation fail, one by one, while recorded code runs that allocates nothing itself.

    python no_memory.py [K/N [COUNT]]    how many failed, and what of it reached the program, as JSON; every N-th of
                                         them, with those that follow it, COUNT in a row

To be run as a process of its own, which the accelerator might bring down. That all fail from one on, for good, is nothing to
try: an interpreter that finds no memory for what handles an exception goes round in circles. Of several in a row some are
the interpreter's own, and where those were it has no memory to tell: they count as wrong.
"""

from __future__ import annotations

import _testcapi
import contextlib
import dis
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import allocates_nothing
from staleread._acceleration import accelerator
from staleread._options import Options
from staleread._session import Session
from trace_reader import read_trace

PROGRAM = Path(allocates_nothing.__file__).resolve()
ALLOCATIONS_MAX = 2000
ENOUGH = 5
"""So many in a row that did not have to be made: there are no more."""
ENTRY = ("SETUP_WITH",)
"""Where Python 3.10 itself needs memory as a rewritten function begins, as it does for any call."""


def outcome(work: Any, box: Any, first: int, last: int) -> str:
    """What the program notices while these allocations fail."""
    error: BaseException | None = None
    result = None
    _testcapi.set_nomemory(first, last)
    try:
        result = work(box)
    except BaseException as raised:
        error = raised
    _testcapi.remove_mem_hooks()
    return repr(result) if error is None else f"{type(error).__name__}{_place(error)}"


def _place(error: BaseException) -> str:
    """Where a function begins, it needs memory of its own: that is told apart."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or trace.tb_frame.f_code.co_filename != str(PROGRAM):
        return " at entry" if trace is not None and trace.tb_frame.f_code is outcome.__code__ else ""
    code = trace.tb_frame.f_code.co_code
    return " at entry" if dis.opname[code[trace.tb_lasti]] in ENTRY else ""


def attempts(
    session: Session, trace: str, is_known: bool, places: range, in_a_row: int
) -> Iterator[tuple[int, str, bool]]:
    """Which one failed, and so many from it on, in a recording of its own; what the program saw; whether the agent did.
    `is_known`: the code has been run before, with another object."""
    unnoticed = 0
    for first in places:
        with contextlib.redirect_stderr(None):
            session.start(Options(path=trace, root=str(PROGRAM.parent), cache=False))
            session.run("script", str(PROGRAM), [])
            names = vars(sys.modules["__main__"])
            if is_known:
                names["work"](names["Box"]())
            told = outcome(names["work"], names["Box"](), first, first + in_a_row)
            recording = session.recording
            is_noticed = recording is None or bool(recording.off_reason)
            session.stop()
        assert read_trace(Path(trace)).end is not None
        yield first, told, is_noticed
        unnoticed = 0 if is_noticed else unnoticed + 1
        if unnoticed * places.step >= ENOUGH * 10:
            return


def main() -> int:
    words = sys.argv[1:]
    first, step = map(int, (words or ["0/1"])[0].split("/"))
    in_a_row = int(words[1]) if len(words) > 1 else 1
    main = sys.modules["__main__"]
    plain = outcome(allocates_nothing.work, allocates_nothing.Box(), 0, 10)
    wrong, noticed = {}, 0
    with tempfile.TemporaryDirectory() as folder:
        trace = f"{folder}/t.srt"
        session = Session(Options(path=trace, root=str(PROGRAM.parent), cache=False))
        for is_known in (True, False):
            for at, told, is_noticed in attempts(
                session, trace, is_known, range(first, ALLOCATIONS_MAX, step), in_a_row
            ):
                noticed += is_noticed
                if told not in (plain, "MemoryError at entry"):
                    wrong[f"{at}, {'known' if is_known else 'new'} code"] = told
    sys.modules["__main__"] = main
    outcomes = {
        "accelerator": accelerator is not None,
        "plain": plain,
        "noticed": noticed,
        "wrong": wrong,
    }
    json.dump(outcomes, sys.stdout, indent=1)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
