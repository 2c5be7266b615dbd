"""Makes the agent fail, one line of it at a time, while it records a program; and looks at what the program notices.

    python sabotage.py [--seconds N] [--count N] [--seed N] [--slice K/N] [--log FILE] [--kind KIND...]
                       [--scene NAME...] [--at PART...]

Every line of the agent that a recording runs and that can raise at all is made to, in a recording of its own, on the
first and on a later time that it is reached (`lines.py`, `scenes.py`).

In: the seconds to spend, and where to note what was tried, which is not tried again while the line's file stays as it is.
Out, as JSON: how many were tried, what was wrong, and which hooks and patches the program does not reach.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import gc
import hashlib
import json
import math
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType
from typing import IO, Any

os.environ["STALEREAD_ACCELERATOR"] = "off"  # What is in C has no lines to fail.

from lines import AGENT, KINDS, Census, Fault, faults, is_agent, new_ones
from scenes import SCENES, Run, Stage, Tracer
from staleread._order.patching import Patches
from staleread._rewrite.rewriter import Rewriter

HANGS_AFTER_S = 20
"""Less than any wait in the agent: that the program waits is noticed, too."""
FAULTS_A_PROCESS = 16
"""More of them, and each would take longer: the agent keeps the sites of all programs that a process has run."""
SWITCHING_OFF = ("_record", "_order")
"""Where what fails switches the agent off; elsewhere it may do without."""
DOES_WITHOUT = frozenset(
    {
        *("_record/identity.py forget_all", "_record/machine.py _queued_ns", "_record/machine.py used_ns"),
        *("_record/frames.py __init__", "_record/frames.py on_code", "_record/ignores.py found"),
        *("_record/honesty.py notes", "_order/patching.py undo"),
    }
)
"""But what runs when the trace is closed or told of, or while a module is rewritten, which is left as it was then."""


@contextlib.contextmanager
def entry_points() -> Iterator[dict[str, list[CodeType]]]:
    """Where the program comes into the agent: all hooks, and what stands in the place of library functions; by name."""
    found: dict[str, list[CodeType]] = {}
    replace, bind = Patches.replace, Rewriter.bind

    def replacing(self: Patches, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        replace(self, owner, name, make)
        code = getattr(vars(owner)[name], "__code__", None)
        if code is not None and is_agent(code):
            found.setdefault(f"{owner.__name__}.{name}", []).append(code)

    def binding(self: Rewriter, hooks: dict[str, Any]) -> None:
        bind(self, hooks)
        functions = {name: hook for name, hook in hooks.items() if hasattr(hook, "__code__")}
        for name, hook in functions.items():
            found.setdefault(name, []).append(hook.__code__)

    Patches.replace, Rewriter.bind = replacing, binding  # type: ignore[method-assign]
    try:
        yield found
    finally:
        Patches.replace, Rewriter.bind = replace, bind  # type: ignore[method-assign]


# ---- making one fail


def saboteur(fault: Fault) -> tuple[Tracer, Callable[[], bool]]:
    """A tracer that makes a line raise, once, and whether it has. It must look like a file of the agent's own, as what
    other code raises inside of a hook, a signal handler say, is the program's affair."""
    names: dict[str, Any] = {"fault": fault, "fail": lambda: KINDS[fault.kind]("injected")}
    exec(compile(_SABOTEUR, str(AGENT / "_record" / "sabotage.py"), "exec"), names)
    return names["trace"], lambda: names["left"] <= 0


_SABOTEUR = """
import signal
first, file, wanted, left, kind = fault.at.first, fault.at.file, fault.at.line, fault.time, fault.kind

def trace(frame, event, argument):
    code = frame.f_code
    return lines if code.co_firstlineno == first and code.co_filename == file else None

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


def judge(fault: Fault, run: Run, plain: Run, here: bool) -> str:
    """What was wrong; empty where nothing was. `here`: whether it failed in this process, not in a child."""
    if run.broken:
        return f"a trace does not open: {run.broken}"
    if run.left:
        return f"{run.left} is still replaced"
    is_told = bool(run.off or run.said) or (fault.kind == "interrupt" and bool(run.raised))
    if run.traces < plain.traces and not run.traces and not is_told:
        return "there is no trace, and nobody says why"
    if fault.kind == "interrupt":  # which may come while the end is written
        if run.raised.partition(" ")[0] not in ("", "KeyboardInterrupt"):
            return f"the program ended with {run.raised}"
        return f"switched off: {run.off}" if run.off else ""
    if run.cut > plain.cut:
        return "a trace has no end"
    if run.raised != plain.raised:
        return f"the program ended with {run.raised or 'nothing'}"
    if run.printed != plain.printed:
        return "printed: " + difference(run.printed, plain.printed)
    if here and not is_told and switches_off(fault):
        return "not switched off"
    if run.off and KINDS[fault.kind].__name__ not in run.off:
        return f"switched off for another reason: {run.off}"
    return ""


def switches_off(fault: Fault) -> bool:
    return fault.file.startswith(SWITCHING_OFF) and f"{fault.file} {fault.at.function}" not in DOES_WITHOUT


def difference(after: str, before: str) -> str:
    lines = zip(after.splitlines() + [""], before.splitlines() + [""], strict=False)
    return next((repr(line) for line, other in lines if line != other), "more")


def attempt(stage: Stage, fault: Fault, plain: Run) -> str:
    """What was wrong, and what was wrong with the recording after it."""
    tracer, has_failed = saboteur(fault)
    run = stage.record(fault.scene, tracer)
    wrong = judge(fault, run, plain, has_failed())
    if not wrong:
        return ""
    again = stage.record(fault.scene, lambda *_: None)
    if again != plain:
        wrong += f"; left behind: {again.raised} {again.off} {difference(again.printed, plain.printed)}"
    return wrong


Attempts = list[tuple[Fault, Run]]


def attempt_all(stage: Stage, left: Attempts, until: float) -> Iterator[tuple[Fault, str]]:
    """Some after the other in one child process, as long as nothing goes wrong; then in a new one. What goes wrong is
    tried again by itself: it may be what another one left behind."""
    gc.collect()
    gc.freeze()  # Or each collection in a child would go through all that this process has.
    while left and time.monotonic() < until:
        before: list[str] = []
        for fault, said in attempt_in_child(stage, left[:FAULTS_A_PROCESS], until):
            wrong = said
            if wrong and (
                before or wrong.startswith(_ENDED)
            ):  # A machine that is too busy looks like a hang.
                alone = dict(attempt_in_child(stage, [left[len(before)]], math.inf))
                wrong = alone[fault] or (f"{wrong}; only after {', then '.join(before)}" if before else "")
            yield fault, wrong
            before.append(str(fault))
        left = left[len(before) :]


def attempt_in_child(stage: Stage, attempts: Attempts, until: float) -> Iterator[tuple[Fault, str]]:
    path = stage.folder / "results"
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        with open(path, "w", buffering=1) as results:
            attempt_until_wrong(stage, attempts, until, results)
        os._exit(0)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # What the program has forked may hang, too.
    _, status = os.waitpid(child, 0)
    told = path.read_text().splitlines()
    yield from ((fault, json.loads(line)) for (fault, _), line in zip(attempts, told, strict=False))
    if status:
        yield attempts[len(told)][0], f"{_ENDED} {status}{where_it_hung(stage)}"


_ENDED = "the process ended with"


def where_it_hung(stage: Stage) -> str:
    """Of all threads, the innermost lines."""
    path = stage.folder / "hung"
    threads = path.read_text().split("\n\n") if path.exists() else []
    path.unlink(missing_ok=True)
    return "".join("; " + " < ".join(map(":".join, _FRAME.findall(thread)[:5])) for thread in threads)


_FRAME = re.compile(r'([\w.]+)", line (\d+)')


def attempt_until_wrong(stage: Stage, attempts: Attempts, until: float, results: IO[str]) -> None:
    for fault, plain in attempts:
        if time.monotonic() > until:
            return
        with open(stage.folder / "hung", "w") as hung:
            faulthandler.dump_traceback_later(HANGS_AFTER_S, exit=True, file=hung)
            wrong = attempt(stage, fault, plain)
            faulthandler.cancel_dump_traceback_later()
        print(json.dumps(wrong), file=results)
        if wrong:
            return


# ---- which, and what was tried before


class Log:
    """What was tried, a line each: a fault, the state of its file, what was wrong."""

    def __init__(self, path: str) -> None:
        self.path = os.path.abspath(path) if path else ""
        told = Path(path).read_text().splitlines() if path and os.path.exists(path) else []
        self.known = {(name, state): wrong for name, state, wrong in map(json.loads, told)}

    def find(self, fault: Fault) -> str | None:
        return self.known.get((str(fault), digest(fault.at.file)))

    def add(self, fault: Fault, wrong: str) -> None:
        if self.path:
            with open(self.path, "a") as file:
                print(json.dumps([str(fault), digest(fault.at.file), wrong]), file=file)


@cache
def digest(file: str) -> str:
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()[:16]


def take_census(stage: Stage, scenes: list[str], kinds: list[str]) -> tuple[Attempts, set[tuple[str, int]]]:
    """All that can be made to fail, with how the scene goes when nothing does; which functions run at all."""
    found: Attempts = []
    known: set[Fault] = set()
    functions: set[tuple[str, int]] = set()
    for scene in scenes:
        census = Census(stage.folder)
        stage.record(scene, lambda *_: None)
        plain = stage.record(scene, census)
        census.gather()
        functions |= {(at.file, at.first) for at in census.reached}
        new = new_ones(faults(scene, census.reached, kinds), known)
        known |= {Fault("", fault.at, fault.time, fault.kind) for fault in new}
        found += [(fault, plain) for fault in new]
    return found, functions


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=24 * 3600.0)
    parser.add_argument("--count", type=int, default=None, help="so many of the lines")
    parser.add_argument("--seed", type=int, default=1, help="which come first")
    parser.add_argument("--slice", default="0/1", help="K/N: one of N parts, from 0 on")
    parser.add_argument("--log", default="", help="where to go on; what was tried is added")
    parser.add_argument("--kind", nargs="*", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--scene", nargs="*", default=list(SCENES), choices=list(SCENES))
    parser.add_argument(
        "--at",
        nargs="*",
        default=[""],
        help="only faults of which one of these is a part, such as steps.py:120",
    )
    words = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    first, step = map(int, words.slice.split("/"))
    log = Log(words.log)
    with tempfile.TemporaryDirectory(prefix="staleread-sabotage-") as folder:
        stage = Stage(Path(folder))
        with entry_points() as entries:
            found, functions = take_census(stage, words.scene, words.kind)
        ranked = sorted(found, key=lambda attempt: attempt[0].rank(words.seed))
        chosen = [
            (fault, plain)
            for fault, plain in ranked
            if any(part in str(fault) for part in words.at) and fault.number % step == first
        ][: words.count]
        tried = {fault: wrong for fault, _ in chosen if (wrong := log.find(fault)) is not None}
        left = [(fault, plain) for fault, plain in chosen if fault not in tried]
        for fault, wrong in attempt_all(stage, left, time.monotonic() + words.seconds):
            tried[fault] = wrong
            log.add(fault, wrong)
    outcome = {
        "faults": len(chosen),
        "tried": len(tried),
        "wrong": {str(fault): said for fault, said in tried.items() if said},
        "not reached": sorted(
            name
            for name, codes in entries.items()
            if not any((code.co_filename, code.co_firstlineno) in functions for code in codes)
        ),
    }
    json.dump(outcome, sys.stdout, indent=1)
    return int(bool(outcome["wrong"]))


if __name__ == "__main__":
    sys.exit(main())
