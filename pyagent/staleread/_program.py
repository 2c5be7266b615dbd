"""Runs the program that is recorded, and ends as it would have ended by itself.

In: its words. Out: its exit status. Tracebacks are those of the program alone: frames of the agent are
taken out.
"""

from __future__ import annotations

import ast
import atexit
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

_PACKAGE = str(Path(__file__).resolve().parent) + os.sep
# What runs between us and the program.
_RUNNERS = (
    *("<frozen runpy>", "<frozen importlib._bootstrap>", "<frozen importlib._bootstrap_external>"),
    ast.__file__,
)
_INTERRUPTED = 128 + signal.SIGINT


def run(program: Callable[[], None], ended: Callable[[int, BaseException | None], None]) -> int:
    """Runs it to its end, tells `ended` the status and the exception that ended it, and returns the status."""
    failed: BaseException | None = None
    try:
        program()
    except SystemExit as error:
        ended(exit_status(error.code), None)
        error.__traceback__ = None
        raise
    except BaseException as error:
        failed = error
    # Reported out here, because what the program's own hook raises does not come from what it reports.
    if failed is None:
        status = 0
    else:
        _report(failed)
        status = _INTERRUPTED if isinstance(failed, KeyboardInterrupt) else 1
    ended(status, failed)
    return status


def exit_status(code: object) -> int:
    """What the interpreter makes of the argument of `sys.exit`."""
    if code is None:
        return 0
    return code & 0xFF if isinstance(code, int) else 1


def die_of_interrupt_at_exit(interrupted: Callable[[], bool]) -> None:
    """To be called before anything else registers an exit handler, so that this comes last.

    A program that Ctrl-C ends is seen by its parent to have died of the signal.
    """

    def die() -> None:
        if not interrupted():
            return
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)

    atexit.register(die)


def _report(error: BaseException) -> None:
    """By whatever hook the program has, as the interpreter would."""
    strip(error)
    try:
        sys.excepthook(type(error), error, error.__traceback__)
    except BaseException as second:
        print("Error in sys.excepthook:", file=sys.stderr)
        strip(second)
        sys.__excepthook__(type(second), second, second.__traceback__)
        print("\nOriginal exception was:", file=sys.stderr)
        sys.__excepthook__(type(error), error, error.__traceback__)


def strip(error: BaseException) -> None:
    """Takes the agent's frames out of an exception's tracebacks, and of those it came from."""
    pending: list[BaseException | None] = [error]
    seen: set[int] = set()
    while pending:
        current = pending.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        current.__traceback__ = _stripped(current.__traceback__, current is error)
        pending += [current.__cause__, current.__context__]
        inner = getattr(current, "exceptions", None)
        if isinstance(inner, tuple):
            pending += [member for member in inner if isinstance(member, BaseException)]


def _stripped(trace: TracebackType | None, outermost: bool) -> TracebackType | None:
    kept: list[TracebackType] = []
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        ours = file.startswith(_PACKAGE) or (outermost and not kept and file in _RUNNERS)
        if not ours:
            kept.append(trace)
        trace = trace.tb_next
    result: TracebackType | None = None
    for part in reversed(kept):
        result = TracebackType(result, part.tb_frame, part.tb_lasti, part.tb_lineno)
    return result
