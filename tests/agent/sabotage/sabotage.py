"""Makes the agent fail, one line of it at a time, while it records a program; and looks at what the program notices.

    python sabotage.py [--seconds N] [--count N] [--seed N] [--kind KIND...] [--at PART]     what went wrong, as JSON

Which lines there are nobody lists: a first recording is watched by `sys.settrace`, and every line of the agent that it
runs and that can raise at all is made to, in a recording of its own, on the first and on a later time that it is
reached. All in one process: so what a recording leaves behind is noticed by the next one.

In: the seconds to spend, in a random order of lines. Out: how many were tried, what was wrong, and which hooks and
patches the program does not reach.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import json
import os
import random
import signal
import struct
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import IO, Any

import staleread
from staleread._options import Options
from staleread._order.patching import Patches
from staleread._rewrite.rewriter import Rewriter
from staleread._session import Session
from staleread._trace.background import Background
from trace_reader import read_trace

PROGRAM = Path(__file__).resolve().with_name("everything.py")
AGENT = Path(staleread.__file__).resolve().parent
FOLDERS = ("_record", "_order", "_trace")
LATER = 3
"""Which time a line fails that fails later."""


HANGS_AFTER_S = 30
AFTER_THE_END = frozenset({"forget_all"})
"""Functions that run when the trace is closed."""


class Injected(Exception):
    """What no code expects."""


KINDS: dict[str, type[BaseException]] = {
    "error": Injected,
    "memory": MemoryError,
    "recursion": RecursionError,
    "interrupt": KeyboardInterrupt,
}

Line = tuple[CodeType, int]
Tracer = Callable[[FrameType, str, Any], Any]


@dataclass(frozen=True)
class Fault:
    code: CodeType
    line: int
    time: int
    kind: str

    def __str__(self) -> str:
        file = Path(self.code.co_filename).relative_to(AGENT)
        return f"{file}:{self.line} ({self.code.co_name}), time {self.time}, {self.kind}"


@dataclass
class Run:
    """One recording of the program, as its user saw it."""

    printed: str = ""
    raised: str = ""
    off: str | None = None
    opens: bool = False
    whole: bool = False
    reached: Counter[Line] = field(default_factory=Counter)


# ---- one recording


def record(session: Session, trace: Path, tracer: Tracer) -> Run:
    """Runs the program recorded, with all code traced from when the recording stands until it is closed."""
    run = Run()
    main = sys.modules["__main__"]
    session.start(Options(path=str(trace), root=str(PROGRAM.parent)))
    with printing() as printed, traced(tracer):
        try:
            session.run("script", str(PROGRAM), [])
        except BaseException as error:
            run.raised = type(error).__name__
        try:
            session.stop()
        except BaseException as error:
            run.raised = f"{type(error).__name__} at the end"
    sys.modules["__main__"] = main
    run.printed = printed.getvalue()
    with contextlib.suppress(AssertionError, struct.error, IndexError):
        end = read_trace(trace).end
        run.opens = True
        run.whole = end is not None
        run.off = None if end is None else end.get("off")
    return run


@contextlib.contextmanager
def printing() -> Iterator[io.StringIO]:
    """Everything that is printed, and what the interpreter says of exceptions that nobody can catch."""
    text = io.StringIO()
    hook = sys.unraisablehook
    sys.unraisablehook = lambda told: print(f"ignored: {told.exc_type.__name__}", file=text)
    try:
        with contextlib.redirect_stdout(text), contextlib.redirect_stderr(text):
            yield text
    finally:
        sys.unraisablehook = hook


@contextlib.contextmanager
def traced(tracer: Tracer) -> Iterator[None]:
    """In every thread, those of the agent too."""
    original = Background._run

    def run(self: Background) -> None:
        sys.settrace(tracer)
        original(self)

    Background._run = run  # type: ignore[method-assign]
    threading.settrace(tracer)
    sys.settrace(tracer)
    try:
        yield
    finally:
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]
        Background._run = original  # type: ignore[method-assign]


@contextlib.contextmanager
def entry_points() -> Iterator[dict[str, CodeType]]:
    """Where the program comes into the agent: all hooks, and what stands in the place of library functions; by name."""
    found: dict[str, CodeType] = {}
    replace, bind = Patches.replace, Rewriter.bind

    def replacing(self: Patches, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        replace(self, owner, name, make)
        code = getattr(vars(owner)[name], "__code__", None)
        if code is not None and is_agent(code):
            found[f"{owner.__name__}.{name}"] = code

    def binding(self: Rewriter, hooks: dict[str, Any]) -> None:
        bind(self, hooks)
        functions = {name: hook for name, hook in hooks.items() if hasattr(hook, "__code__")}
        found.update({name: hook.__code__ for name, hook in functions.items() if name not in found})

    Patches.replace, Rewriter.bind = replacing, binding  # type: ignore[method-assign]
    try:
        yield found
    finally:
        Patches.replace, Rewriter.bind = replace, bind  # type: ignore[method-assign]


# ---- which lines


class Census:
    """Counts how often each line of the agent runs."""

    def __init__(self) -> None:
        self.reached: Counter[Line] = Counter()

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        if is_agent(frame.f_code):
            return self._line
        return None

    def _line(self, frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            self.reached[frame.f_code, frame.f_lineno] += 1
        return self._line


def is_agent(code: CodeType) -> bool:
    file = code.co_filename
    return file.startswith(str(AGENT)) and Path(file).parent.name in FOLDERS


def faults(reached: Counter[Line], kinds: list[str]) -> list[Fault]:
    fragile: dict[str, set[int]] = {}
    found = []
    for (code, line), times in reached.items():
        lines = fragile.get(code.co_filename)
        if lines is None:
            lines = fragile[code.co_filename] = lines_that_can_raise(Path(code.co_filename).read_text())
        if line in lines:
            found += [Fault(code, line, time, kind) for kind in kinds for time in {1, min(times, LATER)}]
    return found


_RAISING = (
    *(ast.Call, ast.Subscript, ast.BinOp, ast.AugAssign, ast.For, ast.With, ast.JoinedStr, ast.Delete),
    *(ast.comprehension, ast.Starred, ast.Assert),
)
_DEEDS = ("attributes[self.name] = value", "value = obj.__dict__[self.name]", "del obj.__dict__[self.name]")
_SAFE_NAMES = frozenset({"get_ident", "id", "type", "len", "isinstance", "pass_unseen", "_finished"})
_SAFE_METHODS = frozenset({"discard", "release", "retry", "_work"})


def lines_that_can_raise(source: str) -> set[int]:
    """Not those that only move values about; nor what the program itself does there, a call of the original or an
    assignment, whose errors are its own."""
    lines, exempt = set(), {at for at, line in enumerate(source.splitlines(), 1) if line.strip() in _DEEDS}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, _RAISING) and not is_safe(node):
            lines.add(getattr(node, "lineno", 0))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "original":
            exempt.add(node.lineno)
    return lines - exempt


def is_safe(node: ast.AST) -> bool:
    """Calls that have nothing to fail with: `discard`, `pop` with a default, and the like."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in _SAFE_NAMES
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    return name in _SAFE_METHODS or (name == "pop" and len(node.args) == 2)


# ---- making one fail


def saboteur(fault: Fault) -> tuple[Tracer, Callable[[], bool]]:
    """A tracer that makes a line raise, once, and whether it has. It must look like a file of the agent's own, as what
    other code raises inside of a hook, a signal handler say, is the program's affair."""
    names: dict[str, Any] = {"fault": fault, "fail": lambda: raiser(fault.kind)}
    exec(compile(_SABOTEUR, str(AGENT / "_record" / "sabotage.py"), "exec"), names)
    return names["trace"], lambda: names["left"] <= 0


_SABOTEUR = """
import signal
code, wanted, left, kind = fault.code, fault.line, fault.time, fault.kind

def trace(frame, event, argument):
    return lines if frame.f_code is code else None

def lines(frame, event, argument):
    global left
    if event == "line" and frame.f_lineno == wanted:
        left -= 1
        if left == 0:
            if kind == "interrupt":
                signal.raise_signal(signal.SIGINT)
                return lines
            raise fail()
    return lines
"""


def raiser(kind: str) -> BaseException:
    return KINDS[kind]("injected")


def judge(fault: Fault, run: Run, plain: Run) -> str:
    """What was wrong; empty where nothing was."""
    if not run.opens:
        return "the trace does not open"
    if fault.kind == "interrupt":  # which may come while the end is written
        if run.raised not in ("", "KeyboardInterrupt", "KeyboardInterrupt at the end"):
            return f"the program ended with {run.raised}"
        return f"switched off: {run.off}" if run.off else ""
    if not run.whole:
        return "the trace has no end"
    if fault.kind == "recursion" and run.raised == "RecursionError":
        return ""  # that it runs into its limit is the program's own affair
    if run.raised != plain.raised:
        return f"the program ended with {run.raised or 'nothing'}"
    if run.printed != plain.printed:
        return "printed: " + difference(run.printed, plain.printed)
    if not run.off and fault.kind != "recursion" and fault.code.co_name not in AFTER_THE_END:
        return "not switched off"
    if run.off and KINDS[fault.kind].__name__ not in run.off:
        return f"switched off for another reason: {run.off}"
    return ""


def difference(after: str, before: str) -> str:
    lines = zip(after.splitlines() + [""], before.splitlines() + [""], strict=False)
    return next((repr(line) for line, other in lines if line != other), "more")


def attempt(session: Session, fault: Fault, trace: Path, plain: Run) -> str:
    """What was wrong, and what was wrong with the recording after it."""
    tracer, has_failed = saboteur(fault)
    run = record(session, trace, tracer)
    wrong = judge(fault, run, plain) if has_failed() else ""
    if not wrong:
        return ""
    again = record(session, trace, lambda *_: None)
    if again.printed != plain.printed or again.raised or again.off is not None or not again.whole:
        wrong += f"; left behind: {again.raised} {again.off} {difference(again.printed, plain.printed)}"
    return wrong


def attempt_all(
    session: Session, chosen: list[Fault], until: float, trace: Path, plain: Run
) -> Iterator[tuple[Fault, str]]:
    """One after the other in one child process, as long as nothing goes wrong; then in a new one."""
    left = list(chosen)
    while left and time.monotonic() < until:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            with os.fdopen(writing, "w", buffering=1) as results:
                attempt_until_wrong(session, left, until, trace, plain, results)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as results:
            told = [json.loads(line) for line in results]
        _, status = os.waitpid(child, 0)
        if status:
            told.append(f"the process ended with {status}")
        yield from zip(left, told, strict=False)
        del left[: len(told)]


def attempt_until_wrong(
    session: Session, left: list[Fault], until: float, trace: Path, plain: Run, results: IO[str]
) -> None:
    for fault in left:
        if time.monotonic() > until:
            return
        signal.alarm(HANGS_AFTER_S)
        wrong = attempt(session, fault, trace, plain)
        print(json.dumps(wrong), file=results)
        if wrong:
            return


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--count", type=int, default=None, help="so many of the lines")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", nargs="*", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--at", default="", help="only lines of which this is a part, such as steps.py:120")
    words = parser.parse_args()
    os.environ["STALEREAD_ACCELERATOR"] = "off"
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="staleread-sabotage-") as folder:
        trace = Path(folder) / "trace.srt"
        session = Session(Options(path=str(trace), root=str(PROGRAM.parent), cache=False))
        census = Census()
        with entry_points() as entries:
            plain = record(session, trace, census)
        reached = {code for code, _ in census.reached}
        chosen = [fault for fault in faults(census.reached, words.kind) if words.at in str(fault)]
        random.Random(words.seed).shuffle(chosen)
        chosen = chosen[: words.count]
        until = time.monotonic() + words.seconds
        tried = dict(attempt_all(session, chosen, until, trace, plain))
    wrong = {str(fault): said for fault, said in tried.items() if said}
    outcome = {
        "lines": len(chosen),
        "tried": len(tried),
        "wrong": wrong,
        "not reached": sorted(name for name, code in entries.items() if code not in reached),
    }
    json.dump(outcome, sys.stdout, indent=1)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
